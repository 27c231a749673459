package io.vigilnvr.detect.internal;

import io.vigilnvr.api.detect.Detection;
import io.vigilnvr.api.detect.Policy;
import io.vigilnvr.api.event.Event.Box;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Follows things from frame to frame: each detection goes to the track that expects it most, by
 * what boxes have in common and how far apart they are. A detector may put two boxes on one thing,
 * one within the other, and then go on with either: what comes up on a thing that is followed is in
 * doubt until it is seen apart from it, or beside it for long. Not thread-safe.
 */
final class Tracker {
  /** More than that are not followed. */
  static final int MOST = 64;

  /** What stands and is hidden is known again for so long. */
  private static final Duration REMEMBERED = Duration.ofMinutes(5);

  private static final double LEAST_OVERLAP = 0.15;
  private static final double FARTHEST = 0.8;

  /** Between frames farther apart than a second things move farther; this many times at most. */
  private static final double MOST_STRETCH = 3;

  private static final double MOST_GROWTH = 4;

  /** Of another label: only in the same place. */
  private static final double SAME_PLACE = 0.5;

  /** So much of the smaller box in the larger: they may be of one thing. */
  private static final double SAME_THING = 0.7;

  /** In so many frames two boxes are seen on one thing before they are two. */
  private static final int MOST_DOUBT = 10;

  private record Pair(Track track, int detection, double fit) {}

  private final List<Track> tracks = new ArrayList<>();
  private Policy policy;
  private Instant lastFrame = Instant.MIN;
  private int lastId;

  Tracker(Policy policy) {
    this.policy = policy;
  }

  void adopt(Policy next) {
    policy = next;
    tracks.forEach(track -> track.presence().adopt(next.hits(), next.outOf(), next.offDelay()));
  }

  /**
   * Takes a frame.
   *
   * @return for each detection what it is of; empty if too much is followed already
   */
  List<Optional<Track>> take(Instant at, List<Detection> seen) {
    List<Optional<Track>> found = new ArrayList<>();
    seen.forEach(detection -> found.add(Optional.empty()));
    Set<Track> hit = new HashSet<>();
    double stretch = stretch(at);
    lastFrame = at;
    for (Pair pair : pairs(at, seen, stretch)) {
      if (found.get(pair.detection).isEmpty() && hit.add(pair.track)) {
        pair.track.hit(seen.get(pair.detection), at);
        found.set(pair.detection, Optional.of(pair.track));
      }
    }
    settleDoubts(at, seen, found, hit, stretch);
    tracks.stream().filter(track -> !hit.contains(track)).forEach(track -> track.miss(at));
    for (int i = 0; i < seen.size(); i++) {
      if (found.get(i).isEmpty() && tracks.size() < MOST) {
        Track track = start(seen.get(i), at, hit);
        tracks.add(track);
        hit.add(track);
        found.set(i, Optional.of(track));
      }
    }
    return found;
  }

  private Track start(Detection detection, Instant at, Set<Track> hit) {
    Optional<Track> elder =
        hit.stream()
            .filter(track -> track.elder().isEmpty())
            .filter(track -> isOn(track, detection))
            .findFirst();
    Presence presence =
        elder.isPresent()
            ? new Presence(MOST_DOUBT, MOST_DOUBT, policy.offDelay())
            : new Presence(policy.hits(), policy.outOf(), policy.offDelay());
    Track track = new Track(++lastId, detection, at, presence);
    elder.ifPresent(track::doubt);
    return track;
  }

  private static boolean isOn(Track track, Detection detection) {
    return track.label().equals(detection.label())
        && Boxes.inclusion(track.box(), detection.box()) >= SAME_THING;
  }

  /** What goes on with the second box alone was one thing; what is apart is two. */
  private void settleDoubts(
      Instant at,
      List<Detection> seen,
      List<Optional<Track>> found,
      Set<Track> hit,
      double stretch) {
    for (int i = 0; i < seen.size(); i++) {
      Track track = found.get(i).orElse(null);
      Track elder = track == null ? null : track.elder().orElse(null);
      if (track == null || elder == null) {
        continue;
      }
      Detection detection = seen.get(i);
      boolean isThere = tracks.contains(elder);
      if (isThere && hit.contains(elder) && isOn(elder, detection) && !track.presence().isOn()) {
        continue;
      }
      double farthest = FARTHEST * stretch;
      if (isThere
          && !hit.contains(elder)
          && !track.presence().isOn()
          && fit(elder, elder.expected(at), detection, at, farthest) > 0) {
        elder.hit(detection, at);
        hit.add(elder);
        found.set(i, Optional.of(elder));
        tracks.remove(track);
      } else {
        track.trust();
        track.presence().adopt(policy.hits(), policy.outOf(), policy.offDelay());
      }
    }
  }

