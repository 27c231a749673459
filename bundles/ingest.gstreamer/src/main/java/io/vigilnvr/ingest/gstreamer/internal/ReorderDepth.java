package io.vigilnvr.ingest.gstreamer.internal;

import io.vigilnvr.api.media.Codec;
import io.vigilnvr.api.media.Track;
import io.vigilnvr.media.codec.NalUnits;
import java.nio.ByteBuffer;
import java.util.List;

/** By how many pictures the decoding order of a video may differ from the order of showing. */
final class ReorderDepth {
  private static final int BASELINE = 66;

  private ReorderDepth() {}

  /** What the sequence parameter set says; 0 if it does not, or cannot be read. */
  static int of(Track track) {
    List<ByteBuffer> sps = NalUnits.parameterSetsOf(track.codec(), track.codecConfig()).sps();
    if (sps.isEmpty()) {
      return 0;
    }
    try {
      Bits bits = new Bits(sps.get(0));
      return track.codec() == Codec.H264 ? h264(bits) : h265(bits);
    } catch (IndexOutOfBoundsException e) {
      return 0;
    }
  }

  /** ITU-T H.264, 7.3.2.1.1 and E.1.1. */
  private static int h264(Bits in) {
    in.skip(8);
    int profile = in.read(8);
    in.skip(16);
    in.golomb();
    if (profile == BASELINE) {
      return 0;
    }
    if (List.of(100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135).contains(profile)) {
      int chroma = in.golomb();
      if (chroma == 3) {
        in.skip(1);
      }
      in.golomb();
      in.golomb();
      in.skip(1);
      if (in.read(1) == 1) {
        for (int list = 0; list < (chroma == 3 ? 12 : 8); list++) {
          if (in.read(1) == 1) {
            scalingList(in, list < 6 ? 16 : 64);
          }
        }
      }
    }
    in.golomb();
    int orderType = in.golomb();
    if (orderType == 0) {
      in.golomb();
    } else if (orderType == 1) {
      in.skip(1);
      in.golomb();
      in.golomb();
      for (int left = in.golomb(); left > 0; left--) {
        in.golomb();
      }
    } else {
      return 0; // type 2: shown in decoding order
    }
    in.golomb();
    in.skip(1);
    in.golomb();
    in.golomb();
    if (in.read(1) == 0) {
      in.skip(1);
    }
    in.skip(1);
    if (in.read(1) == 1) {
      for (int i = 0; i < 4; i++) {
        in.golomb();
      }
    }
    return in.read(1) == 1 ? h264Vui(in) : 0;
  }

  private static int h264Vui(Bits in) {
    if (in.read(1) == 1 && in.read(8) == 255) {
      in.skip(32);
    }
    if (in.read(1) == 1) {
      in.skip(1);
    }
    if (in.read(1) == 1) {
      in.skip(4);
      if (in.read(1) == 1) {
        in.skip(24);
      }
    }
    if (in.read(1) == 1) {
      in.golomb();
      in.golomb();
    }
    if (in.read(1) == 1) {
      in.skip(65);
    }
    boolean nal = in.read(1) == 1;
    if (nal) {
      hypotheticalDecoder(in);
    }
    boolean vcl = in.read(1) == 1;
    if (vcl) {
      hypotheticalDecoder(in);
    }
    if (nal || vcl) {
      in.skip(1);
    }
    in.skip(1);
    if (in.read(1) == 0) {
      return 0;
    }
    in.skip(1);
    for (int i = 0; i < 4; i++) {
      in.golomb();
    }
    return in.golomb();
  }

  private static void hypotheticalDecoder(Bits in) {
    int count = in.golomb() + 1;
    in.skip(8);
    for (int i = 0; i < count; i++) {
      in.golomb();
      in.golomb();
      in.skip(1);
    }
    in.skip(20);
  }

  private static void scalingList(Bits in, int size) {
    int last = 8;
    int next = 8;
    for (int i = 0; i < size; i++) {
      if (next != 0) {
        next = (last + in.signedGolomb() + 256) % 256;
      }
      last = next == 0 ? last : next;
    }
  }

  /** ITU-T H.265, 7.3.2.2.1 and 7.3.3. */
  private static int h265(Bits in) {
    in.skip(16 + 4);
    int subLayers = in.read(3);
    in.skip(1 + 88 + 8);
    int profiles = 0;
    int levels = 0;
    for (int i = 0; i < subLayers; i++) {
      profiles += in.read(1);
      levels += in.read(1);
    }
    if (subLayers > 0) {
      in.skip(2 * (8 - subLayers));
    }
    in.skip(profiles * 88 + levels * 8);
    in.golomb();
    if (in.golomb() == 3) {
      in.skip(1);
    }
    in.golomb();
    in.golomb();
    if (in.read(1) == 1) {
      for (int i = 0; i < 4; i++) {
        in.golomb();
      }
    }
    in.golomb();
    in.golomb();
    in.golomb();
    boolean each = in.read(1) == 1;
    int depth = 0;
    for (int i = each ? 0 : subLayers; i <= subLayers; i++) {
      in.golomb();
      depth = in.golomb();
      in.golomb();
    }
    return depth;
  }

  /** Bits of a NAL unit, without the bytes that prevent start codes. */
  private static final class Bits {
    private final byte[] bytes;
    private final int length;
    private int position;

    Bits(ByteBuffer nal) {
      bytes = new byte[nal.remaining()];
      int zeros = 0;
      int count = 0;
      for (int i = nal.position(); i < nal.limit(); i++) {
        byte each = nal.get(i);
        if (zeros >= 2 && each == 3) {
          zeros = 0;
          continue;
        }
        zeros = each == 0 ? zeros + 1 : 0;
        bytes[count++] = each;
      }
      length = count * 8;
    }

    void skip(int count) {
      position += count;
    }

    int read(int count) {
      int value = 0;
      for (int i = 0; i < count; i++) {
        if (position >= length) {
          throw new IndexOutOfBoundsException(position);
        }
        value = (value << 1) | ((bytes[position >> 3] >> (7 - (position & 7))) & 1);
        position++;
      }
      return value;
    }

    int golomb() {
      int zeros = 0;
      while (read(1) == 0) {
        if (++zeros > 30) {
          throw new IndexOutOfBoundsException(position);
        }
      }
      return (1 << zeros) - 1 + read(zeros);
    }

    int signedGolomb() {
      int value = golomb();
      return value % 2 == 0 ? -value / 2 : (value + 1) / 2;
    }
  }
}
