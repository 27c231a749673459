package io.vigilnvr.detect.internal;

import io.vigilnvr.api.detect.Detection;
import io.vigilnvr.api.event.Event.Box;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A thing that is followed from frame to frame. Not thread-safe. */
final class Track {
  /** Share of what a new position says of the place, and of the speed. */
  private static final double ALPHA = 0.6;

  private static final double BETA = 0.3;

  /** What is unseen is not believed to go on for longer. */
  private static final double MOST_AHEAD_SECONDS = 1;

  /** Less in common with where it stood: it has moved. */
  private static final double STOOD = 0.6;

  private final int id;
  private final Presence presence;
  private final Map<String, Double> votes = new HashMap<>();
  private Box smooth;
  private Box seen;
  private double speedX;
  private double speedY;
  private Instant lastSeen;
  private Box anchor;
  private Instant anchoredAt;
  private boolean stationary;
  private boolean isNew = true;

  /** What it may be a second box of. */
  private Optional<Track> elder = Optional.empty();

  Track(int id, Detection first, Instant at, Presence presence) {
    this.id = id;
    this.presence = presence;
    smooth = first.box();
    seen = first.box();
    anchor = first.box();
    anchoredAt = at;
    lastSeen = at;
    votes.put(first.label(), first.score());
    presence.look(at, true);
  }

  /** It may be a second box of that one. */
  void doubt(Track older) {
    elder = Optional.of(older);
  }

  /** It is a thing of its own. */
  void trust() {
    elder = Optional.empty();
  }

  Optional<Track> elder() {
    return elder;
  }

  int id() {
    return id;
  }

  /** What most of its detections said, by their scores. */
  String label() {
    return votes.entrySet().stream()
        .max(Map.Entry.<String, Double>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
        .orElseThrow()
        .getKey();
  }

  Presence presence() {
    return presence;
  }

  Instant lastSeen() {
    return lastSeen;
  }

  /** As it was last detected. */
  Box box() {
    return seen;
  }

  /** Without the trembling of detectors. */
  Box smoothBox() {
    return smooth;
  }

  /** Where it should be by now. */
  Box expected(Instant at) {
    double ahead = Math.min(MOST_AHEAD_SECONDS, Math.max(0, seconds(lastSeen, at)));
    return new Box(
        smooth.x() + speedX * ahead, smooth.y() + speedY * ahead, smooth.width(), smooth.height());
  }

  private static double seconds(Instant from, Instant to) {
    return Duration.between(from, to).toMillis() / 1000.0;
  }

  void hit(Detection detection, Instant at) {
    Box expected = expected(at);
    double elapsed = Math.max(0.02, seconds(lastSeen, at));
    Box box = detection.box();
    double offX = box.x() + box.width() / 2 - expected.x() - expected.width() / 2;
    double offY = box.y() + box.height() / 2 - expected.y() - expected.height() / 2;
    double width = smooth.width() + ALPHA * (box.width() - smooth.width());
    double height = smooth.height() + ALPHA * (box.height() - smooth.height());
    double middleX = expected.x() + expected.width() / 2 + ALPHA * offX;
    double middleY = expected.y() + expected.height() / 2 + ALPHA * offY;
    smooth = new Box(middleX - width / 2, middleY - height / 2, width, height);
    // With the second position a speed is known for the first time.
    double share = isNew ? 1 : BETA;
    isNew = false;
    double slow = Math.max(1, elapsed / MOST_AHEAD_SECONDS);
    speedX += share * offX / elapsed / slow;
    speedY += share * offY / elapsed / slow;
    seen = box;
    lastSeen = at;
    votes.merge(detection.label(), detection.score(), Double::sum);
    presence.look(at, true);
    if (Boxes.overlap(anchor, smooth) < STOOD) {
      anchor = smooth;
      anchoredAt = at;
      stationary = false;
    }
  }

  void miss(Instant at) {
    presence.look(at, false);
  }

  /** Whether it has not moved for so long. */
  boolean stands(Instant at, Duration forSoLong) {
    return !at.isBefore(anchoredAt.plus(forSoLong));
  }

  /** Whether it stands, and is not worth an event until it moves. */
  boolean isStationary() {
    return stationary;
  }

  /** It counts as standing where it is, until it moves away from there. */
  void park() {
    stationary = true;
    anchor = smooth;
    speedX = 0;
    speedY = 0;
  }

  /** Nobody looked for so long. */
  void shift(Duration pause) {
    lastSeen = lastSeen.plus(pause);
    anchoredAt = anchoredAt.plus(pause);
  }
}
