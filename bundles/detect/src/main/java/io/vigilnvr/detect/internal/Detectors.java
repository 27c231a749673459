package io.vigilnvr.detect.internal;

import io.vigilnvr.api.detect.Detector;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** The detectors that are installed now. Thread-safe. */
final class Detectors {
  private record Installed(String id, int ranking, long serviceId, Detector detector) {}

  /** As services are ranked: the highest ranking, then the oldest. */
  private static final Comparator<Installed> RANK =
      Comparator.comparingInt(Installed::ranking)
          .thenComparing(Comparator.comparingLong(Installed::serviceId).reversed());

  private final List<Installed> installed = new CopyOnWriteArrayList<>();

  void add(String id, int ranking, long serviceId, Detector detector) {
    installed.add(new Installed(id, ranking, serviceId, detector));
  }

  void remove(long serviceId) {
    installed.removeIf(one -> one.serviceId == serviceId);
  }

  Optional<Detector> find(String id) {
    return installed.stream().filter(one -> one.id.equals(id)).max(RANK).map(Installed::detector);
  }
}
