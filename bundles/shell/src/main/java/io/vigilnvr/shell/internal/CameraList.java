package io.vigilnvr.shell.internal;

import io.vigilnvr.api.camera.CameraRegistry;
import java.util.ArrayList;
import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Lists the cameras. */
@Service
@Command(scope = "vigil", name = "camera-list", description = "Lists the cameras")
@SuppressWarnings("NullAway.Init")
public final class CameraList extends Listing {

  @Reference CameraRegistry cameras;

  @Override
  List<String> columns() {
    return List.of("id", "name", "driver", "state", "recording", "cause");
  }

  @Override
  List<List<?>> rows() throws Exception {
    var rows = new ArrayList<List<?>>();
    for (var camera : cameras.cameras()) {
      var status = cameras.status(camera.id());
      rows.add(
          List.of(
              camera.id(),
              camera.name(),
              camera.driver(),
              status.state().word(),
              camera.recording().mode(),
              status.cause().orElse("")));
    }
    return rows;
  }
}
