package io.vigilnvr.rest.internal;

import io.vigilnvr.api.auth.Access;
import io.vigilnvr.api.auth.Action;
import io.vigilnvr.api.auth.Identity;
import io.vigilnvr.api.camera.CameraId;
import java.util.Optional;

/**
 * Who makes a request, and how.
 *
 * @param identity empty if nobody signed in
 * @param sessionSecret what the cookie holds, if that is how they signed in
 * @param address of the client
 */
record Caller(Optional<Identity> identity, Optional<String> sessionSecret, String address) {
  static final String PROPERTY = "io.vigilnvr.caller";

  Identity signedIn() {
    return identity.orElseThrow(ProblemException::unauthorized);
  }

  /**
   * Ends the request unless they may do this with the camera: with 404 if it does not exist for
   * them, with 403 if it does.
   */
  void require(Access access, Action action, CameraId camera) {
    Identity who = signedIn();
    if (!access.allows(who, Action.VIEW_LIVE, camera)) {
      throw ProblemException.notFound();
    }
    if (!access.allows(who, action, camera)) {
      throw new ProblemException(403);
    }
  }

  void require(Access access, Action action) {
    if (!access.allows(signedIn(), action)) {
      throw new ProblemException(403);
    }
  }

  @Override
  public String toString() {
    return identity.map(Identity::username).orElse("nobody") + " from " + address;
  }
}
