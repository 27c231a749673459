package io.vigilnvr.api.event;

import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.storage.VolumeId;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Something is not as it was. A change says what to look at again, not how it is now, so that of
 * several only the last must arrive.
 */
public sealed interface Change {
  /** A camera's status is another in a way that its state does not say, e.g. its recording. */
  record StatusChanged(CameraId camera) implements Change {}

  /** A volume came, went, failed, or is well again. */
  record VolumeChanged(VolumeId volume) implements Change {}

  /**
   * A plugin came, went, started or stopped.
   *
   * @param id its symbolic name
   */
  record PluginChanged(String id) implements Change {}

  /** A kept export went on, ended, or was removed. */
  record ExportChanged(String id, CameraId camera) implements Change {}

  /** Saved views were added, changed or removed. */
  record ViewsChanged() implements Change {}

  /** Sessions, tokens or users are not what they were: who was let in may not be any more. */
  record AccessChanged() implements Change {}

  /**
   * Something happened before a camera, or to the system.
   *
   * @param id of the event
   * @param camera empty if it concerns the system
   * @param event as JSON: String, Number, Boolean, List, Map, null; named as in the HTTP API; if it
   *     was deleted, only whose it was
   */
  record EventChanged(Step step, String id, Optional<CameraId> camera, Map<String, Object> event)
      implements Change {
    public EventChanged {
      event = Collections.unmodifiableMap(new LinkedHashMap<>(event));
    }
  }

  /** Where an event is in its life. */
  enum Step {
    NEW,
    UPDATE,
    END,
    /** Somebody deleted it: it is never kept with this step. */
    DELETE
  }
}
