package io.vigilnvr.shell.internal;

import io.vigilnvr.api.ingest.Ingest;
import io.vigilnvr.api.ingest.IngestStatus;
import io.vigilnvr.api.stream.StreamHub;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Lists the streams that flow. */
@Service
@Command(scope = "vigil", name = "stream-list", description = "Lists the streams that flow")
@SuppressWarnings("NullAway.Init")
public final class StreamList extends Listing {

  @Reference StreamHub hub;
  @Reference Ingest ingest;

  @Override
  List<String> columns() {
    return List.of(
        "stream",
        "engine",
        "codec",
        "size",
        "frameRate",
        "bitrateBps",
        "received",
        "lost",
        "viewers",
        "lastAccessUnitAt");
  }

  @Override
  List<List<?>> rows() throws Exception {
    var rows = new ArrayList<List<?>>();
    for (var stream : hub.streams()) {
      rows.add(
          List.of(
              stream.stream(),
              ingest.status(stream.stream()).map(IngestStatus::engine).orElse(""),
              stream.codec().orElse(""),
              stream.widthPx() + "x" + stream.heightPx(),
              Math.round(stream.frameRate() * 10) / 10.0,
              stream.bitrateBps(),
              stream.received(),
              stream.lost(),
              stream.viewers(),
              stream.lastAccessUnitAt().map(Instant::toString).orElse("")));
    }
    return rows;
  }
}
