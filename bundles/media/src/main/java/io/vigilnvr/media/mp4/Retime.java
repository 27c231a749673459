package io.vigilnvr.media.mp4;

import io.vigilnvr.api.media.StreamFormat;
import io.vigilnvr.api.media.Track;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Joins the fragments of several segments to one MP4 whose time starts at zero: an export. Only the
 * header of a fragment is touched, in place and without changing its length; the payload can go
 * from file to file untouched.
 *
 * <p>Within a run, time goes on as it was recorded: a hole stays a hole, and the picture before it
 * stands still. Between two runs there is no common clock in the media, so the next run starts
 * where the last one ended; what lies between is cut out. To keep it, call {@link #pause}.
 *
 * <p>One export has one format, because an MP4's decoders are set up by its {@code moov}. If the
 * codec config changes (another run with another {@link StreamFormat}), end the file and begin
 * another; a playlist with a discontinuity plays them in one go. MP4 does allow several sample
 * descriptions in a track, but few players change between them.
 *
 * <p>Not thread-safe: one export, one thread.
 */
public final class Retime {
  private static final long NANOS = 1_000_000_000;

  private final StreamFormat format;
  private final TrackTime[] times;
  private OptionalLong run = OptionalLong.empty();
  private Duration pause = Duration.ZERO;
  private int fragments;

  /** Starts an export of segments of one format. */
  public Retime(StreamFormat format) {
    this.format = format;
    this.times = new TrackTime[format.tracks().size()];
    Arrays.setAll(times, i -> new TrackTime());
  }

  /**
   * Puts a fragment next. Give them in the order of their segments.
   *
   * @param run of the segment
   * @param part of the segment's scan
   * @param header the part's first {@code headerBytes}, position to limit, writable; changed
   * @return false if the fragment is to be left out, and nothing is changed: it comes before the
   *     run's first keyframe of the primary track, is of a track that the format does not have, or
   *     its time is there already
   * @throws IllegalArgumentException if the header is not one of Vigil's
   */
  public boolean next(long run, SegmentReader.Part part, ByteBuffer header) {
    if (part.track() < 1 || part.track() > times.length) {
      return false;
    }
    if (this.run.isEmpty() || this.run.getAsLong() != run) {
      if (!part.keyframe() || part.track() != format.primary().number()) {
        return false;
      }
      begin(part.dtsTicks());
      this.run = OptionalLong.of(run);
    }
    TrackTime time = times[part.track() - 1];
    long start = part.dtsTicks() + time.shift;
    if (start < time.earliest) {
      return false;
    }
    patch(header, fragments + 1, time.shift);
    fragments++;
    time.earliest = start + 1;
    // How long it lasts was a guess when it was made, and matters only if nothing follows in the
    // run.
    time.end = start + part.durationTicks();
    return true;
  }

  /** Leaves so much time before the next run; the last picture stands still meanwhile. */
  public void pause(Duration pause) {
    this.pause = this.pause.plus(pause);
  }

  /** The time covered so far. */
  public Duration duration() {
    return seconds(times[format.primary().number() - 1].end, format.primary().timescale());
  }

  /**
   * Rewrites the header of one fragment.
   *
   * @param header {@code moof} at least, from position, writable; changed
   * @param number for {@code mfhd}: unsigned, rises from fragment to fragment
   * @param shiftTicks added to {@code tfdt}
   * @throws IllegalArgumentException if it is not a {@code moof} with one {@code traf} and a 64-bit
   *     {@code tfdt}, or its time would be negative; nothing is changed then
   */
  public static void patch(ByteBuffer header, int number, long shiftTicks) {
    Optional<ByteBuffer> moof = Boxes.find(header, "moof");
    Optional<ByteBuffer> mfhd = moof.flatMap(bytes -> Boxes.find(bytes, "mfhd"));
    Optional<ByteBuffer> tfdt = moof.flatMap(bytes -> Boxes.find(bytes, "traf", "tfdt"));
    if (mfhd.isEmpty()
        || mfhd.get().remaining() < 8
        || tfdt.isEmpty()
        || tfdt.get().remaining() < 12
        || tfdt.get().get(0) != 1) {
      throw new IllegalArgumentException("not the header of a fragment");
    }
    long time = tfdt.get().getLong(4) + shiftTicks;
    if (time < 0) {
      throw new IllegalArgumentException("decoding time below zero: " + time);
    }
    mfhd.get().putInt(4, number);
    tfdt.get().putLong(4, time);
  }

  private void begin(long startTicks) {
    Track primary = format.primary();
    TrackTime main = times[primary.number() - 1];
    long ticks = ticks(pause, primary.timescale());
    pause = Duration.ZERO;
    long shift = main.end + ticks - startTicks;
    for (Track track : format.tracks()) {
      TrackTime time = times[track.number() - 1];
      time.shift = scaled(shift, primary.timescale(), track.timescale());
      time.earliest = Math.max(time.earliest, time.end);
    }
  }

  /** Without overflow for any times of a run. */
  private static long scaled(long ticks, int from, int to) {
    return Math.floorDiv(ticks, from) * to + (long) Math.floorMod(ticks, from) * to / from;
  }

  private static long ticks(Duration duration, int timescale) {
    return duration.getSeconds() * timescale + duration.getNano() * (long) timescale / NANOS;
  }

  private static Duration seconds(long ticks, int timescale) {
    return Duration.ofSeconds(ticks / timescale, ticks % timescale * NANOS / timescale);
  }

  private static final class TrackTime {
    /** From the times of the run to those of the export. */
    private long shift;

    private long earliest;
    private long end;
  }
}
