package io.vigilnvr.media.mp4;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * What a {@code moof} with one {@code traf} and one {@code trun} says, whoever wrote it.
 *
 * @param number of {@code mfhd}, unsigned
 * @param payloadBytes sizes of all samples together
 * @param sync whether the first sample is a sync sample
 */
record Moof(
    int number,
    int track,
    long dtsTicks,
    int samples,
    long durationTicks,
    long payloadBytes,
    boolean sync) {
  private static final int TFHD_BASE_DATA_OFFSET = 0x1;
  private static final int TFHD_DESCRIPTION_INDEX = 0x2;
  private static final int TFHD_DEFAULT_SIZE = 0x10;
  private static final int TRUN_FIRST_FLAGS = 0x4;
  private static final int NON_SYNC_BIT = 0x10000;

  /** Takes a whole {@code moof} with its header, at position 0. */
  static Optional<Moof> parse(ByteBuffer moof) {
    Optional<ByteBuffer> content = Boxes.after(moof, Boxes.HEADER_BYTES);
    Optional<ByteBuffer> mfhd = content.flatMap(bytes -> Boxes.find(bytes, "mfhd"));
    Optional<ByteBuffer> traf = content.flatMap(bytes -> Boxes.find(bytes, "traf"));
    Optional<ByteBuffer> tfhd = traf.flatMap(bytes -> Boxes.find(bytes, "tfhd"));
    Optional<ByteBuffer> tfdt = traf.flatMap(bytes -> Boxes.find(bytes, "tfdt"));
    Optional<ByteBuffer> trun = traf.flatMap(bytes -> Boxes.find(bytes, "trun"));
    if (mfhd.isEmpty()
        || tfhd.isEmpty()
        || tfdt.isEmpty()
        || trun.isEmpty()
        || mfhd.get().remaining() < 8
        || tfhd.get().remaining() < 8
        || tfdt.get().remaining() < 8
        || trun.get().remaining() < 8
        || count(content.get(), Boxes.TRAF) != 1
        || count(traf.get(), Boxes.TRUN) != 1) {
      return Optional.empty();
    }
    ByteBuffer head = tfhd.get();
    int headFlags = head.getInt() & 0xffffff;
    int track = head.getInt();
    if ((headFlags & TFHD_BASE_DATA_OFFSET) != 0) {
      skip(head, 8);
    }
    if ((headFlags & TFHD_DESCRIPTION_INDEX) != 0) {
      skip(head, 4);
    }
    int duration = word(head, (headFlags & Fragments.TFHD_DEFAULT_DURATION) != 0);
    int size = word(head, (headFlags & TFHD_DEFAULT_SIZE) != 0);
    int flags = word(head, (headFlags & Fragments.TFHD_DEFAULT_FLAGS) != 0);
    ByteBuffer time = tfdt.get();
    boolean wide = time.get(0) != 0;
    if (wide && time.remaining() < 12) {
      return Optional.empty();
    }
    long dts = wide ? time.getLong(4) : time.getInt(4) & 0xffffffffL;
    return run(trun.get(), duration, size, flags)
        .filter(run -> dts >= 0)
        .map(
            run ->
                new Moof(
                    mfhd.get().getInt(4),
                    track,
                    dts,
                    run.samples,
                    run.durationTicks,
                    run.payloadBytes,
                    run.sync));
  }

  private record Run(int samples, long durationTicks, long payloadBytes, boolean sync) {}

  private static Optional<Run> run(
      ByteBuffer run, int defaultDuration, int defaultSize, int defaultFlags) {
    int runFlags = run.getInt() & 0xffffff;
    long samples = run.getInt() & 0xffffffffL;
    word(run, (runFlags & Fragments.TRUN_DATA_OFFSET) != 0);
    boolean firstFlags = (runFlags & TRUN_FIRST_FLAGS) != 0;
    int first = firstFlags ? word(run, true) : defaultFlags;
    int each = 4 * Integer.bitCount(runFlags & 0xf00);
    if (samples < 1 || (each > 0 ? samples * each > run.remaining() : samples > 0xffff)) {
      return Optional.empty();
    }
    long duration = 0;
    long bytes = 0;
    for (int i = 0; i < samples; i++) {
      duration +=
          ((runFlags & Fragments.TRUN_DURATION) != 0 ? run.getInt() : defaultDuration)
              & 0xffffffffL;
      bytes += ((runFlags & Fragments.TRUN_SIZE) != 0 ? run.getInt() : defaultSize) & 0xffffffffL;
      if ((runFlags & Fragments.TRUN_FLAGS) != 0) {
        int flags = run.getInt();
        first = i == 0 && !firstFlags ? flags : first;
      }
      if ((runFlags & Fragments.TRUN_OFFSET) != 0) {
        run.getInt();
      }
    }
    return Optional.of(new Run((int) samples, duration, bytes, (first & NON_SYNC_BIT) == 0));
  }

  /** The next word if a flag says that it is there and it is; else 0. */
  private static int word(ByteBuffer bytes, boolean present) {
    return present && bytes.remaining() >= 4 ? bytes.getInt() : 0;
  }

  private static void skip(ByteBuffer bytes, int count) {
    bytes.position(Math.min(bytes.limit(), bytes.position() + count));
  }

  private static long count(ByteBuffer bytes, int type) {
    return Boxes.in(bytes).stream().filter(box -> box.getInt(4) == type).count();
  }
}
