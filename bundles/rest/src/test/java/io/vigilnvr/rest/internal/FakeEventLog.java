package io.vigilnvr.rest.internal;

import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.decode.Jpeg;
import io.vigilnvr.api.event.Change;
import io.vigilnvr.api.event.Event;
import io.vigilnvr.api.event.EventLog;
import io.vigilnvr.api.event.EventReview;
import io.vigilnvr.api.event.EventStore.Kept;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** A log that writes at once into {@link FakeEvents}, and tells of it. */
final class FakeEventLog implements EventLog, EventReview {
  private final FakeEvents events;
  private final Consumer<Change> tell;
  private int ids;

  /** By ids of events. */
  final Map<String, Jpeg> pictures = new HashMap<>();

  /** How many events each source may still report. */
  int left = 1000;

  FakeEventLog(FakeEvents events, Consumer<Change> tell) {
    this.events = events;
    this.tell = tell;
  }

  private void tell(Change.Step step, Event event) {
    tell.accept(
        new Change.EventChanged(
            step,
            event.id(),
            Optional.of(event.camera()),
            Map.of("id", event.id(), "cameraId", event.camera().value())));
  }

  @Override
  public String newId() {
    return "e" + ids++;
  }

  @Override
  public Kept report(String source, Event event) throws TooManyEventsException {
    if (left-- <= 0) {
      throw new TooManyEventsException(source + " says too much", Duration.ofMillis(50));
    }
    Kept kept = events.insert(event);
    tell(Change.Step.NEW, event);
    return kept;
  }

  @Override
  public Optional<Kept> change(String id, Change.Step step, UnaryOperator<Event> change) {
    Optional<Kept> before = events.find(id);
    Optional<Kept> after = events.change(id, step, change);
    if (!before.equals(after)) {
      tell(step, after.orElseThrow().event());
    }
    return after;
  }

  @Override
  public List<Kept> changeAll(Set<String> ids, UnaryOperator<Event> change) {
    List<Kept> changed = events.changeAll(ids, Change.Step.UPDATE, change);
    changed.forEach(kept -> tell(Change.Step.UPDATE, kept.event()));
    return changed;
  }

  @Override
  public List<Event> delete(Set<String> ids) {
    List<Event> gone = events.delete(ids);
    gone.forEach(event -> tell(Change.Step.DELETE, event));
    pictures.keySet().removeAll(ids);
    return gone;
  }

  @Override
  public boolean hasPicture(String id, Instant startedAt) {
    return pictures.containsKey(id);
  }

  @Override
  public Optional<Jpeg> picture(String id, Instant startedAt) {
    return Optional.ofNullable(pictures.get(id));
  }

  @Override
  public void keepPicture(Event event, Jpeg picture) {
    pictures.put(event.id(), picture);
  }

  @Override
  public void begin(String source, Event event) {
    throw new UnsupportedOperationException("for detectors");
  }

  @Override
  public void update(String id, UnaryOperator<Event> change) {
    throw new UnsupportedOperationException("for detectors");
  }

  @Override
  public void end(String id, UnaryOperator<Event> change) {
    throw new UnsupportedOperationException("for detectors");
  }

  @Override
  public List<Event> recent(CameraId camera) {
    throw new UnsupportedOperationException("for recorders");
  }
}
