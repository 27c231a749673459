package io.vigilnvr.auth.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigilnvr.api.auth.Action;
import io.vigilnvr.api.auth.Identity;
import io.vigilnvr.api.auth.Role;
import io.vigilnvr.api.camera.CameraId;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class RoleAccessTest {
  private static final CameraId OWN = new CameraId("own");
  private static final CameraId FOREIGN = new CameraId("foreign");
  private static final Map<Role, Set<Action>> MAY =
      Map.of(
          Role.VIEWER, EnumSet.of(Action.VIEW_LIVE, Action.PLAY_BACK),
          Role.OPERATOR, EnumSet.complementOf(EnumSet.of(Action.ADMINISTER)),
          Role.ADMIN, EnumSet.allOf(Action.class));

  private final RoleAccess access = new RoleAccess();

  @ParameterizedTest
  @EnumSource
  void allowsWhatARoleIncludes(Role role) {
    var all = new Identity("u", role, Optional.empty(), "s");
    var limited = new Identity("u", role, Optional.of(Set.of(OWN)), "s");
    var none = new Identity("u", role, Optional.of(Set.of()), "s");
    for (Action action : Action.values()) {
      boolean may = MAY.getOrDefault(role, Set.of()).contains(action);
      assertThat(access.allows(all, action)).isEqualTo(may);
      assertThat(access.allows(all, action, FOREIGN)).isEqualTo(may);
      assertThat(access.allows(limited, action, OWN)).isEqualTo(may);
      assertThat(access.allows(limited, action, FOREIGN)).isFalse();
      assertThat(access.allows(limited, action)).isFalse();
      assertThat(access.allows(none, action, OWN)).isFalse();
    }
  }
}
