package io.vigilnvr.ingest.rtsp.internal;

import io.vigilnvr.api.camera.StreamSource;
import io.vigilnvr.api.media.AccessUnit;
import io.vigilnvr.ingest.protocol.FrameReader;
import io.vigilnvr.ingest.protocol.Frames;
import io.vigilnvr.ingest.protocol.Message;
import io.vigilnvr.ingest.worker.WorkerMain;
import io.vigilnvr.tck.FrameMark;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What receiving costs: one worker with each engine, and {@code ffmpeg -c copy}, one after the
 * other from the same simulated cameras (RTSP over TCP). The platform is a reader that acknowledges
 * each second. CPU is user and system time in percent of one core for each camera, over a window
 * after a warm-up; memory is the proportional set size at its end; lost is what a camera's numbers
 * lack. Delays are from when the camera wrote a picture to when the platform has its access unit,
 * in milliseconds, over the window.
 *
 * <p>Arguments: scratch folder, sample (MP4), seconds of warm-up, seconds of the window, then words
 * such as {@code rtsp:16}, {@code gstreamer:16}, {@code ffmpeg:16}; {@code rtsp:16:watched} is with
 * a viewer of each camera. The words of {@code -Dvigil.bench.options} are options of the worker's
 * virtual machine that come behind its own.
 */
public final class WorkerBench {
  private final Path folder;
  private final String sample;
  private final long warmUpSeconds;
  private final long windowSeconds;

  private WorkerBench(String[] args) throws IOException {
    folder = Files.createDirectories(Path.of(args[0]).toAbsolutePath());
    sample = args[1];
    warmUpSeconds = Long.parseLong(args[2]);
    windowSeconds = Long.parseLong(args[3]);
  }

  public static void main(String[] args) throws Exception {
    var bench = new WorkerBench(args);
    System.out.printf(
        "%-18s %7s %12s %7s %9s %6s %6s %6s %6s %s%n",
        "engine",
        "cameras",
        "CPU %/camera",
        "PSS MiB",
        "units",
        "lost",
        "p50",
        "p95",
        "max",
        "load");
    for (int i = 4; i < args.length; i++) {
      String[] what = args[i].split(":", 3);
      bench.measure(what[0], Integer.parseInt(what[1]), what.length > 2);
    }
  }

