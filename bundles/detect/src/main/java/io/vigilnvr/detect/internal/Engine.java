package io.vigilnvr.detect.internal;

import io.vigilnvr.api.camera.Camera;
import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.decode.Frames;
import io.vigilnvr.api.decode.Pictures;
import io.vigilnvr.api.detect.Analysis;
import io.vigilnvr.api.detect.Detector;
import io.vigilnvr.api.detect.DetectorConfig;
import io.vigilnvr.api.event.Event;
import io.vigilnvr.api.event.EventLog;
import io.vigilnvr.api.plugin.InvalidSettingsException;
import io.vigilnvr.api.task.Tasks;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All cameras and their detectors. Thread-safe. */
final class Engine implements Analysis {
  private static final Logger log = LoggerFactory.getLogger(Engine.class);

  /** Checks a detector's settings by its definition, and fills in what is left out. */
  @FunctionalInterface
  interface Definition {
    Map<String, Object> complete(String detector, Map<String, Object> settings)
        throws InvalidSettingsException;
  }

  /** What others do for it. */
  record Parts(
      Frames frames,
      Pictures pictures,
      EventLog log,
      Predicate<StreamId> flows,
      Definition definition,
      Tasks tasks,
      Clock clock,
      Consumer<CameraId> news) {}

  private final Parts parts;
  private final Limits limits;
  private final PictureQueue album;
  private final Detectors detectors = new Detectors();
  private final Map<CameraId, CameraWatch> cameras = new ConcurrentHashMap<>();

  /** Cameras that nothing is to look at. */
  private final Set<CameraId> unwatched = ConcurrentHashMap.newKeySet();

  private final ConcurrentLinkedQueue<Runnable> later = new ConcurrentLinkedQueue<>();

  Engine(Parts parts, Limits limits) {
    this.parts = parts;
    this.limits = limits;
    album = new PictureQueue(parts.log);
  }

  /** A task: keeps pictures of events. */
  void keepPictures() throws InterruptedException {
    album.run();
  }

  Detectors detectors() {
    return detectors;
  }

  void changed(Camera camera) {
    if (!camera.enabled() || camera.detectors().isEmpty()) {
      unwatched.add(camera.id());
      end(camera.id());
      return;
    }
    cameras
        .computeIfAbsent(
            camera.id(), id -> new CameraWatch(camera, parts.flows, limits.settled(), this::watch))
        .change(camera);
    unwatched.remove(camera.id());
  }

  void removed(CameraId camera) {
    unwatched.remove(camera);
    end(camera);
  }

  private void end(CameraId camera) {
    Optional.ofNullable(cameras.remove(camera)).ifPresent(CameraWatch::close);
  }

  private Watch watch(Camera camera, String detector, CameraWatch of) {
    endWhatWasLeft(camera.id(), detector);
    var book =
        new Book(
            (rules, writing) -> new MotionChronicle(teller(camera.id(), detector, writing), rules),
            (rules, writing) -> new ObjectChronicle(teller(camera.id(), detector, writing), rules));
    return new Watch(
        detector,
        "detect-" + camera.id() + "-" + detector,
        new Watch.Parts(
            detectors, parts.frames, parts.tasks, limits, config -> accept(detector, config)),
        book,
        () -> of.motion(detector).orElse(List.of()));
  }

  private Teller teller(CameraId camera, String detector, Book book) {
    var portraits = new Portraits(parts.pictures, album, step -> later.add(() -> book.alone(step)));
    return new Teller(parts.log, portraits, camera, detector);
  }

  private DetectorConfig accept(String id, DetectorConfig config) throws InvalidSettingsException {
    Map<String, Object> settings;
    try {
      settings = parts.definition.complete(id, config.settings());
    } catch (NoSuchElementException e) {
      throw new InvalidSettingsException("", "there is no definition of them");
    }
    Detector detector =
        detectors
            .find(id)
            .orElseThrow(() -> new InvalidSettingsException("", "the detector has gone"));
    return new DetectorConfig(
        config.stream(), detector.accept(settings), config.zones(), config.masks());
  }

  /** Nobody goes on with what lasted when this bundle ended in no order. */
  private void endWhatWasLeft(CameraId camera, String detector) {
    Instant now = parts.clock.instant();
    for (Event event : parts.log.recent(camera)) {
      if (event.endedAt().isEmpty() && event.detector().equals(Optional.of(detector))) {
        parts.log.end(event.id(), present -> interrupted(present, now));
      }
    }
  }

  private static Event interrupted(Event event, Instant at) {
    Map<String, Object> data = new LinkedHashMap<>(event.data());
    data.put("interrupted", true);
    return new Event(
        event.id(),
        event.camera(),
        event.type(),
        event.label(),
        event.score(),
        event.startedAt(),
        Optional.of(at.isBefore(event.startedAt()) ? event.startedAt() : at),
        event.zones(),
        event.box(),
        event.detector(),
        event.reviewed(),
        event.retained(),
        data);
  }

  /** Looks after everything; called several times a second. */
  void look() {
    Runnable step = later.poll();
    while (step != null) {
      try {
        step.run();
      } catch (RuntimeException e) {
        log.error("a picture of an event failed in an unexpected way", e);
      }
      step = later.poll();
    }
    cameras.forEach(
        (id, camera) -> {
          try {
            if (camera.look()) {
              parts.news.accept(id);
            }
          } catch (RuntimeException e) {
            log.error("the detectors of {} failed in an unexpected way", id, e);
          }
        });
  }

  /** What is wrong if nothing at all can be looked at; empty if something can, or is not wanted. */
  Optional<String> problem() {
    List<Standing> all =
        cameras.values().stream().flatMap(camera -> camera.standings().stream()).toList();
    boolean broken =
        !all.isEmpty()
            && all.stream()
                .allMatch(one -> one.state() == State.FAILED || one.state() == State.MISSING);
    return broken ? Optional.of("no detector works: " + all.get(0).cause()) : Optional.empty();
  }

  @Override
  public List<Standing> standings(CameraId camera) {
    return Optional.ofNullable(cameras.get(camera)).map(CameraWatch::standings).orElse(List.of());
  }

  @Override
  public Optional<List<Event.Box>> motion(CameraId camera) {
    return Optional.ofNullable(cameras.get(camera)).flatMap(one -> one.motion(""));
  }

  @Override
  public Optional<Sight> sight(CameraId camera) {
    CameraWatch known = cameras.get(camera);
    if (known != null) {
      return known.sight();
    }
    // Of which it was not told yet, it may be bound to any.
    return unwatched.contains(camera) ? Optional.empty() : Optional.of(Sight.NOTHING);
  }

  @Override
  public Watching watch(CameraId camera, String detector, Watcher watcher) {
    return Optional.ofNullable(cameras.get(camera))
        .flatMap(one -> one.find(detector))
        .orElseThrow(() -> new NoSuchElementException("no such detector: " + detector))
        .watch(watcher);
  }

  /** Ends everything that lasts. */
  void close() {
    List.copyOf(cameras.keySet()).forEach(this::end);
  }
}
