package io.vigilnvr.shell.internal;

import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.record.Ledger;
import io.vigilnvr.api.record.Recordings;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.jspecify.annotations.Nullable;

/** Lists what is recorded of a camera, and what is not and why. */
@Service
@Command(
    scope = "vigil",
    name = "recording-list",
    description = "Lists what is recorded of a camera, and what is not and why")
@SuppressWarnings("NullAway.Init")
public final class RecordingList extends Listing {
  @Argument(name = "camera", description = "Its id", required = true)
  String camera;

  @Option(name = "--from", description = "RFC 3339; a day ago if left out")
  @Nullable String from;

  @Option(name = "--to", description = "RFC 3339; now if left out")
  @Nullable String to;

  @Reference Recordings recordings;
  @Reference Clock clock;

  @Override
  List<String> columns() {
    return List.of("from", "to", "what", "bytes");
  }

  @Override
  List<List<?>> rows() throws Exception {
    var rows = new ArrayList<List<?>>();
    Instant end = to == null ? clock.instant() : Instant.parse(to);
    Instant start = from == null ? end.minus(Duration.ofDays(1)) : Instant.parse(from);
    Ledger ledger = recordings.ledger(new CameraId(camera), start, end);
    for (var span : ledger.spans()) {
      rows.add(List.of(span.from(), span.to(), span.stream().word(), span.bytes()));
    }
    for (var gap : ledger.gaps()) {
      rows.add(List.of(gap.from(), gap.to(), "gap: " + gap.cause().word(), 0));
    }
    rows.sort(Comparator.comparing(row -> (Instant) row.get(0)));
    return rows;
  }
}
