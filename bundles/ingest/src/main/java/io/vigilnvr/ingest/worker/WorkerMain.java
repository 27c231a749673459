package io.vigilnvr.ingest.worker;

import io.vigilnvr.api.ingest.IngestEngine;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/** Where a worker process begins. */
public final class WorkerMain {
  /**
   * What its virtual machine is started with. Rings are large only while the platform is away, and
   * the heap shrinks again after. How many share the heap is left to the worker. What does not stay
   * is little: rings use their pieces again, and a packet makes no object.
   */
  public static final List<String> OPTIONS =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-XX:-UsePerfData",
          "-XX:MinHeapFreeRatio=10",
          "-XX:MaxHeapFreeRatio=25",
          "-XX:+ExitOnOutOfMemoryError",
          "-XX:ReservedCodeCacheSize=24m",
          "-Xms8m",
          "-XX:MaxRAMPercentage=25",
          "-XX:MaxNewSize=4m",
          "-Xss512k",
          "-Djava.awt.headless=true");

  private WorkerMain() {}

  /** See {@link Options}. */
  public static void main(String[] arguments) {
    Options options = Options.of(arguments);
    Limits standard = Limits.DEFAULT;
    Limits limits =
        new Limits(standard.connect(), standard.watchdog(), options.lease(), standard.ring());
    int exit = 0;
    List<IngestEngine> engines = engines();
    try {
      Worker worker = new Worker(options, limits, engines, Clock.systemUTC());
      Thread main = Thread.currentThread();
      Thread hook =
          new Thread(
              () -> {
                worker.stop();
                try {
                  main.join(3000);
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              },
              "vigil-stop");
      Runtime.getRuntime().addShutdownHook(hook);
      worker.run();
    } catch (IOException | RuntimeException e) {
      Log.line("worker " + options.id() + " failed", e);
      exit = 1;
    }
    // Native threads may be left; nothing of theirs is worth waiting for.
    Runtime.getRuntime().halt(exit);
  }

  private static List<IngestEngine> engines() {
    List<IngestEngine> engines = new ArrayList<>();
    var found = ServiceLoader.load(IngestEngine.class).iterator();
    while (true) {
      try {
        if (!found.hasNext()) {
          return engines;
        }
        engines.add(found.next());
      } catch (ServiceConfigurationError | LinkageError e) {
        Log.line("an engine cannot be used", e);
      }
    }
  }
}
