package io.vigilnvr.detect.internal;

import io.vigilnvr.api.camera.Camera;
import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.camera.StreamRole;
import io.vigilnvr.api.detect.Analysis.Sight;
import io.vigilnvr.api.detect.Analysis.Standing;
import io.vigilnvr.api.detect.DetectorConfig;
import io.vigilnvr.api.event.Event.Box;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The detectors of one camera, which tell each other of motion. Thread-safe. */
final class CameraWatch {
  /** Makes the watch of a detector, which asks for motion that others see. */
  @FunctionalInterface
  interface Maker {
    Watch make(Camera camera, String detector, CameraWatch of);
  }

  /**
   * That others saw.
   *
   * @param at of what time their pictures were
   */
  private record Motion(long seenNanos, Instant at) {}

  private final Predicate<StreamId> flows;
  private final Duration settled;
  private final Maker maker;
  private final Map<String, Motion> lastMotion = new HashMap<>();
  private volatile Camera camera;
  private boolean closed;
  private @Nullable StreamRole role;
  private StreamRole candidate = StreamRole.SUB;
  private long candidateNanos = System.nanoTime();

  /** In the order of the camera's bindings; asked by detectors' threads, under no lock. */
  private volatile List<Watch> watches = List.of();

  /**
   * @param flows whether something comes of a stream
   * @param settled a stream is taken in place of another one once it flows alone for so long
   */
  CameraWatch(Camera camera, Predicate<StreamId> flows, Duration settled, Maker maker) {
    this.camera = camera;
    this.flows = flows;
    this.settled = settled;
    this.maker = maker;
  }

  synchronized void change(Camera next) {
    camera = next;
  }

  /** Says whether the state of one is another. */
  synchronized boolean look() {
    if (closed) {
      return false;
    }
    renew();
    choose();
    boolean changed = false;
    for (Camera.DetectorBinding binding : camera.detectors()) {
      Optional<DetectorConfig> config =
          Optional.ofNullable(role)
              .map(
                  chosen ->
                      new DetectorConfig(
                          new StreamId(camera.id(), chosen),
                          binding.settings(),
                          camera.zones(),
                          camera.masks()));
      for (Watch watch : watches) {
        if (watch.id().equals(binding.id())) {
          changed |= watch.look(config, this::closed);
        }
      }
    }
    return changed;
  }

  private void renew() {
    List<String> wanted = camera.detectors().stream().map(Camera.DetectorBinding::id).toList();
    List<Watch> present = watches;
    if (wanted.equals(present.stream().map(Watch::id).toList())) {
      return;
    }
    List<Watch> next = new ArrayList<>();
    for (String id : wanted) {
      next.add(
          present.stream()
              .filter(watch -> watch.id().equals(id))
              .findFirst()
              .orElseGet(() -> maker.make(camera, id, this)));
    }
    watches = List.copyOf(next);
    present.stream().filter(watch -> !next.contains(watch)).forEach(Watch::close);
    lastMotion.keySet().retainAll(wanted);
  }

  /** The sub stream if it flows; the main stream if that flows alone, for a while. */
  private void choose() {
    long now = System.nanoTime();
    boolean sub = flows.test(new StreamId(camera.id(), StreamRole.SUB));
    boolean main = flows.test(new StreamId(camera.id(), StreamRole.MAIN));
    StreamRole best = sub ? StreamRole.SUB : StreamRole.MAIN;
    if ((!sub && !main) || best == role) {
      candidateNanos = now;
      return;
    }
    if (best != candidate) {
      candidate = best;
      candidateNanos = now;
    }
    boolean atOnce = role == null && best == StreamRole.SUB;
    if (atOnce || now - candidateNanos >= settled.toNanos()) {
      role = best;
    }
  }

  private Optional<Sight> closed(String detector, Duration delay, Instant lookedTo, long nowNanos) {
    List<Watch> others =
        watches.stream()
            .filter(watch -> !watch.id().equals(detector) && watch.seeksMotion())
            .toList();
    // Asked before whether they see motion: until then they saw none if they see none now.
    Sight seen = together(others);
    if (others.isEmpty() || others.stream().anyMatch(Watch::isOn)) {
      lastMotion.put(detector, new Motion(nowNanos, seen.to()));
      return Optional.empty();
    }
    Motion last = lastMotion.get(detector);
    boolean open =
        last != null
            && (nowNanos - last.seenNanos <= delay.toNanos() || lookedTo.isBefore(last.at));
    return open ? Optional.empty() : Optional.of(seen);
  }

  /** What all of them have looked at. */
  private static Sight together(List<Watch> some) {
    List<Sight> sights = some.stream().map(Watch::sight).toList();
    return new Sight(
        sights.stream().map(Sight::from).max(Comparator.naturalOrder()).orElse(Instant.EPOCH),
        sights.stream().map(Sight::to).min(Comparator.naturalOrder()).orElse(Instant.EPOCH));
  }

  /** What those who tell of events have looked at; empty if there are none. Takes no lock. */
  Optional<Sight> sight() {
    List<Watch> present = watches;
    List<String> known = present.stream().map(Watch::id).toList();
    if (!camera.detectors().stream().map(Camera.DetectorBinding::id).allMatch(known::contains)) {
      return Optional.of(Sight.NOTHING);
    }
    List<Watch> telling = present.stream().filter(Watch::tells).toList();
    return telling.isEmpty() ? Optional.empty() : Optional.of(together(telling));
  }

  /** Where others than this detector see motion; empty if nobody looks for it. */
  Optional<List<Box>> motion(String exceptFor) {
    List<Watch> seekers =
        watches.stream()
            .filter(watch -> !watch.id().equals(exceptFor) && watch.seeksMotion())
            .toList();
    return seekers.isEmpty()
        ? Optional.empty()
        : Optional.of(seekers.stream().flatMap(watch -> watch.boxes().stream()).toList());
  }

  synchronized List<Standing> standings() {
    return watches.stream().map(Watch::standing).toList();
  }

  Optional<Watch> find(String detector) {
    return watches.stream().filter(watch -> watch.id().equals(detector)).findFirst();
  }

  synchronized void close() {
    closed = true;
    watches.forEach(Watch::close);
    watches = List.of();
  }
}
