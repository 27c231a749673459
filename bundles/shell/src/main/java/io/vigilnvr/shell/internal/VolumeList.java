package io.vigilnvr.shell.internal;

import io.vigilnvr.api.record.Recordings;
import java.util.ArrayList;
import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Lists the volumes. */
@Service
@Command(scope = "vigil", name = "volume-list", description = "Lists the volumes")
@SuppressWarnings("NullAway.Init")
public final class VolumeList extends Listing {

  @Reference Recordings recordings;

  @Override
  List<String> columns() {
    return List.of(
        "id", "backend", "location", "state", "cause", "recordedBytes", "segments", "freeBytes");
  }

  @Override
  List<List<?>> rows() throws Exception {
    var rows = new ArrayList<List<?>>();
    for (var volume : recordings.volumes()) {
      rows.add(
          List.of(
              volume.id(),
              volume.backend(),
              volume.location(),
              volume.state(),
              volume.cause(),
              volume.recordedBytes(),
              volume.segments(),
              volume.capacity().map(capacity -> capacity.freeBytes()).orElse(0L)));
    }
    return rows;
  }
}