  /** How much farther than usual things may have moved since the last frame. */
  private double stretch(Instant at) {
    double seconds =
        lastFrame.equals(Instant.MIN) ? 0 : Duration.between(lastFrame, at).toMillis() / 1000.0;
    return Math.max(1, Math.min(MOST_STRETCH, seconds));
  }

  private List<Pair> pairs(Instant at, List<Detection> seen, double stretch) {
    List<Pair> pairs = new ArrayList<>();
    for (Track track : tracks) {
      Box expected = track.expected(at);
      double farthest = FARTHEST * (track.isStationary() ? 1 : stretch);
      for (int i = 0; i < seen.size(); i++) {
        double fit = fit(track, expected, seen.get(i), at, farthest);
        if (fit > 0) {
          pairs.add(new Pair(track, i, fit));
        }
      }
    }
    pairs.sort(Comparator.comparingDouble(Pair::fit).reversed());
    return pairs;
  }

  /** Above zero if the detection may be of the track; the more, the likelier. */
  private static double fit(
      Track track, Box expected, Detection detection, Instant at, double farthest) {
    Box box = detection.box();
    double overlap = Boxes.overlap(expected, box);
    boolean sameLabel = track.label().equals(detection.label());
    if (!sameLabel && overlap < SAME_PLACE) {
      return 0;
    }
    double diagonal =
        (Math.hypot(box.width(), box.height()) + Math.hypot(expected.width(), expected.height()))
            / 2;
    double distance =
        Math.hypot(
                box.x() + box.width() / 2 - expected.x() - expected.width() / 2,
                box.y() + box.height() / 2 - expected.y() - expected.height() / 2)
            / Math.max(1e-6, diagonal);
    double growth = Math.max(1e-9, Boxes.area(box)) / Math.max(1e-9, Boxes.area(expected));
    boolean alike = growth < MOST_GROWTH && growth > 1 / MOST_GROWTH;
    if (overlap < LEAST_OVERLAP && !(alike && distance <= farthest)) {
      return 0;
    }
    double unseen = Math.max(0, Duration.between(track.lastSeen(), at).toMillis() / 1000.0);
    double fit = 1 + overlap - 0.5 * Math.min(1, distance) - Math.min(0.3, 0.05 * unseen);
    return sameLabel ? fit : fit - 0.3;
  }

  /** Takes out those that are gone by then. */
  List<Track> gone(Instant at) {
    List<Track> gone = tracks.stream().filter(track -> isGone(track, at)).toList();
    tracks.removeAll(gone);
    return gone;
  }

  private boolean isGone(Track track, Instant at) {
    if (track.isStationary()) {
      Duration patience =
          policy.offDelay().compareTo(REMEMBERED) > 0 ? policy.offDelay() : REMEMBERED;
      return !at.isBefore(track.lastSeen().plus(patience));
    }
    if (track.presence().isOn()) {
      return false;
    }
    return track.presence().seenOfLast() == 0;
  }

  /**
   * Nobody looks for a while: who was seen in the last frame counts as standing there, the others
   * are forgotten.
   */
  void pause(Instant lastFrame) {
    tracks.removeIf(
        track ->
            !track.isStationary()
                && !(track.presence().isOn() && !track.lastSeen().isBefore(lastFrame)));
    tracks.forEach(Track::park);
  }

  /** Somebody looks again, after so long. */
  void resume(Duration pause) {
    lastFrame = lastFrame.equals(Instant.MIN) ? lastFrame : lastFrame.plus(pause);
    tracks.forEach(track -> track.shift(pause));
  }

  void clear() {
    tracks.clear();
    lastFrame = Instant.MIN;
  }

  List<Track> tracks() {
    return List.copyOf(tracks);
  }
}
