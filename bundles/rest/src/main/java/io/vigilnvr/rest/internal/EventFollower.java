package io.vigilnvr.rest.internal;

import io.vigilnvr.api.auth.Access;
import io.vigilnvr.api.auth.Action;
import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.event.Event;
import io.vigilnvr.api.event.EventStore.Kept;
import io.vigilnvr.api.event.EventType;
import java.util.Locale;
import java.util.Optional;

/** Somebody who follows events, and how far they have come. */
final class EventFollower {
  /** Who has so many things waiting is told more once they have read. */
  private static final int MOST_WAITING = 200;

  private final ChangeClient client;
  private final Optional<CameraId> camera;
  private final Optional<EventType> type;
  private volatile long revision;

  /**
   * @param camera the only one that they ask for
   * @param type the only one that they ask for
   * @param revision up to which they know everything
   */
  EventFollower(
      ChangeClient client, Optional<CameraId> camera, Optional<EventType> type, long revision) {
    this.client = client;
    this.camera = camera;
    this.type = type;
    this.revision = revision;
  }

  ChangeClient client() {
    return client;
  }

  long revision() {
    return revision;
  }

  boolean takesMore() {
    return !client.isClosed() && client.backlog() < MOST_WAITING;
  }

  /** Tells of it if they want it and may see it. */
  void tell(Kept kept, EventView view, Access access) {
    Event event = kept.event();
    if (camera.filter(one -> !one.equals(event.camera())).isEmpty()
        && type.filter(one -> one != event.type()).isEmpty()
        && access.allows(client.who(), Action.PLAY_BACK, event.camera())) {
      client.offer(
          "event " + event.id(),
          "id: "
              + kept.revision()
              + "\n"
              + ChangeNotice.text(kept.step().name().toLowerCase(Locale.ROOT), view));
    }
    revision = kept.revision();
  }
}
