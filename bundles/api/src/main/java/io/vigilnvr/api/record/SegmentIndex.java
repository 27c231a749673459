package io.vigilnvr.api.record;

import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.storage.VolumeId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The database's index of segments and conditions. Thread-safe; every call is one transaction and
 * throws {@link StoreUnavailableException} while the database is away. Files are the truth; all of
 * this can be made again from them.
 */
@ProviderType
public interface SegmentIndex {
  /**
   * A stretch of time in which a camera was not recorded, and why. Stretches of one camera may
   * overlap; the one that began last counts, and that recordings were deleted counts most.
   *
   * @param to empty while it lasts
   */
  record Condition(CameraId camera, Instant from, Optional<Instant> to, GapCause cause) {}

  /**
   * Which events of a camera keep their footage: those that are retained, and those that began at a
   * moment or after. An event's footage is what overlaps it, with what is before and after; of one
   * that lasts for more than a day, the first day counts. Events of type {@code system} keep none.
   *
   * @param since any event
   * @param labelsSince events with a label, where that is earlier
   * @param zonesSince events that touched a zone, where that is earlier
   */
  record Keeping(
      CameraId camera,
      Duration preRoll,
      Duration postRoll,
      Instant since,
      Map<String, Instant> labelsSince,
      Map<String, Instant> zonesSince) {
    public Keeping {
      labelsSince = Map.copyOf(labelsSince);
      zonesSince = Map.copyOf(zonesSince);
    }
  }

  /** Inserts, or replaces those with the same id; all or none. */
  void upsert(List<Segment> segments);

  /** Those that overlap the time, in order of {@code startedAt}; none that are garbage. */
  List<Segment> find(StreamId stream, Instant from, Instant to);

  Optional<Segment> find(String id);

  /** The oldest segments that are neither garbage nor missing, in order of {@code startedAt}. */
  List<Segment> oldest(VolumeId volume, Optional<CameraId> camera, int limit);

  /**
   * The oldest segments of a camera that no event keeps, in order of {@code startedAt}; none that
   * are garbage or missing.
   *
   * @param from those that started then or later
   * @param before those that ended before
   */
  List<Segment> unkept(VolumeId volume, Keeping events, Instant from, Instant before, int limit);

  /** Of {@link #bytesSince}, those of segments that events overlap. */
  long bytesOfEventsSince(VolumeId volume, Instant start);

  /**
   * Events of a camera that are over, would not keep footage, and have none: ids, oldest first.
   *
   * @param from those that began then or later
   * @param before those that began before
   */
  List<String> spentEvents(Keeping events, Instant from, Instant before, int limit);

  /** Cameras that there are events of, even if they are no more, and when the first began. */
  Map<CameraId, Instant> oldestEvents();

  /** Marks for removal and notes why: the first step of deleting. */
  void markGarbage(List<String> ids, GapCause cause);

  List<Segment> garbage(VolumeId volume, int limit);

  /** Removes rows: the last step of deleting. Ids that are not there are passed over. */
  void remove(List<String> ids);

  void markMissing(List<String> ids);

  /** Every segment of a volume, page by page in order of id, for checks. */
  List<Segment> page(VolumeId volume, String afterId, int limit);

  /** Bytes of all segments that are neither garbage nor missing. */
  long bytes(VolumeId volume, Optional<CameraId> camera);

  long count(VolumeId volume);

  /** Bytes of those that started since then and are neither garbage nor missing. */
  long bytesSince(VolumeId volume, Instant start);

  /**
   * What each camera has, on all volumes.
   *
   * @param since a camera's {@code bytesPerDay} counts from here
   */
  List<Volumes.Usage> usage(Instant since);

  /**
   * When a camera was recorded, on any stream: in order, without overlap; stretches that meet
   * within 50 ms are one.
   */
  List<Volumes.Stretch> stretches(CameraId camera, Instant from, Instant to);

  /** Notes conditions; the same camera, from and cause again replaces. */
  void note(List<Condition> conditions);

  /** Those that overlap the time, in the order they were noted. */
  List<Condition> conditions(CameraId camera, Instant from, Instant to);

  /** Forgets conditions that ended before. */
  void forgetConditions(CameraId camera, Instant before);
}
