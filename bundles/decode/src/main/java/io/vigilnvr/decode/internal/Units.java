package io.vigilnvr.decode.internal;

import io.vigilnvr.api.media.AccessUnit;
import io.vigilnvr.api.media.Fragment;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Reads access units back out of fragments (ISO/IEC 14496-12, 8.8.4 to 8.8.8), without copying. */
final class Units {
  private static final int MOOF = 0x6d6f6f66;
  private static final int TRAF = 0x74726166;
  private static final int TFHD = 0x74666864;
  private static final int TFDT = 0x74666474;
  private static final int TRUN = 0x7472756e;
  private static final int HEADER_BYTES = 8;

  private Units() {}

  /** An access unit; its payload is a view. */
  record Unit(
      long sequence,
      int track,
      Instant captured,
      long ptsTicks,
      long dtsTicks,
      boolean keyframe,
      ByteBuffer payload) {
    static Unit of(AccessUnit unit) {
      return new Unit(
          unit.sequence(),
          unit.track(),
          unit.captured(),
          unit.ptsTicks(),
          unit.dtsTicks(),
          unit.keyframe(),
          unit.payload());
    }
  }

  static List<Unit> of(Fragment fragment) {
    return of(
        fragment.bytes().duplicate(),
        fragment.firstSequence(),
        fragment.captured(),
        fragment.keyframe());
  }

  /**
   * @param keyframe whether the first one is
   * @throws IllegalArgumentException if this is no fragment of ours
   */
  static List<Unit> of(ByteBuffer bytes, long sequence, Instant captured, boolean keyframe) {
    try {
      return read(bytes, sequence, captured, keyframe);
    } catch (IndexOutOfBoundsException e) {
      throw new IllegalArgumentException("a fragment that ends too early", e);
    }
  }

  private static List<Unit> read(ByteBuffer in, long sequence, Instant captured, boolean keyframe) {
    int start = in.position();
    int moofEnd = start + box(in, start, MOOF);
    int track = 0;
    int defaultSize = 0;
    long defaultDuration = 0;
    long dts = 0;
    List<Unit> units = new ArrayList<>();
    for (int at = start + HEADER_BYTES; at < moofEnd; at += size(in, at)) {
      if (in.getInt(at + 4) != TRAF) {
        continue;
      }
      int trafEnd = at + size(in, at);
      for (int box = at + HEADER_BYTES; box < trafEnd; box += size(in, box)) {
        int type = in.getInt(box + 4);
        int flags = in.getInt(box + 8) & 0xffffff;
        if (type == TFHD) {
          track = in.getInt(box + 12);
          int field = box + 16;
          field += (flags & 0x1) != 0 ? 8 : 0;
          field += (flags & 0x2) != 0 ? 4 : 0;
          if ((flags & 0x8) != 0) {
            defaultDuration = in.getInt(field) & 0xffffffffL;
            field += 4;
          }
          if ((flags & 0x10) != 0) {
            defaultSize = in.getInt(field);
          }
        } else if (type == TFDT) {
          dts = in.get(box + 8) == 1 ? in.getLong(box + 12) : in.getInt(box + 12) & 0xffffffffL;
        } else if (type == TRUN) {
          int count = in.getInt(box + 12);
          int field = box + 16;
          int payload = moofEnd + HEADER_BYTES;
          if ((flags & 0x1) != 0) {
            payload = start + in.getInt(field);
            field += 4;
          }
          field += (flags & 0x4) != 0 ? 4 : 0;
          for (int i = 0; i < count; i++) {
            long duration = defaultDuration;
            int bytes = defaultSize;
            long offset = 0;
            if ((flags & 0x100) != 0) {
              duration = in.getInt(field) & 0xffffffffL;
              field += 4;
            }
            if ((flags & 0x200) != 0) {
              bytes = in.getInt(field);
              field += 4;
            }
            field += (flags & 0x400) != 0 ? 4 : 0;
            if ((flags & 0x800) != 0) {
              offset = in.getInt(field);
              field += 4;
            }
            units.add(
                new Unit(
                    sequence + i,
                    track,
                    captured,
                    dts + offset,
                    dts,
                    keyframe && i == 0,
                    in.slice(payload, bytes)));
            payload += bytes;
            dts += duration;
          }
        }
      }
    }
    return units;
  }

  private static int size(ByteBuffer in, int at) {
    int size = in.getInt(at);
    if (size < HEADER_BYTES) {
      throw new IllegalArgumentException("a box of " + size + " bytes");
    }
    return size;
  }

  private static int box(ByteBuffer in, int at, int type) {
    if (in.getInt(at + 4) != type) {
      throw new IllegalArgumentException("not a fragment");
    }
    return size(in, at);
  }
}
