package io.vigilnvr.rest.internal;

import io.vigilnvr.api.auth.Identity;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Which sessions showed their password lately, so that whoever finds a page open, or has taken a
 * cookie, cannot do what is for its owner alone. Kept in memory: in doubt they show it again.
 */
final class Confirmations {
  static final Duration LATELY = Duration.ofMinutes(15);

  private final Supplier<Instant> now;
  private final Map<String, Instant> bySession = new ConcurrentHashMap<>();

  Confirmations(Supplier<Instant> now) {
    this.now = now;
  }

  void confirm(Identity who) {
    bySession.values().removeIf(at -> !isLately(at));
    bySession.put(who.session(), now.get());
  }

  /** Ends the request if a session did not show its password lately. Tokens are not asked. */
  void require(Caller caller) {
    if (caller.sessionSecret().isEmpty()) {
      return;
    }
    Instant at = bySession.get(caller.signedIn().session());
    if (at == null || !isLately(at)) {
      throw new ProblemException(Problem.unconfirmed());
    }
  }

  /** A clock that was set back does not make it last longer. */
  private boolean isLately(Instant at) {
    return Duration.between(at, now.get()).abs().compareTo(LATELY) < 0;
  }
}
