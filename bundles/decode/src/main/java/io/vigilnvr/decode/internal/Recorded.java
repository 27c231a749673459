package io.vigilnvr.decode.internal;

import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.camera.StreamRole;
import io.vigilnvr.api.media.AccessUnit;
import io.vigilnvr.api.media.StreamFormat;
import io.vigilnvr.api.media.Track;
import io.vigilnvr.api.record.Recordings;
import io.vigilnvr.api.record.Segment;
import io.vigilnvr.media.mp4.InitSegments;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Finds recorded keyframes and reads them. */
final class Recorded {
  /** What is recorded just now is a little behind. */
  private static final Duration BEHIND = Duration.ofSeconds(5);

  private static final int BOX_HEADER_BYTES = 8;
  private static final int MOST_BYTES = 32 << 20;

  private final Recordings recordings;

  Recorded(Recordings recordings) {
    this.recordings = recordings;
  }

  /**
   * A keyframe's place.
   *
   * @param at its time
   */
  record Place(Segment segment, long offset, Instant at) {
    /** Names the picture for ever. */
    String key() {
      return segment.id() + "@" + offset;
    }

    /** Whether the file stays as it is. */
    boolean isFinal() {
      return segment.state() == Segment.State.SEALED || segment.state() == Segment.State.RECOVERED;
    }
  }

  /** A keyframe itself. */
  record Keyframe(Track track, AccessUnit unit) {}

  /** The keyframe that is shown at a moment; empty if nothing is recorded then. */
  Optional<Place> find(CameraId camera, Optional<StreamRole> role, Instant at) {
    for (StreamRole one : role.map(List::of).orElse(List.of(StreamRole.MAIN, StreamRole.SUB))) {
      Optional<Place> found = find(new StreamId(camera, one), at);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private Optional<Place> find(StreamId stream, Instant at) {
    Optional<Place> found = Optional.empty();
    for (Segment segment : recordings.segments(stream, at.minus(BEHIND), at.plusMillis(1))) {
      if (covers(segment, at)) {
        found = Optional.of(place(segment, at));
      }
    }
    return found;
  }

  private static boolean covers(Segment segment, Instant at) {
    boolean readable =
        segment.state() != Segment.State.MISSING && segment.state() != Segment.State.GARBAGE;
    Instant end =
        segment.state() == Segment.State.OPEN ? segment.endedAt().plus(BEHIND) : segment.endedAt();
    return readable
        && !segment.keyframes().isEmpty()
        && !segment.startedAt().isAfter(at)
        && end.isAfter(at);
  }

  private static Place place(Segment segment, Instant at) {
    Segment.Keyframe shown = segment.keyframes().get(0);
    for (Segment.Keyframe each : segment.keyframes()) {
      if (time(segment, each).isAfter(at)) {
        break;
      }
      shown = each;
    }
    return new Place(segment, shown.offset(), time(segment, shown));
  }

  private static Instant time(Segment segment, Segment.Keyframe keyframe) {
    long ticks = keyframe.ticks() - segment.startTicks();
    return segment.startedAt().plusNanos(ticks * 1_000_000L / segment.timescale() * 1000);
  }

  /**
   * @throws java.nio.file.NoSuchFileException if the file is gone
   * @throws IOException also if it is not what the index says
   */
  Keyframe read(Place place) throws IOException {
    Segment segment = place.segment();
    try (SeekableByteChannel file = recordings.read(segment)) {
      ByteBuffer init = bytes(file, 0, segment.initBytes());
      Track track =
          InitSegments.format(init)
              .flatMap(StreamFormat::video)
              .orElseThrow(() -> new IOException(segment.id() + " has no video"));
      int moof = bytes(file, place.offset(), BOX_HEADER_BYTES).getInt(0);
      long mdatAt = place.offset() + moof;
      int mdat = bytes(file, mdatAt, BOX_HEADER_BYTES).getInt(0);
      if (moof <= 0 || mdat <= 0) {
        throw new IOException(segment.id() + " has no fragment at " + place.offset());
      }
      ByteBuffer fragment = bytes(file, place.offset(), (long) moof + mdat);
      Units.Unit first = Units.of(fragment, segment.firstSequence(), place.at(), true).get(0);
      ByteBuffer buffer = ByteBuffer.allocate(AccessUnit.HEADROOM + first.payload().remaining());
      buffer.position(AccessUnit.HEADROOM).put(first.payload().duplicate()).flip();
      return new Keyframe(
          track,
          new AccessUnit(
              first.sequence(),
              track.number(),
              place.at(),
              first.ptsTicks(),
              first.dtsTicks(),
              true,
              buffer));
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new IOException(segment.id() + " cannot be read", e);
    }
  }

  private static ByteBuffer bytes(SeekableByteChannel file, long at, long count)
      throws IOException {
    if (count <= 0 || count > MOST_BYTES) {
      throw new IOException("a box of " + count + " bytes");
    }
    ByteBuffer bytes = ByteBuffer.allocate((int) count);
    file.position(at);
    while (bytes.hasRemaining()) {
      if (file.read(bytes) < 0) {
        throw new EOFException("the file ends early");
      }
    }
    return bytes.flip();
  }
}
