package io.vigilnvr.detect.internal;

import io.vigilnvr.api.camera.Camera.Zone;
import io.vigilnvr.api.decode.Frame;
import io.vigilnvr.api.detect.Analysis.Verdict;
import io.vigilnvr.api.detect.Detection;
import io.vigilnvr.api.event.Event.Box;
import io.vigilnvr.api.event.EventType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Objects: each is followed, and is an event of its own while it moves. */
final class ObjectChronicle implements Chronicle {
  /** What does not move for so long is part of the scene until it moves again. */
  private static final Duration STANDING = Duration.ofSeconds(30);

  /** An event of what counts late, e.g. in a zone, starts no earlier than this before it counts. */
  private static final Duration MOST_DELAY = Duration.ofSeconds(10);

  /** Boxes that have so much in common are of one thing, whatever they are called. */
  private static final double SAME = 0.8;

  private final Teller teller;
  private final Tracker tracker;
  private final Map<Track, Thing> things = new HashMap<>();
  private Rules rules;
  private Instant lastFrame = Instant.MIN;
  private boolean paused;

  /** What is known of a track beside its place. */
  private final class Thing {
    final Track track;
    final Whereabouts whereabouts = new Whereabouts();
    Path path = new Path();
    @Nullable Story story;
    double peakScore;
    long frames;
    String continued = "";
    List<String> zones = List.of();
    boolean restarted;

    Thing(Track track) {
      this.track = track;
    }

    Story.Content content(Instant startedAt) {
      Map<String, Object> data = new LinkedHashMap<>();
      data.put("track", track.id());
      data.put("frames", frames);
      data.put("peakScore", Rounded.of(peakScore, 3));
      data.put("threshold", rules.least(track.label()).score());
      if (!rules.model().isEmpty()) {
        data.put("model", rules.model());
      }
      data.put("path", path.since(startedAt));
      if (!whereabouts.crossings().isEmpty()) {
        data.put("crossed", crossings());
      }
      if (!whereabouts.loitered().isEmpty()) {
        data.put("loitered", whereabouts.loitered());
      }
      if (!continued.isEmpty()) {
        data.put("continues", continued);
      }
      data.put("reason", reason());
      return new Story.Content(
          track.label(), Rounded.of(peakScore, 3), whereabouts.touched(), data);
    }

    private List<Map<String, Object>> crossings() {
      return whereabouts.crossings().stream()
          .map(
              one ->
                  Map.<String, Object>of(
                      "line", one.line(), "direction", one.right() ? "right" : "left"))
          .toList();
    }

    private String reason() {
      String zones =
          whereabouts.touched().isEmpty() ? "" : ", in " + String.join(", ", whereabouts.touched());
      return String.format(
          Locale.ROOT,
          "%s %.2f, at least %.2f was asked; seen in %d of %d frames%s%s",
          track.label(),
          peakScore,
          rules.least(track.label()).score(),
          rules.policy().hits(),
          rules.policy().outOf(),
          restarted ? ", moved again" : "",
          zones);
    }

    void close(Instant at, boolean stationary) {
      Story told = story;
      story = null;
      if (told != null) {
        Story.Content last = content(told.event().startedAt());
        if (stationary) {
          last.data().put("stationary", true);
        }
        told.end(at, last);
      }
      path = new Path();
      peakScore = 0;
      frames = 0;
      continued = "";
      whereabouts.forget();
    }
  }

  ObjectChronicle(Teller teller, Rules rules) {
    this.teller = teller;
    this.rules = rules;
    tracker = new Tracker(rules.policy());
  }

  @Override
  public void adopt(Rules next) {
    rules = next;
    tracker.adopt(next.policy());
    if (next.policy().silent()) {
      things.values().forEach(thing -> thing.close(thing.track.lastSeen(), false));
    }
  }

