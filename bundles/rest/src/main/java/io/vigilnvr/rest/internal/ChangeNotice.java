package io.vigilnvr.rest.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.vigilnvr.api.auth.Access;
import io.vigilnvr.api.auth.Action;
import io.vigilnvr.api.auth.Identity;
import io.vigilnvr.api.camera.CameraId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A server-sent event, written once for all who may see it.
 *
 * @param key of two with the same key only the newer one matters
 */
record ChangeNotice(String key, Audience audience, String text) {
  /** Who may see a notice. */
  @FunctionalInterface
  interface Audience {
    boolean includes(Access access, Identity who);

    static Audience everybody() {
      return (access, who) -> true;
    }

    static Audience of(Action action, CameraId camera) {
      return (access, who) -> access.allows(who, action, camera);
    }

    static Audience admins() {
      return (access, who) -> access.allows(who, Action.ADMINISTER);
    }
  }

  /** First of all: another start than before means that everything must be read anew. */
  record Hello(String version, Instant startedAt) {}

  /**
   * @param change added, changed or removed
   */
  record CameraChange(String id, @Means(words = {"added", "changed", "removed"}) String change) {}

  record StatusChange(String id, StatusView status) {}

  /**
   * @param cpuFraction of all cores, by the platform and its workers
   * @param memoryBytes resident, of the same
   */
  record SystemChange(
      List<SystemResource.Degraded> degraded,
      double cpuFraction,
      long memoryBytes,
      long ingestBps,
      long recordBps,
      int viewers) {}

  /** A volume or a plugin that is to be looked at again. */
  record IdChange(String id) {}

  /** A kept export that was removed. */
  record ExportRemoved(String id, String camera, @Means(words = "removed") String state) {}

  record ViewChange() {}

  /**
   * @param change new, update, end or delete
   * @param event an EventView; if it was deleted, its id and cameraId only
   */
  record EventChange(String change, Map<String, @Nullable Object> event) {}

  /** What an {@link EventChange} is, unless the event was deleted. */
  record EventTold(@Means(words = {"new", "update", "end"}) String change, EventView event) {}

  /** What an {@link EventChange} is otherwise. */
  record EventDeleted(@Means(words = "delete") String change, EventGone event) {}

  record EventGone(String id, String cameraId) {}

  record SessionEnd(boolean ended) {}

  /** What each server-sent event has as its data, by its name, for the description of the API. */
  record ChangeKinds(
      Hello hello,
      CameraChange camera,
      StatusChange status,
      SystemChange system,
      IdChange volume,
      IdChange plugin,
      @Means({KeptExports.Kept.class, ExportRemoved.class}) Object export,
      ViewChange view,
      @Means({EventTold.class, EventDeleted.class}) Object event,
      SessionEnd session) {}

  static ChangeNotice of(String event, String id, Audience audience, Object data) {
    return new ChangeNotice(event + " " + id, audience, text(event, data));
  }

  /** What a server-sent event looks like. */
  static String text(String event, Object data) {
    try {
      return "event: " + event + "\ndata: " + Json.MAPPER.writeValueAsString(data) + "\n\n";
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("cannot be told as JSON: " + event, e);
    }
  }
}
