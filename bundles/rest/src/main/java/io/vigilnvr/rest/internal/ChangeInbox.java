package io.vigilnvr.rest.internal;

import io.vigilnvr.api.camera.Camera;
import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.CameraObserver;
import io.vigilnvr.api.camera.CameraStatus;
import io.vigilnvr.api.event.Change;
import io.vigilnvr.api.event.ChangeObserver;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.osgi.service.component.annotations.Component;

/**
 * Takes notes of what changes, for {@link ChangeFeed} to see to. Of the same thing only the newest
 * note is kept, so that its size is bounded by what there is. It needs nothing of what it hears of:
 * else they would wait for each other at the start.
 */
@Component(service = {ChangeInbox.class, ChangeObserver.class, CameraObserver.class})
public final class ChangeInbox implements ChangeObserver, CameraObserver {
  private static final int MOST_NOTES = 10_000;

  /** A note: of a camera, or of anything else. */
  sealed interface Note {
    record OfCamera(CameraId camera, String change) implements Note {}

    record Of(Change change) implements Note {}
  }

  /** Guards the notes and the cameras; notified when there is a note. */
  private final Object lock = new Object();

  private final Map<Object, Note> notes = new LinkedHashMap<>();
  private final Set<CameraId> cameras = new HashSet<>();

  private record CameraKey(CameraId camera) {}

  private record EventKey(String id) {}

  @Override
  public void changed(Change change) {
    Object key = change instanceof Change.EventChanged event ? new EventKey(event.id()) : change;
    synchronized (lock) {
      add(key, new Note.Of(change));
    }
  }

  @Override
  public void changed(Camera camera) {
    synchronized (lock) {
      boolean added = cameras.add(camera.id());
      add(new CameraKey(camera.id()), new Note.OfCamera(camera.id(), added ? "added" : "changed"));
    }
  }

  @Override
  public void removed(CameraId camera) {
    synchronized (lock) {
      cameras.remove(camera);
      add(new CameraKey(camera), new Note.OfCamera(camera, "removed"));
    }
  }

  @Override
  public void status(CameraId camera, CameraStatus status) {
    changed(new Change.StatusChanged(camera));
  }

  private void add(Object key, Note note) {
    notes.remove(key);
    if (notes.size() >= MOST_NOTES) {
      notes.remove(notes.keySet().iterator().next());
    }
    notes.put(key, note);
    lock.notifyAll();
  }

  /** Takes out all notes, in order; waits for one if there is none, at most so long. */
  List<Note> take(long atMostMillis) throws InterruptedException {
    long deadline = System.nanoTime() + atMostMillis * 1_000_000;
    synchronized (lock) {
      long left = atMostMillis;
      while (notes.isEmpty() && left > 0) {
        lock.wait(left);
        left = (deadline - System.nanoTime()) / 1_000_000;
      }
      var taken = new ArrayList<>(notes.values());
      notes.clear();
      return taken;
    }
  }
}