  @Override
  public List<Verdict> take(Frame frame, List<Detection> seen) {
    Instant at = frame.captured();
    if (paused) {
      paused = false;
      if (lastFrame.isBefore(at) && !lastFrame.equals(Instant.MIN)) {
        tracker.resume(Duration.between(lastFrame, at));
      }
    }
    lastFrame = at;
    List<Optional<String>> refusals = new ArrayList<>();
    List<Detection> fit = new ArrayList<>();
    for (Detection one : seen) {
      Optional<String> refusal = rules.refusal(one).or(() -> surer(one, fit));
      refusals.add(refusal);
      if (refusal.isEmpty()) {
        fit.add(one);
      }
    }
    List<Optional<Track>> found = tracker.take(at, fit);
    Map<Track, Detection> hits = new LinkedHashMap<>();
    for (int i = 0; i < fit.size(); i++) {
      Detection detection = fit.get(i);
      found.get(i).ifPresent(track -> hits.put(track, detection));
    }
    for (Track gone : tracker.gone(at)) {
      Thing thing = things.remove(gone);
      if (thing != null) {
        thing.close(gone.lastSeen(), false);
      }
    }
    hits.forEach((track, detection) -> follow(track, detection, frame));
    tracker.tracks().forEach(track -> settle(track, at));
    List<Verdict> verdicts = new ArrayList<>();
    int next = 0;
    for (Optional<String> refusal : refusals) {
      verdicts.add(
          refusal.isPresent()
              ? new Verdict(false, refusal.get(), List.of(), Optional.empty())
              : verdict(found.get(next++)));
    }
    return verdicts;
  }

  /** A detector may know two names for one thing, e.g. car and truck: the surest counts. */
  private static Optional<String> surer(Detection one, List<Detection> surerOnes) {
    return surerOnes.stream()
        .filter(other -> !other.label().equals(one.label()))
        .filter(other -> Boxes.overlap(other.box(), one.box()) >= SAME)
        .findFirst()
        .map(other -> "more surely " + other.label());
  }

  private void follow(Track track, Detection detection, Frame frame) {
    Instant at = frame.captured();
    Thing thing = things.computeIfAbsent(track, Thing::new);
    thing.zones =
        thing.whereabouts.stay(
            at,
            rules.areas(),
            zone -> rules.isIn(zone, detection.label(), detection.box()),
            rules.policy().offDelay());
    List<Zone> lines =
        rules.lines().stream()
            .filter(line -> Rules.isFor(line, detection.label(), detection.box()))
            .toList();
    thing.whereabouts.step(Boxes.foot(track.smoothBox()), lines);
    thing.path.add(at, Boxes.foot(track.smoothBox()));
    thing.frames++;
    thing.peakScore = Math.max(thing.peakScore, detection.score());
    if (!rules.policy().silent() && track.presence().isOn() && !track.isStationary()) {
      tell(thing, detection, frame);
    }
  }

  private void tell(Thing thing, Detection detection, Frame frame) {
    Instant at = frame.captured();
    Story told = thing.story;
    if (told != null && !at.isBefore(told.event().startedAt().plus(LONGEST))) {
      String before = told.id();
      thing.close(at, false);
      thing.continued = before;
      thing.peakScore = detection.score();
      thing.frames = 1;
      thing.path.add(at, Boxes.foot(thing.track.smoothBox()));
      told = null;
    }
    double worth = detection.score() * Boxes.area(detection.box());
    if (told == null) {
      if (isOutside(thing)) {
        return;
      }
      Instant startedAt = startedAt(thing, at);
      thing.story =
          teller
              .begin(
                  EventType.OBJECT,
                  startedAt,
                  thing.content(startedAt),
                  detection.box(),
                  worth,
                  frame)
              .orElse(null);
    } else {
      boolean better = teller.improve(told, detection.box(), worth, frame);
      boolean news = !told.event().zones().equals(thing.whereabouts.touched());
      told.goOn(at, thing.content(told.event().startedAt()), better || news);
    }
  }

  private static Instant startedAt(Thing thing, Instant at) {
    if (!thing.continued.isEmpty() || thing.restarted) {
      return at;
    }
    Instant earliest = at.minus(MOST_DELAY);
    Instant since = thing.track.presence().since();
    return since.isBefore(earliest) ? earliest : since;
  }

