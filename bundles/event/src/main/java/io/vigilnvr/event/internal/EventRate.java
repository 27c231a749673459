package io.vigilnvr.event.internal;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets each source report so many events a second, and some at once. Whoever floods is refused, and
 * named in the log once a minute.
 */
final class EventRate {
  private static final Logger log = LoggerFactory.getLogger(EventRate.class);
  static final int BURST = 100;
  static final int PER_SECOND = 20;
  private static final int MOST_SOURCES = 1000;
  private static final Duration QUIET = Duration.ofMinutes(1);

  private final Clock clock;
  private final Map<String, Source> sources = new HashMap<>();

  private static final class Source {
    double left = BURST;
    Instant counted;
    Instant named = Instant.MIN;

    Source(Instant now) {
      counted = now;
    }

    void refill(Instant now) {
      // A clock that is set back gives nothing.
      double seconds = Math.max(0, Duration.between(counted, now).toNanos() / 1e9);
      left = Math.min(BURST, left + seconds * PER_SECOND);
      counted = now;
    }
  }

  EventRate(Clock clock) {
    this.clock = clock;
  }

  /** Counts one; says how long to wait if that is too many. */
  synchronized Optional<Duration> take(String name) {
    Instant now = clock.instant();
    if (sources.size() >= MOST_SOURCES) {
      sources.values().removeIf(source -> isFull(source, now));
    }
    Source source = sources.computeIfAbsent(name, one -> new Source(now));
    source.refill(now);
    if (source.left >= 1) {
      source.left--;
      return Optional.empty();
    }
    if (source.named.isBefore(now.minus(QUIET))) {
      source.named = now;
      log.warn("{} says more than {} events a second; some are refused", name, PER_SECOND);
    }
    return Optional.of(Duration.ofMillis((long) Math.ceil((1 - source.left) * 1000 / PER_SECOND)));
  }

  private static boolean isFull(Source source, Instant now) {
    source.refill(now);
    return source.left >= BURST;
  }
}
