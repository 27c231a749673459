package io.vigilnvr.api.camera;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * A service that wants to know of cameras and their states; found by whiteboard. On registration it
 * is told all there are. Calls come one at a time; they must return soon and may not throw.
 */
@ConsumerType
public interface CameraObserver {
  /** A camera is there, or was changed. */
  void changed(Camera camera);

  void removed(CameraId camera);

  /** A camera's state is another than before, or is told for the first time. */
  default void status(CameraId camera, CameraStatus status) {}
}
