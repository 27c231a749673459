package io.vigilnvr.shell.internal;

import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.CameraRegistry;
import java.util.NoSuchElementException;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.jspecify.annotations.Nullable;

/** Forgets a camera; its recordings are removed by retention. */
@Service
@Command(
    scope = "vigil",
    name = "camera-remove",
    description = "Forgets a camera; its recordings are removed by retention")
@SuppressWarnings("NullAway.Init")
public final class CameraRemove implements Action {
  @Argument(name = "camera", description = "Its id", required = true)
  String camera;

  @Reference CameraRegistry cameras;

  @Reference Session session;

  @Override
  public @Nullable Object execute() throws Exception {
    if (!cameras.delete(new CameraId(camera))) {
      throw new NoSuchElementException("there is no camera " + camera);
    }
    return null;
  }
}
