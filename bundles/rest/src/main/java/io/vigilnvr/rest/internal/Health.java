package io.vigilnvr.rest.internal;

import io.vigilnvr.api.health.HealthCheck;
import java.util.List;
import java.util.Optional;

/** Whether the platform is ready: each check that must be there is there, and well. */
final class Health {
  static final List<String> EXPECTED =
      List.of("database", "store", "accounts", "storage", "bundles", "ingest");

  private Health() {}

  record Check(String name, Optional<String> problem) {}

  static List<Check> checks(List<HealthCheck> present) {
    return EXPECTED.stream()
        .map(
            name ->
                new Check(
                    name,
                    present.stream()
                        .filter(check -> check.name().equals(name))
                        .findFirst()
                        .map(Health::problem)
                        .orElse(Optional.of("not running"))))
        .toList();
  }

  private static Optional<String> problem(HealthCheck check) {
    try {
      return check.problem();
    } catch (RuntimeException e) {
      return Optional.of("its check failed");
    }
  }
}
