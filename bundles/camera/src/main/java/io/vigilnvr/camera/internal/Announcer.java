package io.vigilnvr.camera.internal;

import io.vigilnvr.api.camera.Camera;
import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.CameraObserver;
import io.vigilnvr.api.camera.CameraStatus;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells observers what happens to cameras, in order, one call at a time, from one task and under no
 * lock. It keeps its own picture of all cameras, as the order of its news says: an observer that
 * comes later is told that picture first, so it never hears of a change twice or not at all.
 *
 * <p>The queue is bounded: if observers are so slow that it is full, they are told how everything
 * is once they are back, but not what was in between.
 */
final class Announcer {
  private static final Logger log = LoggerFactory.getLogger(Announcer.class);
  private static final int MAX_NEWS = 10_000;

  private sealed interface News {
    record Changed(Camera camera) implements News {}

    record Removed(CameraId camera) implements News {}

    record Status(CameraId camera, CameraStatus status) implements News {}

    record Joined(CameraObserver observer) implements News {}

    record Left(CameraObserver observer) implements News {}
  }

  private record Known(Map<CameraId, Camera> cameras, Map<CameraId, CameraStatus> statuses) {
    Known() {
      this(new TreeMap<>(), new TreeMap<>());
    }

    void take(News news) {
      if (news instanceof News.Changed changed) {
        cameras.put(changed.camera().id(), changed.camera());
      } else if (news instanceof News.Removed removed) {
        cameras.remove(removed.camera());
        statuses.remove(removed.camera());
      } else if (news instanceof News.Status status && cameras.containsKey(status.camera())) {
        statuses.put(status.camera(), status.status());
      }
    }
  }

  /** Guards the next three, and is held for no call. */
  private final Object lock = new Object();

  private final Deque<News> queue = new ArrayDeque<>();

  /** What will be known once the queue has been told. */
  private final Known latest = new Known();

  private boolean overflowed;

  /** Of the task alone: who is there, and which cameras each was told of. */
  private final Map<CameraObserver, Set<CameraId>> observers = new LinkedHashMap<>();

  void changed(Camera camera) {
    offer(new News.Changed(camera));
  }

  void removed(CameraId camera) {
    offer(new News.Removed(camera));
  }

  void status(CameraId camera, CameraStatus status) {
    offer(new News.Status(camera, status));
  }

  void add(CameraObserver observer) {
    offer(new News.Joined(observer));
  }

  void remove(CameraObserver observer) {
    offer(new News.Left(observer));
  }

  private void offer(News news) {
    synchronized (lock) {
      latest.take(news);
      boolean aboutObservers = news instanceof News.Joined || news instanceof News.Left;
      if (!aboutObservers && queue.size() >= MAX_NEWS) {
        overflowed = true;
        queue.removeIf(one -> !(one instanceof News.Joined) && !(one instanceof News.Left));
      }
      if (aboutObservers || !overflowed) {
        queue.add(news);
      }
      lock.notifyAll();
    }
  }

  /** The task. */
  void run() throws InterruptedException {
    // How things are, as far as told: what an observer is told when it joins.
    var told = new Known();
    while (true) {
      News news = null;
      List<News> everything = List.of();
      synchronized (lock) {
        while (queue.isEmpty() && !overflowed) {
          lock.wait();
        }
        if (queue.isEmpty()) {
          everything = everything(latest);
          overflowed = false;
        } else {
          news = queue.remove();
        }
      }
      if (news != null) {
        told.take(news);
        tell(news, told);
      } else {
        catchUp(everything, told);
      }
    }
  }

  private void catchUp(List<News> everything, Known told) {
    log.warn("observers of cameras are too slow: they were not told everything");
    told.cameras().clear();
    told.statuses().clear();
    everything.forEach(told::take);
    observers.forEach(
        (observer, knows) -> {
          for (CameraId id : Set.copyOf(knows)) {
            if (!told.cameras().containsKey(id)) {
              tell(observer, knows, new News.Removed(id));
            }
          }
          everything.forEach(one -> tell(observer, knows, one));
        });
  }

  private static List<News> everything(Known known) {
    var all = new ArrayList<News>();
    known.cameras().values().forEach(camera -> all.add(new News.Changed(camera)));
    known.statuses().forEach((id, status) -> all.add(new News.Status(id, status)));
    return all;
  }

  private void tell(News news, Known told) {
    if (news instanceof News.Joined joined) {
      var knows = new HashSet<CameraId>();
      observers.put(joined.observer(), knows);
      everything(told).forEach(one -> tell(joined.observer(), knows, one));
    } else if (news instanceof News.Left left) {
      observers.remove(left.observer());
    } else {
      observers.forEach((observer, knows) -> tell(observer, knows, news));
    }
  }

  private static void tell(CameraObserver observer, Set<CameraId> knows, News news) {
    if (news instanceof News.Changed changed) {
      knows.add(changed.camera().id());
      call(observer, one -> one.changed(changed.camera()));
    } else if (news instanceof News.Removed removed) {
      if (knows.remove(removed.camera())) {
        call(observer, one -> one.removed(removed.camera()));
      }
    } else if (news instanceof News.Status status && knows.contains(status.camera())) {
      call(observer, one -> one.status(status.camera(), status.status()));
    }
  }

  private static void call(CameraObserver observer, Consumer<CameraObserver> call) {
    try {
      call.accept(observer);
    } catch (RuntimeException e) {
      log.error("{} failed at news of a camera", observer.getClass().getName(), e);
    }
  }
}
