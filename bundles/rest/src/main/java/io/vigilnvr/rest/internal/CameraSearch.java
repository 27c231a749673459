package io.vigilnvr.rest.internal;

import io.vigilnvr.api.camera.CameraException;
import io.vigilnvr.api.camera.CameraFinder;
import io.vigilnvr.api.task.Tasks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceScope;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has all finders look for cameras at the same time, and does not wait for one that hangs. */
@Component(service = CameraSearch.class)
public final class CameraSearch {
  private static final Logger log = LoggerFactory.getLogger(CameraSearch.class);
  private static final Duration LIMIT = Duration.ofSeconds(5);

  private final Tasks tasks;
  private final Duration limit;

  /** Each search floods the network a little. */
  private final Semaphore running = new Semaphore(1);

  @Activate
  public CameraSearch(@Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED) Tasks tasks) {
    this(tasks, LIMIT);
  }

  CameraSearch(Tasks tasks, Duration limit) {
    this.tasks = tasks;
    this.limit = limit;
  }

  /**
   * What was found.
   *
   * @param failed by the finder's name, why it could not look
   */
  record Found(List<CameraFinder.FoundCamera> cameras, Map<String, String> failed) {}

  /**
   * @throws ProblemException with 429 while another search is under way
   */
  Found run(Map<String, CameraFinder> finders) throws InterruptedException {
    if (!running.tryAcquire()) {
      throw new ProblemException(429, "Somebody is looking already; wait a little.")
          .header("Retry-After", Long.toString(limit.toSeconds()));
    }
    try {
      return gather(finders);
    } finally {
      running.release();
    }
  }

  private Found gather(Map<String, CameraFinder> finders) throws InterruptedException {
    var found = new TreeMap<String, List<CameraFinder.FoundCamera>>();
    var failed = new TreeMap<String, String>();
    var lock = new Object();
    var handles = new LinkedHashMap<String, Tasks.Handle>();
    finders.forEach(
        (name, finder) ->
            handles.put(
                name,
                tasks.start(
                    "find-" + name,
                    () -> {
                      List<CameraFinder.FoundCamera> cameras = List.of();
                      String failure = "";
                      try {
                        cameras = finder.find(limit);
                      } catch (CameraException e) {
                        failure = String.valueOf(e.getMessage());
                      } catch (RuntimeException e) {
                        log.warn("the finder {} failed", name, e);
                        failure = "it failed; see the log";
                      }
                      synchronized (lock) {
                        if (failure.isEmpty()) {
                          found.put(name, List.copyOf(cameras));
                        } else {
                          failed.put(name, failure);
                        }
                        lock.notifyAll();
                      }
                    })));
    // A finder may use all of its time, and needs a moment to say what it has found.
    long deadline = System.nanoTime() + limit.plusMillis(500).toNanos();
    var cameras = new ArrayList<CameraFinder.FoundCamera>();
    synchronized (lock) {
      long left = 1;
      while (found.size() + failed.size() < finders.size() && left > 0) {
        left = (deadline - System.nanoTime()) / 1_000_000;
        if (left > 0) {
          lock.wait(left);
        }
      }
      for (String name : finders.keySet()) {
        if (!found.containsKey(name)) {
          failed.putIfAbsent(name, "it did not answer in time");
        }
      }
      found.values().forEach(cameras::addAll);
    }
    // Those that hang are interrupted, and waited for elsewhere.
    tasks.start("find-end", () -> handles.values().forEach(Tasks.Handle::stop));
    var once = new LinkedHashMap<String, CameraFinder.FoundCamera>();
    cameras.forEach(camera -> once.putIfAbsent(camera.driver() + " " + camera.address(), camera));
    return new Found(
        once.values().stream()
            .sorted(
                Comparator.comparing(CameraFinder.FoundCamera::name)
                    .thenComparing(CameraFinder.FoundCamera::address))
            .toList(),
        failed);
  }
}
