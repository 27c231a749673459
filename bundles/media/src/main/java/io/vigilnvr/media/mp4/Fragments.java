package io.vigilnvr.media.mp4;

import io.vigilnvr.api.media.AccessUnit;
import io.vigilnvr.api.media.Fragment;
import io.vigilnvr.api.media.Track;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Makes fragments: a {@code moof} (ISO/IEC 14496-12, 8.8.4) and its {@code mdat}.
 *
 * <p>{@code mfhd.sequence_number} is the low 32 bits of the number of the last access unit; {@code
 * tfdt} is the decoding time in the run, 64 bits; {@code trun} is of version 1, whose composition
 * offsets are signed. One {@code traf}, one {@code trun}; offsets count from the {@code moof}.
 */
public final class Fragments {
  /** Of a fragment of one access unit: 104 bytes of {@code moof} and 8 before the payload. */
  public static final int HEADER_BYTES = 112;

  static final int DEFAULT_BASE_IS_MOOF = 0x020000;
  static final int TRUN_DATA_OFFSET = 0x1;
  static final int TRUN_DURATION = 0x100;
  static final int TRUN_SIZE = 0x200;
  static final int TRUN_FLAGS = 0x400;
  static final int TRUN_OFFSET = 0x800;
  static final int TFHD_DEFAULT_DURATION = 0x8;
  static final int TFHD_DEFAULT_FLAGS = 0x20;

  /** Depends on no other sample, and is a sync sample (8.8.3.1). */
  static final int SYNC = 0x02000000;

  /** Depends on others, and is not a sync sample. */
  static final int NON_SYNC = 0x01010000;

  private static final int MOOF_BYTES = 104;
  private static final int MFHD_BYTES = 16;
  private static final int TFHD_BYTES = 16;
  private static final int TFDT_BYTES = 20;
  private static final int TRUN_BYTES = 20;
  private static final long MAX_DURATION = 0xffffffffL;

  private Fragments() {}

  /**
   * Makes a fragment of one access unit where it is: the boxes are written into its headroom. The
   * fragment shares the unit's bytes. Doing it again gives the same bytes.
   *
   * @param track of the unit
   * @param primary whether segments are cut by the track
   * @param durationTicks up to the next unit of the track, as far as known; put to 0 to 2³² − 1
   * @throws IllegalArgumentException if the unit is of another track, or its decoding time is
   *     negative, which {@code tfdt} cannot say
   */
  public static Fragment wrap(AccessUnit unit, Track track, boolean primary, long durationTicks) {
    check(unit, track);
    long duration = clamped(durationTicks);
    ByteBuffer out = unit.buffer().duplicate();
    int start = AccessUnit.HEADROOM - HEADER_BYTES;
    out.position(start);
    out.putInt(MOOF_BYTES).putInt(Boxes.MOOF);
    out.putInt(MFHD_BYTES).putInt(Boxes.MFHD).putInt(0).putInt((int) unit.sequence());
    out.putInt(MOOF_BYTES - 8 - MFHD_BYTES).putInt(Boxes.TRAF);
    out.putInt(TFHD_BYTES).putInt(Boxes.TFHD).putInt(DEFAULT_BASE_IS_MOOF).putInt(track.number());
    out.putInt(TFDT_BYTES).putInt(Boxes.TFDT).putInt(1 << 24).putLong(unit.dtsTicks());
    out.putInt(TRUN_BYTES + 16).putInt(Boxes.TRUN);
    out.putInt(1 << 24 | TRUN_DATA_OFFSET | TRUN_DURATION | TRUN_SIZE | TRUN_FLAGS | TRUN_OFFSET);
    out.putInt(1).putInt(HEADER_BYTES);
    out.putInt((int) duration);
    out.putInt(unit.payloadBytes());
    out.putInt(flags(unit));
    out.putInt(compositionOffset(unit));
    out.putInt(8 + unit.payloadBytes()).putInt(Boxes.MDAT);
    return new Fragment(
        unit.sequence(),
        unit.sequence(),
        unit.track(),
        primary && unit.keyframe(),
        unit.captured(),
        unit.dtsTicks(),
        duration,
        out.slice(start, out.limit() - start));
  }

