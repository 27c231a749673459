package io.vigilnvr.api.auth;

import io.vigilnvr.api.camera.CameraId;
import java.util.Optional;
import java.util.Set;

/**
 * Somebody who was authenticated.
 *
 * @param cameras the only ones that exist for them; empty if not limited
 * @param session names the login session or token, for audit and revocation
 */
public record Identity(
    String username, Role role, Optional<Set<CameraId>> cameras, String session) {
  public Identity {
    cameras = cameras.map(Set::copyOf);
  }
}
