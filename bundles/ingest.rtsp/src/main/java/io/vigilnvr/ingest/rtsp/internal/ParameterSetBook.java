package io.vigilnvr.ingest.rtsp.internal;

import io.vigilnvr.api.media.Codec;
import io.vigilnvr.media.codec.NalUnits;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The parameter sets that are in force. Cameras send them in the session description, in the
 * stream, or both, and the two may differ: the latest of each id counts.
 */
final class ParameterSetBook {
  /** ITU-T H.264, 7.4.2.1.1 and 7.4.2.2: more ids there are not; nobody uses more than a few. */
  private static final int MAX_SETS = 64;

  private static final int MAX_SET_BYTES = 16 * 1024;

  private final Codec codec;
  private final TreeMap<Integer, byte[]> sets = new TreeMap<>();

  ParameterSetBook(Codec codec) {
    this.codec = codec;
  }

  /** Takes a set; whether it is news. */
  boolean put(byte[] nal) {
    if (nal.length < 4 || nal.length > MAX_SET_BYTES) {
      return false;
    }
    int key = key(nal);
    byte[] before = sets.get(key);
    if (before != null ? Arrays.equals(before, nal) : sets.size() >= MAX_SETS) {
      return false;
    }
    sets.put(key, nal);
    return true;
  }

  /** An avcC or hvcC; empty as long as a set is missing. */
  Optional<ByteBuffer> config() {
    List<ByteBuffer> all = sets.values().stream().map(ByteBuffer::wrap).toList();
    return NalUnits.codecConfig(codec, NalUnits.sorted(codec, all));
  }

  /** By type and id. An SPS of H.265 has its id behind what is long to read: it counts as one. */
  private int key(byte[] nal) {
    if (codec == Codec.H264) {
      int type = nal[0] & 0x1f;
      return (type << 16) | golomb(nal, type == 7 ? 4 : 1);
    }
    int type = nal[0] >> 1 & 0x3f;
    int id =
        switch (type) {
          case 32 -> nal[2] >> 4 & 0xf;
          case 34 -> golomb(nal, 2);
          default -> 0;
        };
    return (type << 16) | id;
  }

  /** ue(v) of up to 15 bits at a byte: ITU-T H.264, 9.1. */
  private static int golomb(byte[] bytes, int at) {
    int value = 0;
    for (int i = 0; i < 4; i++) {
      value = (value << 8) | (at + i < bytes.length ? bytes[at + i] & 0xff : 0);
    }
    int zeros = Integer.numberOfLeadingZeros(value);
    return zeros > 15 ? 0xffff : (value >>> (31 - 2 * zeros)) - 1;
  }
}
