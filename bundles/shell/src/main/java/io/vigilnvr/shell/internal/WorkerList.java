package io.vigilnvr.shell.internal;

import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.ingest.Ingest;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Lists the processes that receive streams. */
@Service
@Command(
    scope = "vigil",
    name = "worker-list",
    description = "Lists the processes that receive streams")
@SuppressWarnings("NullAway.Init")
public final class WorkerList extends Listing {

  @Reference Ingest ingest;

  @Override
  List<String> columns() {
    return List.of("id", "pid", "state", "adopted", "startedAt", "ringBytes", "streams");
  }

  @Override
  List<List<?>> rows() throws Exception {
    var rows = new ArrayList<List<?>>();
    for (var worker : ingest.workers()) {
      rows.add(
          List.of(
              worker.id(),
              worker.pid(),
              worker.state(),
              worker.adopted(),
              worker.startedAt(),
              worker.ringBytes(),
              worker.streams().stream().map(StreamId::toString).collect(Collectors.joining(" "))));
    }
    return rows;
  }
}
