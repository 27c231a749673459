package io.vigilnvr.auth.internal;

import io.vigilnvr.api.auth.Access;
import io.vigilnvr.api.auth.Action;
import io.vigilnvr.api.auth.Identity;
import io.vigilnvr.api.camera.CameraId;
import org.osgi.service.component.annotations.Component;

/** Allows what the role includes, for the cameras that exist for the identity. */
@Component
public final class RoleAccess implements Access {
  @Override
  public boolean allows(Identity who, Action action, CameraId camera) {
    return includes(who, action)
        && (who.cameras().isEmpty() || who.cameras().get().contains(camera));
  }

  @Override
  public boolean allows(Identity who, Action action) {
    return includes(who, action) && who.cameras().isEmpty();
  }

  private static boolean includes(Identity who, Action action) {
    return who.role().compareTo(action.least()) <= 0;
  }
}
