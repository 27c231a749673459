package io.vigilnvr.rest.internal;

import io.vigilnvr.api.health.HealthCheck;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

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

  static boolean isReady(List<HealthCheck> present) {
    return checks(present).stream().allMatch(check -> check.problem().isEmpty());
  }

  /** What is not well, for admins: of those that must be there, and of all others. */
  static List<SystemResource.Degraded> degraded(List<HealthCheck> present) {
    var others =
        present.stream()
            .filter(check -> !EXPECTED.contains(check.name()))
            .map(check -> new Check(check.name(), problem(check)));
    return Stream.concat(checks(present).stream(), others)
        .flatMap(
            check ->
                check.problem().stream()
                    .map(cause -> new SystemResource.Degraded(check.name(), cause)))
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
