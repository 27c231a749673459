package io.vigilnvr.camera.internal;

import io.vigilnvr.api.camera.CameraDriver;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** The drivers that are installed now. Thread-safe. */
final class Drivers {
  private record Installed(String id, int ranking, long serviceId, CameraDriver driver) {}

  /** As services are ranked: the highest ranking, then the oldest. */
  private static final Comparator<Installed> RANK =
      Comparator.comparingInt(Installed::ranking)
          .thenComparing(Comparator.comparingLong(Installed::serviceId).reversed());

  private final List<Installed> installed = new CopyOnWriteArrayList<>();

  void add(String id, int ranking, long serviceId, CameraDriver driver) {
    installed.add(new Installed(id, ranking, serviceId, driver));
  }

  void remove(long serviceId) {
    installed.removeIf(one -> one.serviceId == serviceId);
  }

  Optional<CameraDriver> find(String id) {
    return installed.stream().filter(one -> one.id.equals(id)).max(RANK).map(Installed::driver);
  }

  boolean has(CameraDriver driver) {
    return installed.stream().anyMatch(one -> one.driver == driver);
  }

  List<String> ids() {
    return installed.stream().map(Installed::id).distinct().sorted().toList();
  }
}
