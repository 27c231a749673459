package io.vigilnvr.media.mp4;

import io.vigilnvr.api.media.AccessUnit;
import io.vigilnvr.api.media.Codec;
import io.vigilnvr.api.media.Fragment;
import io.vigilnvr.media.Sample;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * What one picture in a fragment costs, against one second: the figures of
 * docs/design/fragments.md. Arguments: a folder for the files, then fragmented H.264 files of one
 * sample in each fragment.
 */
public final class FragmentMeasurement {
  private static final int ROUNDS = 30;
  private static final int WARM_UP = 15;
  private static final int SCANS = 20;
  private static final int PICTURES = 25;

  private FragmentMeasurement() {}

  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    for (int i = 1; i < arguments.length; i++) {
      Path source = Path.of(arguments[i]);
      Sample sample = Sample.of(Files.readAllBytes(source), Codec.H264, 1, 0);
      String name = source.getFileName().toString().replace(".mp4", "");
      measure(sample, "picture", folder.resolve(name + "-picture.mp4"), () -> pictures(sample));
      measure(sample, "second", folder.resolve(name + "-second.mp4"), () -> seconds(sample));
    }
  }

  private static void measure(Sample sample, String kind, Path file, Supplier<List<Fragment>> muxer)
      throws IOException {
    long payload = sample.units().stream().mapToLong(AccessUnit::payloadBytes).sum();
    long muxNanos = 0;
    long writeNanos = 0;
    List<Fragment> fragments = List.of();
    for (int round = 0; round < WARM_UP + ROUNDS; round++) {
      long from = cpuNanos();
      fragments = muxer.get();
      long muxed = cpuNanos();
      write(sample, fragments, file);
      long written = cpuNanos();
      if (round >= WARM_UP) {
        muxNanos += muxed - from;
        writeNanos += written - muxed;
      }
    }
    int units = sample.units().size();
    System.out.printf(
        Locale.ROOT,
        "%s: %d fragments, %d bytes, %.3f %% more than %d of payload; "
            + "mux %.2f us, write %.2f us of CPU for a picture%n",
        file.getFileName(),
        fragments.size(),
        Files.size(file),
        100.0 * (Files.size(file) - payload) / payload,
        payload,
        muxNanos / 1e3 / ROUNDS / units,
        writeNanos / 1e3 / ROUNDS / units);
    for (int scan = 0; scan < SCANS; scan++) {
      long cpu = cpuNanos();
      long from = System.nanoTime();
      int parts;
      try (FileChannel channel = FileChannel.open(file)) {
        parts = SegmentReader.scan(channel).parts().size();
      }
      long nanos = System.nanoTime() - from;
      cpu = cpuNanos() - cpu;
      if (scan == 0 || scan == SCANS - 1) {
        System.out.printf(
            Locale.ROOT,
            "  %s: scan %d of %d parts %.2f ms, %.2f ms of CPU%n",
            kind,
            scan + 1,
            parts,
            nanos / 1e6,
            cpu / 1e6);
      }
    }
  }

  private static List<Fragment> pictures(Sample sample) {
    return sample.fragments();
  }

  private static List<Fragment> seconds(Sample sample) {
    List<Fragment> fragments = new ArrayList<>();
    List<AccessUnit> units = sample.units();
    for (int from = 0; from < units.size(); from += PICTURES) {
      List<AccessUnit> second = units.subList(from, Math.min(units.size(), from + PICTURES));
      fragments.add(Fragments.gather(second, sample.track(), true, 3600));
    }
    return fragments;
  }

  /** As the recorder does: one gathering write for what came within a second. */
  private static void write(Sample sample, List<Fragment> fragments, Path file) throws IOException {
    int atOnce = Math.max(1, fragments.size() * PICTURES / sample.units().size());
    List<Trailer.Keyframe> keyframes = new ArrayList<>();
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      channel.write(InitSegments.of(sample.format(), sample.info()));
      long at = channel.position();
      for (int from = 0; from < fragments.size(); from += atOnce) {
        List<Fragment> second = fragments.subList(from, Math.min(fragments.size(), from + atOnce));
        ByteBuffer[] buffers = new ByteBuffer[second.size()];
        long bytes = 0;
        for (int i = 0; i < buffers.length; i++) {
          Fragment fragment = second.get(i);
          if (fragment.keyframe()) {
            keyframes.add(new Trailer.Keyframe(at + bytes, fragment.dtsTicks()));
          }
          buffers[i] = fragment.bytes().duplicate();
          bytes += buffers[i].remaining();
        }
        at += bytes;
        while (bytes > 0) {
          bytes -= channel.write(buffers);
        }
      }
      channel.write(Trailer.mfra(1, keyframes));
    }
  }

  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }
}