  private void measure(String engine, int count, boolean watched) throws Exception {
    Process cameras =
        java(
                "io.vigilnvr.tck.SimulatedCameras",
                List.of(),
                "--exit-with-parent",
                "--port",
                "0",
                "--sample",
                sample,
                "--cameras",
                Integer.toString(count))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      BufferedReader lines = cameras.inputReader(StandardCharsets.UTF_8);
      String ready = lines.readLine();
      while (!ready.startsWith("READY")) {
        ready = lines.readLine();
      }
      String base = ready.replaceAll("^.*(rtsp://[^ /]+).*$", "$1");
      List<String> uris = new ArrayList<>();
      for (int i = 1; i <= count; i++) {
        uris.add(base + "/cam" + i + "/main");
      }
      if (engine.equals("ffmpeg")) {
        ffmpeg(uris);
      } else {
        worker(engine, uris, watched);
      }
    } finally {
      cameras.destroy();
      cameras.waitFor();
    }
  }

  private static ProcessBuilder java(String main, List<String> options, String... args) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
    command.addAll(List.of(args));
    return new ProcessBuilder(command);
  }

  private void worker(String engine, List<String> uris, boolean watched) throws Exception {
    Path socket = folder.resolve("s");
    Files.deleteIfExists(socket);
    List<String> options = new ArrayList<>(WorkerMain.OPTIONS);
    Stream.of(System.getProperty("vigil.bench.options", "").split(" ", -1))
        .filter(option -> !option.isEmpty())
        .forEach(options::add);
    Process worker =
        java(
                WorkerMain.class.getName(),
                options,
                "id=1",
                "socket=" + socket,
                "note=" + folder.resolve("n"),
                "log=" + folder.resolve("l"),
                "digest=x",
                "leaseMillis=5000")
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("l").toFile())
            .start();
    while (!Files.exists(socket)) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
    TimeUnit.MILLISECONDS.sleep(200);
    try (var drain = new Drain(socket, engine, uris, watched)) {
      var thread = new Thread(drain::run, "drain");
      thread.setDaemon(true);
      thread.start();
      report(engine + (watched ? " watched" : ""), uris.size(), List.of(worker.pid()), drain);
    } finally {
      worker.destroy();
      worker.waitFor();
    }
  }

  private void ffmpeg(List<String> uris) throws Exception {
    List<Process> all = new ArrayList<>();
    try {
      for (String uri : uris) {
        all.add(
            new ProcessBuilder(
                    "ffmpeg",
                    "-v",
                    "error",
                    "-nostdin",
                    "-rtsp_transport",
                    "tcp",
                    "-i",
                    uri,
                    "-c",
                    "copy",
                    "-f",
                    "segment",
                    "-segment_time",
                    "10",
                    "-segment_wrap",
                    "2",
                    "-y",
                    folder.resolve(all.size() + "-%d.mp4").toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start());
      }
      report("ffmpeg", uris.size(), all.stream().map(Process::pid).toList(), null);
    } finally {
      all.forEach(Process::destroy);
      for (Process each : all) {
        each.waitFor();
      }
    }
  }

  private void report(String engine, int count, List<Long> pids, @Nullable Drain drain)
      throws Exception {
    TimeUnit.SECONDS.sleep(warmUpSeconds);
    if (drain != null) {
      drain.delays.clear();
    }
    long ticks = ticks(pids);
    long start = System.nanoTime();
    TimeUnit.SECONDS.sleep(windowSeconds);
    double seconds = (System.nanoTime() - start) / 1e9;
    double cpu = (ticks(pids) - ticks) / seconds / count;
    double[] delays =
        drain == null
            ? new double[0]
            : drain.delays.stream().mapToDouble(micros -> micros / 1000.0).sorted().toArray();
    System.out.printf(
        "%-18s %7d %12.3f %7d %9d %6d %6.1f %6.1f %6.1f %s%n",
        engine,
        count,
        cpu,
        pss(pids) / 1024,
        drain == null ? 0 : drain.units.get(),
        drain == null ? 0 : drain.lost.get(),
        part(delays, 0.5),
        part(delays, 0.95),
        part(delays, 1),
        Files.readString(Path.of("/proc/loadavg")).split(" ", 2)[0]);
  }

  private static double part(double[] sorted, double part) {
    return sorted.length == 0
        ? Double.NaN
        : sorted[(int) Math.min(sorted.length - 1, sorted.length * part)];
  }

  private static long ticks(List<Long> pids) throws IOException {
    long ticks = 0;
    for (long pid : pids) {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      ticks += Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }
    return ticks;
  }

  private static long pss(List<Long> pids) throws IOException {
    long kib = 0;
    for (long pid : pids) {
      for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/smaps_rollup"))) {
        if (line.startsWith("Pss:")) {
          kib += Long.parseLong(line.replaceAll("[^0-9]", ""));
        }
      }
    }
    return kib;
  }

  /** The platform's end of the line. */
  private static final class Drain implements AutoCloseable, FrameReader.Handler {
    private final SocketChannel channel;
    private final long[] last;
    private final boolean[] news;
    final AtomicLong units = new AtomicLong();
    final AtomicLong lost = new AtomicLong();
    final Queue<Long> delays = new ConcurrentLinkedQueue<>();

    Drain(Path socket, String engine, List<String> uris, boolean watched) throws IOException {
      channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
      last = new long[uris.size() + 1];
      news = new boolean[uris.size() + 1];
      send(new Message.Hello(1, Frames.NEWEST_VERSION));
      for (int i = 1; i <= uris.size(); i++) {
        last[i] = -1;
        send(
            new Message.Open(
                i,
                "cam" + i + "/main",
                "x",
                new StreamSource.Rtsp(
                    URI.create(uris.get(i - 1)),
                    Optional.empty(),
                    StreamSource.Transport.TCP,
                    false,
                    engine,
                    ""),
                0,
                16 << 20,
                false));
        send(new Message.Watched(i, watched));
      }
    }

    private void send(Message message) throws IOException {
      channel.write(ByteBuffer.wrap(Frames.encode(message)));
    }

    void run() {
      var reader = new FrameReader();
      ByteBuffer in = ByteBuffer.allocateDirect(256 << 10);
      long next = System.nanoTime();
      try {
        while (channel.read(in.clear()) >= 0) {
          reader.read(in.flip(), this);
          if (System.nanoTime() - next > 0) {
            next += 1_000_000_000L;
            for (int i = 1; i < last.length; i++) {
              if (news[i]) {
                news[i] = false;
                send(new Message.Acknowledge(i, last[i]));
              }
            }
          }
        }
      } catch (IOException e) {
        // The measurement is over.
      }
    }

    @Override
    public void message(Message message) {
      if (message instanceof Message.Lost gone) {
        lost.addAndGet(gone.lastSequence() - gone.firstSequence() + 1);
      } else if (message instanceof Message.Interrupted) {
        lost.incrementAndGet();
      }
    }

    @Override
    public void unit(int handle, AccessUnit unit) {
      units.incrementAndGet();
      long now = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
      FrameMark.in(unit.payload()).forEach(mark -> delays.add(now - mark.sentMicros()));
      lost.addAndGet(unit.sequence() - last[handle] - 1);
      last[handle] = unit.sequence();
      news[handle] = true;
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
