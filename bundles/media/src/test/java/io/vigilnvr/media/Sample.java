package io.vigilnvr.media;

import io.vigilnvr.api.media.AccessUnit;
import io.vigilnvr.api.media.Codec;
import io.vigilnvr.api.media.Fragment;
import io.vigilnvr.api.media.StreamFormat;
import io.vigilnvr.api.media.Track;
import io.vigilnvr.media.mp4.Fragments;
import io.vigilnvr.media.mp4.InitSegments;
import io.vigilnvr.media.mp4.SegmentInfo;
import io.vigilnvr.media.mp4.Trailer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A reference file, read by the second reader: what a camera would have sent. */
public record Sample(Track track, List<AccessUnit> units) {
  public static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

  public static byte[] bytes(String name) {
    try (InputStream in = Sample.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new AssertionError("no such resource: " + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** H.264 High, two B-frames, 320x180 at 25, 50 pictures, keyframe each second. */
  public static Sample h264() {
    return load("h264-high-b.mp4", Codec.H264, 1, 0);
  }

  public static Sample h265() {
    return load("h265-b.mp4", Codec.H265, 1, 0);
  }

  public static Sample load(String name, Codec codec, int track, long firstSequence) {
    return of(bytes(name), codec, track, firstSequence);
  }

  /** Takes a fragmented file of one track. */
  public static Sample of(byte[] file, Codec codec, int track, long firstSequence) {
    byte[] config =
        switch (codec) {
          case H264 -> ReferenceMp4.anywhere(file, "avcC");
          case H265 -> ReferenceMp4.anywhere(file, "hvcC");
          case AAC -> specificConfig(ReferenceMp4.anywhere(file, "esds"));
          case OPUS -> ReferenceMp4.anywhere(file, "dOps");
          case PCMA, PCMU -> throw new AssertionError(codec);
        };
    int timescale = ByteBuffer.wrap(ReferenceMp4.anywhere(file, "mdhd")).getInt(12);
    List<AccessUnit> units = new ArrayList<>();
    for (ReferenceMp4.Sample sample : ReferenceMp4.samples(file)) {
      units.add(
          unit(
              firstSequence + units.size(),
              track,
              sample.pts(),
              sample.dts(),
              sample.sync(),
              sample.data(),
              timescale));
    }
    return new Sample(new Track(track, codec, timescale, ByteBuffer.wrap(config)), units);
  }

  public static AccessUnit unit(
      long sequence, int track, long pts, long dts, boolean key, ByteBuffer data, int timescale) {
    ByteBuffer buffer = ByteBuffer.allocate(AccessUnit.HEADROOM + data.remaining());
    buffer.put(AccessUnit.HEADROOM, data, data.position(), data.remaining());
    Instant captured = START.plusNanos(pts * 1_000_000_000 / timescale);
    return new AccessUnit(sequence, track, captured, pts, dts, key, buffer);
  }

  /** The same, so many ticks later. */
  public Sample moved(long ticks) {
    return new Sample(
        track,
        units.stream()
            .map(
                unit ->
                    unit(
                        unit.sequence(),
                        unit.track(),
                        unit.ptsTicks() + ticks,
                        unit.dtsTicks() + ticks,
                        unit.keyframe(),
                        unit.payload(),
                        track.timescale()))
            .toList());
  }

  public StreamFormat format() {
    return new StreamFormat(List.of(track));
  }

  /** One fragment for each unit. */
  public List<Fragment> fragments() {
    List<Fragment> fragments = new ArrayList<>();
    for (int i = 0; i < units.size(); i++) {
      long duration = 0;
      if (units.size() > 1) {
        int from = Math.min(i, units.size() - 2);
        duration = units.get(from + 1).dtsTicks() - units.get(from).dtsTicks();
      }
      fragments.add(Fragments.wrap(units.get(i), track, track.codec().isVideo(), duration));
    }
    return fragments;
  }

  public SegmentInfo info() {
    return new SegmentInfo(
        "door", "main", 7, 3, units.get(0).sequence(), START, 0, track.timescale(), track.number());
  }

  /** A whole file, as the recorder writes it. */
  public byte[] file(boolean sealed) {
    return file(format(), info(), fragments(), sealed);
  }

  public static byte[] file(
      StreamFormat format, SegmentInfo info, List<Fragment> fragments, boolean sealed) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    add(out, InitSegments.of(format, info));
    List<Trailer.Keyframe> keyframes = new ArrayList<>();
    for (Fragment fragment : fragments) {
      if (fragment.keyframe()) {
        keyframes.add(new Trailer.Keyframe(out.size(), fragment.dtsTicks()));
      }
      add(out, fragment.bytes());
    }
    if (sealed) {
      add(out, Trailer.mfra(format.primary().number(), keyframes));
    }
    return out.toByteArray();
  }

  public static byte[] array(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  private static void add(ByteArrayOutputStream out, ByteBuffer bytes) {
    out.writeBytes(array(bytes));
  }

  /** The last descriptor but one: tag 5, a length of four bytes, content; then SLConfig's six. */
  private static byte[] specificConfig(byte[] esds) {
    for (int at = 4; at < esds.length - 5; at++) {
      if (esds[at] == 5 && (esds[at + 1] & 0xff) == 0x80 && (esds[at + 2] & 0xff) == 0x80) {
        return Arrays.copyOfRange(esds, at + 5, at + 5 + esds[at + 4]);
      }
    }
    throw new AssertionError("no AudioSpecificConfig");
  }
}
