package io.vigilnvr.detect.internal;

import io.vigilnvr.api.camera.Camera.Zone;
import io.vigilnvr.api.decode.Frame;
import io.vigilnvr.api.detect.Analysis.Verdict;
import io.vigilnvr.api.detect.Detection;
import io.vigilnvr.api.event.Event.Box;
import io.vigilnvr.api.event.EventType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Motion: all that moves at a time is one event. */
final class MotionChronicle implements Chronicle {
  private static final String LABEL = "motion";

  private record Judged(Detection detection, String refusal, List<String> zones) {
    boolean counted() {
      return refusal.isEmpty();
    }
  }

  private final Teller teller;
  private final Presence presence;
  private final Whereabouts whereabouts = new Whereabouts();
  private Rules rules;
  private @Nullable Story story;
  private List<Box> boxes = List.of();

  // Of the event that lasts.
  private String label = LABEL;
  private double peakScore;
  private double peakArea;
  private long frames;
  private int regions;
  private String continued = "";

  MotionChronicle(Teller teller, Rules rules) {
    this.teller = teller;
    this.rules = rules;
    presence =
        new Presence(rules.policy().hits(), rules.policy().outOf(), rules.policy().offDelay());
  }

  @Override
  public void adopt(Rules next) {
    rules = next;
    presence.adopt(next.policy().hits(), next.policy().outOf(), next.policy().offDelay());
    if (next.policy().silent()) {
      close(presence.lastSeen());
    }
  }

  @Override
  public List<Verdict> take(Frame frame, List<Detection> seen) {
    Instant at = frame.captured();
    boolean wasOn = presence.isOn();
    List<Judged> judged = judge(at, seen);
    List<Detection> counted =
        judged.stream().filter(Judged::counted).map(Judged::detection).toList();
    boolean on = presence.look(at, !counted.isEmpty());
    if (!counted.isEmpty()) {
      boxes = counted.stream().map(Detection::box).toList();
    }
    if (!on) {
      close(presence.lastSeen());
      if (wasOn) {
        boxes = List.of();
      }
    } else if (!rules.policy().silent()) {
      tell(frame, counted);
    }
    Optional<String> event = Optional.ofNullable(story).map(Story::id);
    return judged.stream().map(one -> verdict(one, on, event)).toList();
  }

  private List<Judged> judge(Instant at, List<Detection> seen) {
    List<Zone> areas = rules.areas();
    List<Detection> fit = seen.stream().filter(one -> rules.refusal(one).isEmpty()).toList();
    List<String> counting =
        whereabouts.stay(
            at,
            areas,
            zone -> fit.stream().anyMatch(one -> rules.isIn(zone, one.label(), one.box())),
            rules.policy().offDelay());
    boolean zoneNeeded = rules.policy().onlyInZones() && !areas.isEmpty();
    List<Judged> judged = new ArrayList<>();
    for (Detection one : seen) {
      Optional<String> refusal = rules.refusal(one);
      List<String> in =
          areas.stream()
              .filter(zone -> rules.isIn(zone, one.label(), one.box()))
              .map(Zone::name)
              .toList();
      List<String> countingIn = in.stream().filter(counting::contains).toList();
      String reason =
          zoneNeeded && countingIn.isEmpty()
              ? in.isEmpty() ? "in no zone" : "not long enough in zone " + in.get(0)
              : "";
      judged.add(
          new Judged(one, refusal.orElse(reason), refusal.isPresent() ? List.of() : countingIn));
    }
    return judged;
  }

  private Verdict verdict(Judged one, boolean on, Optional<String> event) {
    if (!one.counted()) {
      return new Verdict(false, one.refusal(), one.zones(), Optional.empty());
    }
    int hits = rules.policy().hits();
    String reason =
        on
            ? "counts"
            : "seen in " + presence.seenOfLast() + " of " + hits + " frames that are needed";
    return new Verdict(true, reason, one.zones(), event);
  }

  private void tell(Frame frame, List<Detection> counted) {
    Instant at = frame.captured();
    Story told = story;
    if (told != null && !at.isBefore(told.event().startedAt().plus(LONGEST))) {
      String before = told.id();
      close(at);
      continued = before;
      told = null;
    }
    if (counted.isEmpty()) {
      if (told != null) {
        told.goOn(at, content(), false);
      }
      return;
    }
    Box box = Boxes.around(counted.stream().map(Detection::box).toList());
    double area = Math.min(1, counted.stream().mapToDouble(one -> Boxes.area(one.box())).sum());
    double score = counted.stream().mapToDouble(Detection::score).max().orElse(0);
    frames++;
    regions = Math.max(regions, counted.size());
    if (score >= peakScore) {
      label = counted.get(0).label();
    }
    peakScore = Math.max(peakScore, score);
    peakArea = Math.max(peakArea, area);
    if (told == null) {
      Instant startedAt = continued.isEmpty() ? presence.since() : at;
      story =
          teller
              .begin(EventType.MOTION, startedAt, content(), box, score * area, frame)
              .orElse(null);
    } else {
      told.seen(at, box);
      boolean better = teller.improve(told, box, score * area, frame);
      boolean news = !told.event().zones().equals(whereabouts.touched());
      told.goOn(at, content(), better || news);
    }
  }

  private Story.Content content() {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("area", Rounded.of(peakArea, 4));
    data.put("frames", frames);
    if (!whereabouts.loitered().isEmpty()) {
      data.put("loitered", whereabouts.loitered());
    }
    if (!continued.isEmpty()) {
      data.put("continues", continued);
    }
    data.put("reason", reason());
    return new Story.Content(label, Rounded.of(peakScore, 3), whereabouts.touched(), data);
  }

  private String reason() {
    String zones =
        whereabouts.touched().isEmpty()
            ? ""
            : ", in zone " + String.join(", ", whereabouts.touched());
    return String.format(
        Locale.ROOT,
        "seen in %d of %d frames; at most %d %s, %.2f %% of the picture%s",
        rules.policy().hits(),
        rules.policy().outOf(),
        regions,
        regions == 1 ? "region" : "regions",
        100 * peakArea,
        zones);
  }

  private void close(Instant at) {
    Story told = story;
    story = null;
    if (told != null) {
      told.end(at, content());
    }
    peakScore = 0;
    peakArea = 0;
    frames = 0;
    regions = 0;
    continued = "";
    whereabouts.forget();
  }

  @Override
  public void pause() {
    close(presence.lastSeen());
    presence.off();
    boxes = List.of();
  }

  @Override
  public void end() {
    pause();
  }

  @Override
  public int ongoing() {
    return story == null ? 0 : 1;
  }

  @Override
  public boolean isOn() {
    return presence.isOn();
  }

  @Override
  public List<Box> boxes() {
    return presence.isOn() ? boxes : List.of();
  }

  @Override
  public Optional<Instant> undecided() {
    boolean untold = presence.isOn() && story == null && !rules.policy().silent();
    return untold ? Optional.of(presence.since()) : presence.suspected();
  }

  @Override
  public String complaint() {
    return teller.complaint();
  }
}
