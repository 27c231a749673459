package io.vigilnvr.api.auth;

import io.vigilnvr.api.camera.CameraId;
import org.osgi.annotation.versioning.ProviderType;

/** The one authorization function. Thread-safe; what it does not know, it denies. */
@ProviderType
public interface Access {
  /** Whether they may do this with this camera. */
  boolean allows(Identity who, Action action, CameraId camera);

  /** Whether they may do this with the system as a whole; those limited to cameras may not. */
  boolean allows(Identity who, Action action);
}
