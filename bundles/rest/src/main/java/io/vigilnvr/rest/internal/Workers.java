package io.vigilnvr.rest.internal;

import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.health.WorkerSource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The processes that work for the platform, whoever started them. */
final class Workers {
  private Workers() {}

  record Worker(
      String id,
      String kind,
      long pid,
      List<CameraId> cameras,
      Instant since,
      List<WorkerSource.Decoder> decoders) {}

  /** What a part of Vigil lists. */
  @FunctionalInterface
  interface Listing<T> {
    List<T> get();
  }

  static List<Worker> list(Backend backend) {
    var all = new ArrayList<Worker>();
    orNone(() -> backend.ingest().workers())
        .forEach(
            worker ->
                all.add(
                    new Worker(
                        worker.id(),
                        "ingest",
                        worker.pid(),
                        worker.streams().stream().map(StreamId::camera).distinct().toList(),
                        worker.startedAt(),
                        List.of())));
    for (WorkerSource source : backend.workerSources()) {
      source
          .workers()
          .forEach(
              worker ->
                  all.add(
                      new Worker(
                          worker.id(),
                          worker.kind(),
                          worker.pid(),
                          worker.cameras(),
                          worker.since(),
                          worker.decoders())));
    }
    return all;
  }

  /** What is not running has none. */
  static <T> List<T> orNone(Listing<T> listing) {
    try {
      return listing.get();
    } catch (ProblemException e) {
      return List.of();
    }
  }
}
