package io.vigilnvr.shell.internal;

import io.vigilnvr.api.camera.CameraDraft;
import io.vigilnvr.api.camera.CameraRegistry;
import io.vigilnvr.api.record.RecordingPlan;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.jspecify.annotations.Nullable;

/** Adds a camera, and prints its id. */
@Service
@Command(scope = "vigil", name = "camera-add", description = "Adds a camera, and prints its id")
@SuppressWarnings("NullAway.Init")
public final class CameraAdd implements Action {
  @Argument(index = 0, name = "name", description = "What people call it", required = true)
  String name;

  @Argument(
      index = 1,
      name = "settings",
      description = "name=value, as the driver names them, e.g. url=rtsp://192.0.2.10/main",
      multiValued = true)
  List<String> settings = List.of();

  @Option(name = "--driver", description = "See driver-list")
  String driver = "rtsp";

  @Option(
      name = "--ask",
      description = "Asks for this setting, e.g. password, instead of keeping it in the history",
      multiValued = true)
  List<String> asked = List.of();

  @Reference CameraRegistry cameras;

  @Reference Session session;

  @Override
  public @Nullable Object execute() throws Exception {
    var given = new HashMap<String, Object>();
    for (String setting : settings) {
      int equals = setting.indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException("settings are written name=value: " + setting);
      }
      given.put(setting.substring(0, equals), setting.substring(equals + 1));
    }
    for (String name : asked) {
      given.put(name, session.readLine(name + ": ", '*'));
    }
    var camera =
        cameras.create(
            new CameraDraft(
                name,
                driver,
                true,
                Map.copyOf(given),
                RecordingPlan.DEFAULT,
                List.of(),
                List.of(),
                List.of(),
                List.of()));
    session.getConsole().println(camera.id());
    return null;
  }
}
