package io.vigilnvr.record.internal;

import io.vigilnvr.api.record.Segment;
import io.vigilnvr.api.record.SegmentIndex;
import io.vigilnvr.api.record.StoreUnavailableException;
import io.vigilnvr.api.storage.Volume;
import io.vigilnvr.api.storage.VolumeId;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads some segments of each volume again, each night, and compares them with what was recorded:
 * disks forget. It goes on where it ended the night before, so that all have their turn. One
 * thread.
 */
final class Rehash {
  private static final Logger log = LoggerFactory.getLogger(Rehash.class);
  private static final int FROM_HOUR = 2;
  private static final int TO_HOUR = 5;
  private static final int PAGE = 50;

  private final int each;
  private final Clock clock;
  private final Map<VolumeId, String> reached = new HashMap<>();
  private final List<String> damaged = new ArrayList<>();
  private LocalDate done = LocalDate.MIN;
  private volatile String problem = "";

  Rehash(int each, Clock clock) {
    this.each = each;
    this.clock = clock;
  }

  /** To be called now and then; does something once each night. */
  void round(List<Mount> mounts, Optional<SegmentIndex> index) {
    ZonedDateTime now = clock.instant().atZone(ZoneId.systemDefault());
    boolean night = now.getHour() >= FROM_HOUR && now.getHour() < TO_HOUR;
    if (each == 0 || !night || done.equals(now.toLocalDate()) || index.isEmpty()) {
      return;
    }
    done = now.toLocalDate();
    try {
      for (Mount mount : mounts) {
        Volume volume = mount.online().orElse(null);
        if (volume != null) {
          sample(volume, index.get());
        }
      }
    } catch (StoreUnavailableException e) {
      log.info("the nightly check ends early: {}", e.getMessage());
    }
  }

  private void sample(Volume volume, SegmentIndex index) {
    String after = reached.getOrDefault(volume.id(), "");
    boolean again = after.isEmpty();
    int left = each;
    while (left > 0 && !Thread.currentThread().isInterrupted()) {
      List<Segment> page = index.page(volume.id(), after, Math.min(PAGE, left));
      if (page.isEmpty() && again) {
        break;
      }
      again = again || page.isEmpty();
      after = page.isEmpty() ? "" : page.get(page.size() - 1).id();
      for (Segment segment : page) {
        compare(volume, index, segment);
        left--;
      }
    }
    reached.put(volume.id(), after);
  }

  private void compare(Volume volume, SegmentIndex index, Segment segment) {
    boolean whole =
        segment.state() == Segment.State.SEALED || segment.state() == Segment.State.RECOVERED;
    if (!whole || segment.sha256().isEmpty()) {
      return;
    }
    try (var file = volume.read(segment.path())) {
      if (!Sha256.of(file).equals(segment.sha256().get())) {
        found(segment, "its content is not what was recorded", index);
      }
    } catch (NoSuchFileException e) {
      // Deleted since the page was read, or to be found by the comparison after a start.
    } catch (IOException e) {
      found(segment, e.toString(), index);
    }
  }

  private void found(Segment segment, String what, SegmentIndex index) {
    log.error("{} on volume {}: {}", segment.path(), segment.volume(), what);
    damaged.add(segment.id());
    problem =
        "%d segments on disk are damaged, the last one is %s"
            .formatted(damaged.size(), segment.id());
    index
        .find(segment.id())
        .filter(segment::equals)
        .ifPresent(row -> index.upsert(List.of(row.withState(Segment.State.SUSPECT))));
  }

  /** What was found in this life. */
  Optional<String> problem() {
    return Optional.of(problem).filter(text -> !text.isEmpty());
  }
}
