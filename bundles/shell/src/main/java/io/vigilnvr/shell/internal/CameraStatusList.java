package io.vigilnvr.shell.internal;

import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.CameraRegistry;
import io.vigilnvr.api.record.Recordings;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Tells how a camera is, and its streams. */
@Service
@Command(
    scope = "vigil",
    name = "camera-status",
    description = "Tells how a camera is, and its streams")
@SuppressWarnings("NullAway.Init")
public final class CameraStatusList extends Listing {
  @Argument(name = "camera", description = "Its id", required = true)
  String camera;

  @Reference CameraRegistry cameras;
  @Reference Recordings recordings;

  @Override
  List<String> columns() {
    return List.of(
        "camera",
        "state",
        "since",
        "cause",
        "stream",
        "codec",
        "size",
        "frameRate",
        "bitrateBps",
        "received",
        "recorded",
        "lost",
        "durableThrough");
  }

  @Override
  List<List<?>> rows() throws Exception {
    var rows = new ArrayList<List<?>>();
    var id = new CameraId(camera);
    var status = cameras.status(id);
    if (status.streams().isEmpty()) {
      rows.add(
          List.of(
              id,
              status.state().word(),
              status.since(),
              status.cause().orElse(""),
              "",
              "",
              "",
              0,
              0,
              0,
              0,
              0,
              ""));
    }
    for (var stream : status.streams()) {
      var recorded = recordings.status(stream.stream());
      rows.add(
          List.of(
              id,
              status.state().word(),
              status.since(),
              status.cause().orElse(""),
              stream.stream().role().word(),
              stream.codec().orElse(""),
              stream.widthPx() + "x" + stream.heightPx(),
              Math.round(stream.frameRate() * 10) / 10.0,
              stream.bitrateBps(),
              stream.received(),
              recorded.recorded(),
              recorded.lost(),
              recorded.durableThrough().map(Instant::toString).orElse("")));
    }
    return rows;
  }
}
