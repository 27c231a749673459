package io.vigilnvr.camera.internal;

import io.vigilnvr.api.camera.CameraConfig;
import io.vigilnvr.api.camera.CameraDriver;
import io.vigilnvr.api.camera.CameraException;
import io.vigilnvr.api.camera.CameraException.Kind;
import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.CameraSession;
import io.vigilnvr.api.camera.StreamProbe;
import io.vigilnvr.api.camera.StreamRole;
import io.vigilnvr.api.camera.StreamSource;
import io.vigilnvr.api.ingest.Ingest;
import io.vigilnvr.api.task.Tasks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Connects a camera once to see whether it works. A driver that does not keep to its ten seconds is
 * left behind, in a task of its own, and interrupted.
 */
final class Trial {
  /** Trials at a time: each holds a task, and a connection. */
  private static final int MAX_TRIALS = 8;

  private static final CameraId NOBODY = new CameraId("test");

  private final Semaphore room = new Semaphore(MAX_TRIALS);
  private final Tasks tasks;
  private final Duration timeout;

  Trial(Tasks tasks, Duration timeout) {
    this.tasks = tasks;
    this.timeout = timeout;
  }

  List<StreamProbe> run(CameraDriver driver, Map<String, Object> settings, Ingest ingest)
      throws CameraException, InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    if (!room.tryAcquire(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
      throw new CameraException(Kind.UNREACHABLE, "too many cameras are being tested; try again");
    }
    var result = new CompletableFuture<List<StreamProbe>>();
    Tasks.Handle task;
    try {
      task =
          tasks.start(
              "camera-test",
              () -> {
                try {
                  result.complete(probe(driver, settings, ingest, deadline));
                } catch (CameraException | InterruptedException | RuntimeException e) {
                  result.completeExceptionally(e);
                } finally {
                  room.release();
                }
              });
    } catch (RuntimeException e) {
      room.release();
      throw e;
    }
    try {
      return result.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new CameraException(
          Kind.UNREACHABLE, "no answer within " + timeout.toSeconds() + " s", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof CameraException failure) {
        throw failure;
      }
      throw new CameraException(Kind.PROTOCOL, "the driver failed; see the log", e);
    } finally {
      if (!result.isDone()) {
        tasks.start("camera-test-end", task::stop);
      }
    }
  }

  private static List<StreamProbe> probe(
      CameraDriver driver, Map<String, Object> settings, Ingest ingest, long deadline)
      throws CameraException, InterruptedException {
    try (CameraSession session = driver.connect(new CameraConfig(NOBODY, settings))) {
      var probes = new ArrayList<StreamProbe>();
      Map<StreamRole, StreamSource> streams = new TreeMap<>(session.description().streams());
      for (var stream : streams.entrySet()) {
        Duration left = Duration.ofNanos(Math.max(1, deadline - System.nanoTime()));
        try {
          probes.add(ingest.probe(stream.getKey(), stream.getValue(), left));
        } catch (CameraException e) {
          if (stream.getKey() == StreamRole.MAIN) {
            throw e;
          }
          throw new CameraException(
              e.kind(), stream.getKey().word() + " stream: " + e.getMessage(), e);
        }
      }
      return probes;
    }
  }
}
