package io.vigilnvr.record.internal;

import io.vigilnvr.api.storage.StorageBackend;
import io.vigilnvr.api.storage.Volume;
import io.vigilnvr.api.storage.Volume.Capacity;
import io.vigilnvr.api.storage.VolumeId;
import io.vigilnvr.api.storage.VolumeRefusedException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The volume that is recorded to: opened, given up when it fails, opened again when it is well.
 * Health is what a write shows, never what flags say. Thread-safe; the volume is called without the
 * lock.
 */
final class Mount {
  private static final Logger log = LoggerFactory.getLogger(Mount.class);

  /** Two errors within this and the volume is given up. */
  private static final Duration ERROR_WINDOW = Duration.ofSeconds(60);

  /** How a volume is, in the words of the API. */
  enum State {
    ONLINE,
    FAILED,
    REFUSED
  }

  private final RecordSettings settings;
  private final KnownVolumes known;
  private final Function<String, Optional<StorageBackend>> backends;
  private @Nullable Volume volume;
  private State state = State.FAILED;
  private String cause = "not opened yet";
  private boolean full;
  private boolean ended;
  private volatile boolean backendMissing;
  private long lastErrorAt;
  private boolean erred;
  private BooleanSupplier room = () -> false;
  private @Nullable Capacity capacity;

  Mount(
      RecordSettings settings,
      KnownVolumes known,
      Function<String, Optional<StorageBackend>> backends) {
    this.settings = settings;
    this.known = known;
    this.backends = backends;
  }

  /** What frees space at once; says whether enough is free now. */
  synchronized void makeRoomBy(BooleanSupplier maker) {
    room = maker;
  }

  VolumeId id() {
    return settings.volume();
  }

  /**
   * Opens the volume and tries it out; it is not online yet.
   *
   * @return empty, and the cause is kept, if it cannot be used
   */
  Optional<Volume> open() {
    Optional<StorageBackend> backend = backends.apply(settings.backend());
    backendMissing = backend.isEmpty();
    if (backend.isEmpty()) {
      await("storage backend missing: " + settings.backend());
      return Optional.empty();
    }
    try {
      boolean fresh = !known.knows(settings.volume(), settings.location());
      Volume opened = backend.get().open(settings.volume(), settings.backendSettings(), fresh);
      try {
        long before = known.openSequence(settings.volume(), settings.location());
        if (opened.openSequence() <= before) {
          throw new VolumeRefusedException(
              "it is an old copy: opened %d times, not %d"
                  .formatted(opened.openSequence(), before + 1));
        }
        known.remember(settings.volume(), opened.openSequence(), settings.location());
        opened.probe();
        return Optional.of(opened);
      } catch (IOException | VolumeRefusedException | RuntimeException e) {
        opened.close();
        throw e;
      }
    } catch (VolumeRefusedException e) {
      became(State.REFUSED, String.valueOf(e.getMessage()));
    } catch (IOException | RuntimeException e) {
      became(State.FAILED, e.toString());
    }
    return Optional.empty();
  }

  /** Whether the backend that was missing at the last try is there now. */
  boolean backendCame() {
    return backendMissing && backends.apply(settings.backend()).isPresent();
  }

  /** Puts an opened volume to use; closes it if the engine has ended meanwhile. */
  synchronized void online(Volume opened) {
    if (ended) {
      opened.close();
      return;
    }
    volume = opened;
    full = false;
    erred = false;
    became(State.ONLINE, "");
  }

  private synchronized void await(String what) {
    if (!what.equals(cause)) {
      log.info("volume {} waits: {}", settings.volume(), what);
    }
    state = State.FAILED;
    cause = what;
  }

  private synchronized void became(State next, String why) {
    if (next != state || !why.equals(cause)) {
      if (next == State.ONLINE) {
        log.info("volume {} is online at {}", settings.volume(), settings.location());
      } else {
        log.error("volume {} at {}: {}", settings.volume(), settings.location(), why);
      }
    }
    state = next;
    cause = why;
  }

  /** The volume, if it is online. */
  synchronized Optional<Volume> online() {
    return state == State.ONLINE ? Optional.ofNullable(volume) : Optional.empty();
  }

  /** The volume, if it is online and has room. */
  synchronized Optional<Volume> writable() {
    return full ? Optional.empty() : online();
  }

  /** A write or sync failed. The second time within a minute the volume is given up. */
  synchronized void error(IOException e) {
    long now = System.nanoTime();
    boolean again = erred && now - lastErrorAt < ERROR_WINDOW.toNanos();
    erred = true;
    lastErrorAt = now;
    if (again) {
      fail(e.toString());
    }
  }

  /** Gives the volume up until it can be opened and written to again. */
  synchronized void fail(String why) {
    if (state == State.ONLINE && !ended) {
      became(State.FAILED, why);
    }
  }

  /** Nothing is opened any more. */
  synchronized void end() {
    ended = true;
    state = State.FAILED;
    cause = "stopped";
  }

  /** Takes the volume of a mount that failed, to close it. */
  synchronized Optional<Volume> takeFailed() {
    if (state == State.ONLINE) {
      return Optional.empty();
    }
    Optional<Volume> failed = Optional.ofNullable(volume);
    volume = null;
    return failed;
  }

  /** Whether there is nothing left to close before it can be opened again. */
  synchronized boolean isReleased() {
    return volume == null && !ended;
  }

  /** There is no room, and none can be made. */
  synchronized void full() {
    if (!full) {
      full = true;
      log.error("volume {} is full, and nothing may be deleted", settings.volume());
    }
  }

  synchronized void roomy() {
    if (full) {
      full = false;
      log.info("volume {} has room again", settings.volume());
    }
  }

  synchronized boolean isFull() {
    return full;
  }

  boolean makeRoom() {
    BooleanSupplier maker;
    synchronized (this) {
      maker = room;
    }
    return maker.getAsBoolean();
  }

  /**
   * Makes the journal durable, with room made for it if there is none.
   *
   * @throws IOException if it cannot be written; memory has it all, and the next time may do
   */
  void sync(Journal journal) throws IOException {
    try {
      journal.sync();
    } catch (IOException e) {
      if (!SpaceErrors.isFull(e) || !makeRoom()) {
        throw e;
      }
      journal.sync();
    }
  }

  synchronized void measured(Capacity now) {
    capacity = now;
  }

  synchronized Optional<Capacity> capacity() {
    return Optional.ofNullable(capacity);
  }

  synchronized State state() {
    return state;
  }

  /** Why nothing can be written; empty if it can. */
  synchronized String problem() {
    if (state != State.ONLINE) {
      return cause;
    }
    return full ? "the volume is full" : "";
  }
}
