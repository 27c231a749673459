package io.vigilnvr.detect.internal;

import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.decode.Frame;
import io.vigilnvr.api.event.Event;
import io.vigilnvr.api.event.Event.Box;
import io.vigilnvr.api.event.EventLog;
import io.vigilnvr.api.event.EventLog.TooManyEventsException;
import io.vigilnvr.api.event.EventType;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** Tells the log of what one detector of one camera finds. Not thread-safe. */
final class Teller {
  private final EventLog log;
  private final Portraits portraits;
  private final CameraId camera;
  private final String detector;
  private Instant notBefore = Instant.MIN;
  private String complaint = "";

  Teller(EventLog log, Portraits portraits, CameraId camera, String detector) {
    this.log = log;
    this.portraits = portraits;
    this.camera = camera;
    this.detector = detector;
  }

  /**
   * Something begins.
   *
   * @param worth how well the frame shows it
   * @return empty if it happens too often: it is to be told later, if it still lasts then
   */
  Optional<Story> begin(
      EventType type,
      Instant startedAt,
      Story.Content content,
      Box box,
      double worth,
      Frame frame) {
    Instant at = frame.captured();
    if (at.isBefore(notBefore)) {
      return Optional.empty();
    }
    Map<String, Object> data = new LinkedHashMap<>(content.data());
    data.put("bestAt", Rounded.of(at));
    Event event =
        new Event(
            log.newId(),
            camera,
            type,
            content.label(),
            OptionalDouble.of(content.score()),
            startedAt,
            Optional.empty(),
            content.zones(),
            Optional.of(box),
            Optional.of(detector),
            false,
            false,
            data);
    try {
      log.begin("detector " + detector + " of " + camera, event);
    } catch (TooManyEventsException e) {
      notBefore = at.plus(e.retryAfter());
      complaint = String.valueOf(e.getMessage());
      return Optional.empty();
    }
    complaint = "";
    Story story = new Story(log, event, worth, at);
    portraits.take(story, frame);
    return Optional.of(story);
  }

  /** Keeps another picture of it if this one is enough better; says whether it does. */
  boolean improve(Story story, Box box, double worth, Frame frame) {
    if (!portraits.isBetter(story, worth, frame)) {
      return false;
    }
    story.best(worth, box, frame.captured());
    portraits.take(story, frame);
    return true;
  }

  /** Why something was not told; empty if all was. */
  String complaint() {
    return complaint;
  }
}
