package io.vigilnvr.rest.internal;

import io.vigilnvr.api.auth.Accounts;
import io.vigilnvr.api.auth.Role;
import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.plugin.InvalidSettingsException.Problem;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A user.
 *
 * @param cameras the only ones they see; null if all
 */
record UserView(
    String username,
    @Means(Role.class) String role,
    @Nullable List<String> cameras,
    boolean enabled,
    Instant createdAt) {
  static UserView of(Accounts.User user) {
    return new UserView(
        user.username(),
        user.role().word(),
        names(user.cameras()),
        user.enabled(),
        user.createdAt());
  }

  static @Nullable List<String> names(Optional<Set<CameraId>> cameras) {
    return cameras.map(set -> set.stream().sorted().map(CameraId::value).toList()).orElse(null);
  }

  static Role role(String word, List<Problem> problems) {
    try {
      return Role.of(word);
    } catch (IllegalArgumentException e) {
      problems.add(new Problem("/role", "must be admin, operator or viewer"));
      return Role.VIEWER;
    }
  }

  /**
   * @param isKnown whether a camera may be named
   */
  static Optional<Set<CameraId>> cameras(
      @Nullable List<String> names, Predicate<CameraId> isKnown, List<Problem> problems) {
    if (names == null) {
      return Optional.empty();
    }
    var ids = new LinkedHashSet<CameraId>();
    var list = new ArrayList<>(names);
    for (int i = 0; i < list.size(); i++) {
      try {
        var id = new CameraId(list.get(i));
        ids.add(id);
        if (!isKnown.test(id)) {
          problems.add(new Problem("/cameras/" + i, "there is no such camera"));
        }
      } catch (IllegalArgumentException e) {
        problems.add(new Problem("/cameras/" + i, "is not a camera's id"));
      }
    }
    return Optional.of(ids);
  }
}