  /** Whether it does not count, for it was in no zone yet. */
  private boolean isOutside(Thing thing) {
    return rules.policy().onlyInZones()
        && !rules.zones().isEmpty()
        && thing.whereabouts.touched().isEmpty();
  }

  /** What stands for long enough is not worth an event until it moves. */
  private void settle(Track track, Instant at) {
    Thing thing = things.get(track);
    if (thing != null
        && track.presence().isOn()
        && !track.isStationary()
        && track.stands(at, standing(thing))) {
      thing.close(at, true);
      thing.restarted = true;
      track.park();
    }
  }

  /** Who loiters stands still: that is what is looked for. */
  private Duration standing(Thing thing) {
    double loiter =
        rules.areas().stream()
            .filter(zone -> rules.isIn(zone, thing.track.label(), thing.track.box()))
            .mapToDouble(Zone::loiterSeconds)
            .max()
            .orElse(0);
    return STANDING.plusMillis((long) (1000 * loiter));
  }

  /** Whether it stays in a zone in which it counts later. */
  private boolean isWaitingToLoiter(Thing thing) {
    return thing.whereabouts.touched().isEmpty()
        && rules.areas().stream()
            .filter(zone -> zone.loiterSeconds() > 0)
            .anyMatch(zone -> rules.isIn(zone, thing.track.label(), thing.track.box()));
  }

  private Verdict verdict(Optional<Track> found) {
    if (found.isEmpty()) {
      return new Verdict(
          false, "more than " + Tracker.MOST + " things at once", List.of(), Optional.empty());
    }
    Track track = found.get();
    Thing thing = things.get(track);
    if (thing == null) {
      return new Verdict(false, "gone", List.of(), Optional.empty());
    }
    Optional<String> event = Optional.ofNullable(thing.story).map(Story::id);
    boolean counted = !isOutside(thing);
    return new Verdict(counted, reason(thing, track, counted), thing.zones, event);
  }

  private String reason(Thing thing, Track track, boolean counted) {
    if (track.isStationary()) {
      return "stands still";
    }
    if (!track.presence().isOn()) {
      return "seen in "
          + track.presence().seenOfLast()
          + " of "
          + rules.policy().hits()
          + " frames that are needed";
    }
    if (!counted) {
      return isWaitingToLoiter(thing) ? "not long enough in its zone" : "in no zone";
    }
    return "counts";
  }

  @Override
  public void pause() {
    tracker.pause(lastFrame);
    List<Track> left = tracker.tracks();
    things.forEach((track, thing) -> thing.close(track.lastSeen(), left.contains(track)));
    things.keySet().retainAll(left);
    things.values().forEach(thing -> thing.restarted = true);
    paused = true;
  }

  @Override
  public void end() {
    things.forEach((track, thing) -> thing.close(track.lastSeen(), false));
    things.clear();
    tracker.clear();
    lastFrame = Instant.MIN;
  }

  @Override
  public int ongoing() {
    return (int) things.values().stream().filter(thing -> thing.story != null).count();
  }

  @Override
  public boolean isOn() {
    return tracker.tracks().stream()
        .anyMatch(track -> track.presence().isOn() && !track.isStationary());
  }

  @Override
  public List<Box> boxes() {
    return tracker.tracks().stream()
        .filter(track -> track.presence().isOn() && !track.isStationary())
        .map(Track::box)
        .toList();
  }

  @Override
  public Optional<Instant> undecided() {
    return things.values().stream()
        .flatMap(thing -> undecided(thing).stream())
        .min(Comparator.naturalOrder());
  }

  private Optional<Instant> undecided(Thing thing) {
    Presence presence = thing.track.presence();
    if (!presence.isOn()) {
      return presence.suspected();
    }
    boolean untold = thing.story == null && !thing.track.isStationary() && !rules.policy().silent();
    return untold ? Optional.of(startedAt(thing, lastFrame)) : Optional.empty();
  }

  @Override
  public String complaint() {
    return teller.complaint();
  }
}
