package io.vigilnvr.detect.motion.internal;

import io.vigilnvr.api.detect.DetectorException;
import io.vigilnvr.api.detect.Policy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How well motion is seen in a film where it is known when something is there.
 *
 * @param found of the presences
 * @param delays of each that was found, from its beginning to the first frame by which motion is
 *     on, whether that begins an event or goes on with one
 * @param events all
 * @param falseEvents that begin while nothing is there
 * @param falseSeconds that motion is on while nothing is there, offDelay left out
 */
record Trial(
    int presences,
    int found,
    List<Double> delays,
    int events,
    int falseEvents,
    double falseSeconds) {
  /** When something is there, in seconds of the film. */
  record Presence(double from, double to) {}

  /** Nobody says to the frame when somebody enters. */
  private static final double BEFORE = 0.6;

  /** Somebody who left is still foreground in some of the last frames. */
  private static final double AFTER = 1.5;

  static Trial of(
      List<byte[]> film, List<Presence> truth, Map<String, Object> settings, double framesPerSecond)
      throws DetectorException, InterruptedException {
    try (var viewing = new Viewing(settings)) {
      Policy policy = viewing.session.policy();
      Deque<Boolean> last = new ArrayDeque<>();
      List<Double> begun = new ArrayList<>();
      boolean[] on = new boolean[film.size()];
      double lastHit = Double.NEGATIVE_INFINITY;
      boolean lasts = false;
      for (int i = 0; i < film.size(); i++) {
        double now = i / framesPerSecond;
        boolean hit = !viewing.show(film.get(i)).isEmpty();
        last.addLast(hit);
        if (last.size() > policy.outOf()) {
          last.removeFirst();
        }
        on[i] = last.stream().filter(each -> each).count() >= policy.hits();
        lastHit = hit ? now : lastHit;
        lasts &= now - lastHit <= seconds(policy.offDelay());
        if (on[i] && !lasts) {
          lasts = true;
          begun.add(now);
        }
      }
      return judge(on, begun, truth, framesPerSecond);
    }
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }

  private static Trial judge(
      boolean[] on, List<Double> begun, List<Presence> truth, double framesPerSecond) {
    List<Double> delays = new ArrayList<>();
    for (Presence presence : truth) {
      int first = (int) Math.ceil((presence.from() - BEFORE) * framesPerSecond);
      for (int i = Math.max(0, first); i < on.length; i++) {
        double now = i / framesPerSecond;
        if (now > presence.to()) {
          break;
        }
        if (on[i]) {
          delays.add(now - presence.from());
          break;
        }
      }
    }
    int outside = 0;
    for (int i = 0; i < on.length; i++) {
      outside += on[i] && !isIn(truth, i / framesPerSecond) ? 1 : 0;
    }
    int spurious = (int) begun.stream().filter(at -> !isIn(truth, at)).count();
    return new Trial(
        truth.size(), delays.size(), delays, begun.size(), spurious, outside / framesPerSecond);
  }

  private static boolean isIn(List<Presence> truth, double at) {
    return truth.stream()
        .anyMatch(presence -> at >= presence.from() - BEFORE && at <= presence.to() + AFTER);
  }

  @Override
  public String toString() {
    if (presences == 0) {
      return String.format(
          Locale.ROOT, "false events %d, false seconds %.1f", falseEvents, falseSeconds);
    }
    return String.format(
        Locale.ROOT,
        "found %d/%d, delay mean %.2f s worst %.2f s, %d events; false events %d, false seconds %.1f",
        found,
        presences,
        delays.stream().mapToDouble(delay -> delay).average().orElse(0),
        delays.stream().mapToDouble(delay -> delay).max().orElse(0),
        events,
        falseEvents,
        falseSeconds);
  }
}
