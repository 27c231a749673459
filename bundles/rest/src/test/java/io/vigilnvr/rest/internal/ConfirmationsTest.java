package io.vigilnvr.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vigilnvr.api.auth.Identity;
import io.vigilnvr.api.auth.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ConfirmationsTest {
  private static final Instant SIGNED_IN = Instant.parse("2026-11-22T14:00:00Z");

  private Instant now = SIGNED_IN;
  private final Confirmations confirmations = new Confirmations(() -> now);

  private static Caller caller(String session) {
    return new Caller(Optional.of(identity(session)), Optional.of("secret"), "127.0.0.1");
  }

  private static Identity identity(String session) {
    return new Identity("ada", Role.ADMIN, Optional.empty(), session);
  }

  @Test
  void lastsForFifteenMinutes() {
    confirmations.confirm(identity("s1"));
    now = SIGNED_IN.plus(Duration.ofMinutes(15)).minusMillis(1);
    confirmations.require(caller("s1"));
    now = SIGNED_IN.plus(Duration.ofMinutes(15));
    assertUnconfirmed("s1");
    confirmations.confirm(identity("s1"));
    confirmations.require(caller("s1"));
  }

  @Test
  void isOfOneSessionAlone() {
    confirmations.confirm(identity("s1"));
    assertUnconfirmed("s2");
    confirmations.require(new Caller(Optional.of(identity("t1")), Optional.empty(), "127.0.0.1"));
  }

  @Test
  void doesNotLastLongerWhereTheClockIsSetBack() {
    confirmations.confirm(identity("s1"));
    now = SIGNED_IN.minus(Duration.ofHours(1));
    assertUnconfirmed("s1");
  }

  private void assertUnconfirmed(String session) {
    assertThatThrownBy(() -> confirmations.require(caller(session)))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.problem().type()).isEqualTo("urn:vigil:problem:unconfirmed"));
  }
}
