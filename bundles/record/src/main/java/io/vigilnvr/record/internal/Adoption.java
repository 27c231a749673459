package io.vigilnvr.record.internal;

import io.vigilnvr.api.record.Segment;
import io.vigilnvr.api.storage.SegmentFile;
import io.vigilnvr.api.storage.Volume;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes over files that were not ended: cut to the last whole fragment, synced, hashed, journaled
 * as recovered. What cannot be read is moved aside, what is empty is deleted. Doing it again after
 * a crash in the middle has the same result. Thread-safe for different files.
 */
final class Adoption {
  private static final Logger log = LoggerFactory.getLogger(Adoption.class);

  private final Journal journal;

  Adoption(Journal journal) {
    this.journal = journal;
  }

  /** Looks into a file; empty if there is nothing to take over, and then that is settled, too. */
  Optional<Unsealed> look(Volume volume, String path) {
    try {
      Unsealed.Reading reading = Unsealed.read(volume, path);
      switch (reading.content()) {
        case MEDIA -> {
          return reading.unsealed();
        }
        case EMPTY -> {
          volume.delete(path);
          journal.discarded(volume.id(), path);
          log.info("{} was empty, and is deleted", path);
        }
        case FOREIGN -> {
          volume.quarantine(path);
          journal.discarded(volume.id(), path);
          log.warn("{} cannot be read, and is moved aside", path);
        }
      }
    } catch (NoSuchFileException e) {
      journal.discarded(volume.id(), path);
    } catch (IOException | IllegalArgumentException e) {
      log.warn("{} cannot be recovered now: {}", path, e.toString());
    }
    return Optional.empty();
  }

  /** Moves a file aside whose units are all somewhere else, too. */
  void setAside(Volume volume, Unsealed file) {
    try {
      volume.quarantine(file.path());
      journal.discarded(volume.id(), file.path());
      log.warn("{} is moved aside: what it holds is recorded elsewhere", file.path());
    } catch (IOException | IllegalArgumentException e) {
      log.warn("{} cannot be moved aside now: {}", file.path(), e.toString());
    }
  }

  /**
   * Cuts a file to what is whole and makes that durable. A process that died may have left bytes
   * that only the system's memory has: they may not count as had before this.
   */
  boolean settle(Volume volume, Unsealed file) {
    try (SegmentFile cut = volume.resume(file.path(), file.wholeBytes())) {
      cut.sync();
      return true;
    } catch (IOException e) {
      log.warn("{} cannot be gone on with: {}", file.path(), e.toString());
      return false;
    }
  }

  /** Takes a file over; empty if the volume failed at it, and then it is left for the next life. */
  Optional<Segment> adopt(Mount mount, Unsealed file) {
    Volume volume = mount.online().orElse(null);
    if (volume == null) {
      return Optional.empty();
    }
    try {
      if (!settle(volume, file)) {
        return Optional.empty();
      }
      String sha256;
      try (var channel = volume.read(file.path())) {
        sha256 = Sha256.of(channel);
      }
      Segment row = file.row(volume.id(), Segment.State.RECOVERED, Optional.of(sha256));
      String previous =
          journal.position(row.stream()).map(JournalEntry.Position::sha256).orElse("");
      journal.sealed(row, previous);
      log.info("{} is recovered: {} units, {} bytes", file.path(), row.accessUnits(), row.bytes());
      return Optional.of(row);
    } catch (IOException e) {
      log.warn("{} cannot be recovered now: {}", file.path(), e.toString());
      return Optional.empty();
    }
  }
}
