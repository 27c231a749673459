package io.vigilnvr.tck;

import io.vigilnvr.api.media.Codec;
import io.vigilnvr.api.media.Track;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A {@link Sample}'s video as access units, as a decoder gets them. */
public final class DecodeSample {
  /** An access unit; its payload is length-prefixed NAL units. */
  public record Unit(long ptsTicks, long dtsTicks, boolean keyframe, ByteBuffer payload) {}

  private DecodeSample() {}

  /** The video track with its codec config. */
  public static Track track(Sample sample) {
    boolean h264 = sample.video == Sample.Video.H264;
    return new Track(
        1,
        h264 ? Codec.H264 : Codec.H265,
        Sample.VIDEO_RATE,
        h264 ? avcConfig(sample.parameterSets) : hevcConfig(sample.parameterSets));
  }

  /** The first pictures in decoding order. */
  public static List<Unit> units(Sample sample, int count) {
    List<Unit> units = new ArrayList<>();
    long step = sample.loopTicks / sample.pictures;
    Arrays.stream(sample.units)
        .filter(unit -> unit.track() == Sample.VIDEO)
        .limit(count)
        .forEach(
            unit ->
                units.add(
                    new Unit(
                        unit.ptsTicks(),
                        unit.picture() * step,
                        unit.keyframe(),
                        ByteBuffer.wrap(sample.data, unit.offset(), unit.bytes()).slice())));
    return units;
  }

  /** A unit that brings the parameter sets itself, as cameras send it when they change. */
  public static Unit withParameterSets(Sample sample, Unit unit) {
    int bytes = sample.parameterSets.stream().mapToInt(set -> set.length + 4).sum();
    ByteBuffer payload = ByteBuffer.allocate(bytes + unit.payload().remaining());
    sample.parameterSets.forEach(set -> payload.putInt(set.length).put(set));
    payload.put(unit.payload().duplicate()).flip();
    return new Unit(unit.ptsTicks(), unit.dtsTicks(), unit.keyframe(), payload);
  }

  private static ByteBuffer avcConfig(List<byte[]> sets) {
    byte[] sps = sets.get(0);
    ByteBuffer config = ByteBuffer.allocate(1024);
    config.put((byte) 1).put(sps, 1, 3).put((byte) 0xff).put((byte) 0xe1);
    config.putShort((short) sps.length).put(sps).put((byte) (sets.size() - 1));
    for (byte[] pps : sets.subList(1, sets.size())) {
      config.putShort((short) pps.length).put(pps);
    }
    return config.flip();
  }

  private static ByteBuffer hevcConfig(List<byte[]> sets) {
    byte[] sps = sets.stream().filter(set -> type(set) == 33).findFirst().orElseThrow();
    ByteBuffer config = ByteBuffer.allocate(4096);
    // profile_tier_level of the SPS: it has no three bytes in a row that would be escaped.
    config.put((byte) 1).put(sps, 3, 12).putShort((short) 0xf000).put((byte) 0xfc);
    config.put((byte) 0xfd).put((byte) 0xf8).put((byte) 0xf8).putShort((short) 0);
    config.put((byte) 0x0f).put((byte) sets.size());
    for (byte[] set : sets) {
      config.put((byte) (0x80 | type(set))).putShort((short) 1);
      config.putShort((short) set.length).put(set);
    }
    return config.flip();
  }

  private static int type(byte[] nal) {
    return nal[0] >> 1 & 0x3f;
  }
}
