package io.vigilnvr.api.camera;

import org.osgi.annotation.versioning.ConsumerType;

/** One connection to one camera. A lost session is closed and replaced, never repaired. */
@ConsumerType
public interface CameraSession extends AutoCloseable {
  /** Fixed for the session's life. */
  CameraDescription description();

  /**
   * Blocks while the session is good. Returns once {@link #close} was called.
   *
   * @throws CameraException when the camera is lost
   */
  void awaitEnd() throws CameraException, InterruptedException;

  /** Frees everything and releases {@link #awaitEnd}. Any thread, any number of times. */
  @Override
  void close();
}
