package io.vigilnvr.live.internal;

import io.vigilnvr.api.auth.Access;
import io.vigilnvr.api.auth.Accounts;
import io.vigilnvr.api.camera.CameraRegistry;
import io.vigilnvr.api.decode.Transcoder;
import io.vigilnvr.api.stream.StreamHub;
import java.util.Optional;

/**
 * The services that live media needs. Each may be away while its bundle is replaced: who watches
 * stays connected and goes on when it is back.
 */
interface Services {
  Optional<Accounts> accounts();

  Optional<Access> access();

  Optional<CameraRegistry> cameras();

  Optional<StreamHub> hub();

  Optional<Transcoder> transcoder();
}