  /**
   * Makes one fragment of several access units; copies them. For audio, whose units are so small
   * that a header for each would be a waste.
   *
   * @param units of one track, with adjoining sequence numbers (a fragment holds all numbers
   *     between its first and last), in decoding order; at least one
   * @param lastDurationTicks of the last unit; the others last until the next
   * @throws IllegalArgumentException if there are none, they are of another track, numbers do not
   *     adjoin, time goes back, or starts below zero
   */
  public static Fragment gather(
      List<AccessUnit> units, Track track, boolean primary, long lastDurationTicks) {
    if (units.isEmpty()) {
      throw new IllegalArgumentException("a fragment has at least one access unit");
    }
    int count = units.size();
    AccessUnit first = units.get(0);
    AccessUnit last = units.get(count - 1);
    long[] durations = new long[count];
    boolean sameDuration = true;
    boolean sameFlags = true;
    boolean offsets = false;
    int payload = 0;
    for (int i = 0; i < count; i++) {
      AccessUnit unit = units.get(i);
      check(unit, track);
      if (unit.sequence() != first.sequence() + i) {
        throw new IllegalArgumentException(
            "number " + unit.sequence() + " does not adjoin " + (first.sequence() + i - 1));
      }
      durations[i] =
          clamped(
              i + 1 < count ? units.get(i + 1).dtsTicks() - unit.dtsTicks() : lastDurationTicks);
      if (i + 1 < count && units.get(i + 1).dtsTicks() < unit.dtsTicks()) {
        throw new IllegalArgumentException("decoding time goes back after " + unit.sequence());
      }
      sameDuration &= durations[i] == durations[0];
      sameFlags &= flags(unit) == flags(first);
      offsets |= compositionOffset(unit) != 0;
      payload = Math.addExact(payload, unit.payloadBytes());
    }
    int each = 4 + (sameDuration ? 0 : 4) + (sameFlags ? 0 : 4) + (offsets ? 4 : 0);
    int tfhd = TFHD_BYTES + (sameDuration ? 4 : 0) + (sameFlags ? 4 : 0);
    int trun = TRUN_BYTES + count * each;
    int traf = 8 + tfhd + TFDT_BYTES + trun;
    int moof = 8 + MFHD_BYTES + traf;
    ByteBuffer out = ByteBuffer.allocate(Math.addExact(moof + 8, payload));
    out.putInt(moof).putInt(Boxes.MOOF);
    out.putInt(MFHD_BYTES).putInt(Boxes.MFHD).putInt(0).putInt((int) last.sequence());
    out.putInt(traf).putInt(Boxes.TRAF);
    out.putInt(tfhd).putInt(Boxes.TFHD);
    out.putInt(
        DEFAULT_BASE_IS_MOOF
            | (sameDuration ? TFHD_DEFAULT_DURATION : 0)
            | (sameFlags ? TFHD_DEFAULT_FLAGS : 0));
    out.putInt(track.number());
    if (sameDuration) {
      out.putInt((int) durations[0]);
    }
    if (sameFlags) {
      out.putInt(flags(first));
    }
    out.putInt(TFDT_BYTES).putInt(Boxes.TFDT).putInt(1 << 24).putLong(first.dtsTicks());
    out.putInt(trun).putInt(Boxes.TRUN);
    out.putInt(
        1 << 24
            | TRUN_DATA_OFFSET
            | TRUN_SIZE
            | (sameDuration ? 0 : TRUN_DURATION)
            | (sameFlags ? 0 : TRUN_FLAGS)
            | (offsets ? TRUN_OFFSET : 0));
    out.putInt(count).putInt(moof + 8);
    long duration = 0;
    for (int i = 0; i < count; i++) {
      AccessUnit unit = units.get(i);
      duration += durations[i];
      if (!sameDuration) {
        out.putInt((int) durations[i]);
      }
      out.putInt(unit.payloadBytes());
      if (!sameFlags) {
        out.putInt(flags(unit));
      }
      if (offsets) {
        out.putInt(compositionOffset(unit));
      }
    }
    out.putInt(8 + payload).putInt(Boxes.MDAT);
    for (AccessUnit unit : units) {
      out.put(unit.payload());
    }
    return new Fragment(
        first.sequence(),
        last.sequence(),
        track.number(),
        primary && first.keyframe(),
        first.captured(),
        first.dtsTicks(),
        duration,
        out.flip());
  }

  private static void check(AccessUnit unit, Track track) {
    if (unit.track() != track.number()) {
      throw new IllegalArgumentException(
          "unit of track " + unit.track() + " for track " + track.number());
    }
    if (unit.dtsTicks() < 0) {
      throw new IllegalArgumentException("decoding time below zero: " + unit.dtsTicks());
    }
  }

  private static long clamped(long duration) {
    return Math.max(0, Math.min(duration, MAX_DURATION));
  }

  private static int flags(AccessUnit unit) {
    return unit.keyframe() ? SYNC : NON_SYNC;
  }

  private static int compositionOffset(AccessUnit unit) {
    long offset = unit.ptsTicks() - unit.dtsTicks();
    return (int) Math.max(Integer.MIN_VALUE, Math.min(offset, Integer.MAX_VALUE));
  }
}
