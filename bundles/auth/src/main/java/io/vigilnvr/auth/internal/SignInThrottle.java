package io.vigilnvr.auth.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes guessing slow without ever locking an account for good.
 *
 * <p>Failures are counted for each account and address together, for each address, and for each
 * account. Beyond a few free tries each further failure doubles the wait, up to a limit; counts are
 * forgotten a quarter of an hour after the last failure. Whoever knows the password clears the
 * counts of their own pair, so an attack from elsewhere costs an owner half a minute at most. A
 * limit on all failures together bounds an attack from many addresses.
 *
 * <p>A try counts as failed until it is {@linkplain #succeeded known to be good}, so that parallel
 * tries gain nothing. Kept in memory: a restart of Vigil takes longer than the waits it forgives.
 */
final class SignInThrottle {
  private static final Duration MEMORY = Duration.ofMinutes(15);
  private static final int MOST_KEYS = 20_000;
  private static final int MOST_FAILURES_A_MINUTE = 120;

  /** How many failures are free, and the longest wait after more. */
  private enum Limit {
    PAIR(4, Duration.ofMinutes(5)),
    ADDRESS(20, Duration.ofMinutes(1)),
    ACCOUNT(30, Duration.ofSeconds(30));

    private final int free;
    private final Duration longest;

    Limit(int free, Duration longest) {
      this.free = free;
      this.longest = longest;
    }
  }

  private record Key(Limit limit, String of) {}

  private record Count(int failures, Instant last, Instant notBefore) {}

  private final Map<Key, Count> counts =
      new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Count> eldest) {
          return size() > MOST_KEYS;
        }
      };

  private Instant minute = Instant.EPOCH;
  private int failuresThisMinute;

  /** Takes up a try; tells how long to wait if there may be none now. */
  synchronized Optional<Duration> attempt(String username, String from, Instant now) {
    if (Duration.between(minute, now).abs().compareTo(Duration.ofMinutes(1)) >= 0) {
      minute = now;
      failuresThisMinute = 0;
    }
    Duration wait = Duration.ZERO;
    if (failuresThisMinute >= MOST_FAILURES_A_MINUTE) {
      wait = Duration.between(now, minute.plusSeconds(60));
    }
    for (Key key : keys(username, from)) {
      Count count = counts.get(key);
      if (count == null) {
        continue;
      }
      if (count.last().plus(MEMORY).isBefore(now) || count.last().isAfter(now)) {
        counts.remove(key);
      } else if (count.notBefore().isAfter(now)) {
        Duration left = Duration.between(now, count.notBefore());
        wait = left.compareTo(wait) > 0 ? left : wait;
      }
    }
    if (!wait.isZero()) {
      return Optional.of(wait);
    }
    failuresThisMinute++;
    for (Key key : keys(username, from)) {
      Count before = counts.get(key);
      int failures = before == null ? 1 : before.failures() + 1;
      counts.put(key, new Count(failures, now, now.plus(delay(key.limit(), failures))));
    }
    return Optional.empty();
  }

  /** The try was good: it does not count, and the pair starts afresh. */
  synchronized void succeeded(String username, String from) {
    failuresThisMinute = Math.max(0, failuresThisMinute - 1);
    for (Key key : keys(username, from)) {
      Count count = counts.get(key);
      if (count == null) {
        continue;
      }
      if (key.limit() == Limit.PAIR || count.failures() <= 1) {
        counts.remove(key);
      } else {
        counts.put(key, new Count(count.failures() - 1, count.last(), Instant.MIN));
      }
    }
  }

  private static List<Key> keys(String username, String from) {
    return List.of(
        new Key(Limit.PAIR, username + '\n' + from),
        new Key(Limit.ADDRESS, from),
        new Key(Limit.ACCOUNT, username));
  }

  private static Duration delay(Limit limit, int failures) {
    if (failures <= limit.free) {
      return Duration.ZERO;
    }
    Duration delay = Duration.ofSeconds(1L << Math.min(20, failures - limit.free - 1));
    return delay.compareTo(limit.longest) < 0 ? delay : limit.longest;
  }
}
