package io.vigilnvr.record.internal;

import io.vigilnvr.api.storage.StorageBackend;
import io.vigilnvr.api.storage.Volume;
import io.vigilnvr.api.storage.Volume.Capacity;
import io.vigilnvr.api.storage.VolumeId;
import io.vigilnvr.api.storage.VolumeRefusedException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A volume that is recorded to: opened, given up when it fails, opened again when it is well.
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

  private final VolumeSettings settings;
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
  private final IngestRate rate = new IngestRate();
  private boolean leaving;
  private boolean tried;

  /** It is open, and not in use yet. */
  private boolean waiting;

  Mount(
      VolumeSettings settings,
      KnownVolumes known,
      Function<String, Optional<StorageBackend>> backends) {
    this.settings = settings;
    this.known = known;
    this.backends = backends;
  }

  /** What frees space at once; says whether there is some now. */
  synchronized void makeRoomBy(BooleanSupplier maker) {
    room = maker;
  }

  VolumeId id() {
    return settings.id();
  }

  VolumeSettings settings() {
    return settings;
  }

  /** What comes to this volume, as measured. */
  IngestRate rate() {
    return rate;
  }

  /** Nothing new is written to it: it is about to be taken away. */
  synchronized void leave() {
    leaving = true;
  }

  synchronized void stay() {
    leaving = false;
  }

  synchronized boolean isLeaving() {
    return leaving;
  }

  /** Whether it was tried to open it, with whatever result. */
  synchronized boolean isTried() {
    return tried;
  }

  /**
   * Opens the volume and tries it out; it is not online yet.
   *
   * @return empty, and the cause is kept, if it cannot be used
   */
  Optional<Volume> open() {
    Optional<Volume> opened = tryToOpen();
    synchronized (this) {
      tried = true;
      waiting = opened.isPresent();
    }
    return opened;
  }

  private Optional<Volume> tryToOpen() {
    Optional<StorageBackend> backend = backends.apply(settings.backend());
    backendMissing = backend.isEmpty();
    if (backend.isEmpty()) {
      await("storage backend missing: " + settings.backend());
      return Optional.empty();
    }
    try {
      boolean fresh = !known.knows(settings.id(), settings.location());
      Volume opened = backend.get().open(settings.id(), settings.settings(), fresh);
      try {
        long before = known.openSequence(settings.id(), settings.location());
        if (opened.openSequence() <= before) {
          throw new VolumeRefusedException(
              "it is an old copy: opened %d times, not %d"
                  .formatted(opened.openSequence(), before + 1));
        }
        known.remember(settings.id(), opened.openSequence(), settings.location());
        opened.probe();
        measured(opened.capacity());
        return Optional.of(opened);
      } catch (IOException | VolumeRefusedException | RuntimeException e) {
        opened.close();
        throw e;
      }
    } catch (VolumeRefusedException e) {
      became(State.REFUSED, String.valueOf(e.getMessage()));
    } catch (ClosedByInterruptException e) {
      // The component ends; that says nothing of the disk.
      Thread.currentThread().interrupt();
      await("stopped");
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
    waiting = false;
    if (ended) {
      opened.close();
      return;
    }
    volume = opened;
    full = false;
    erred = false;
    became(State.ONLINE, "");
  }

  /** What was opened cannot be used after all, and was closed. */
  synchronized void unusable(String why) {
    waiting = false;
    became(State.FAILED, why);
  }

  private synchronized void await(String what) {
    if (!what.equals(cause)) {
      log.info("volume {} waits: {}", settings.id(), what);
    }
    state = State.FAILED;
    cause = what;
  }

  private synchronized void became(State next, String why) {
    if (next != state || !why.equals(cause)) {
      if (next == State.ONLINE) {
        log.info("volume {} is online at {}", settings.id(), settings.location());
      } else {
        log.error("volume {} at {}: {}", settings.id(), settings.location(), why);
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
    return full || leaving ? Optional.empty() : online();
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
    return volume == null && !ended && !waiting;
  }

  /** There is no room, and none can be made. */
  synchronized void full() {
    if (!full) {
      full = true;
      log.error("volume {} is full, and nothing may be deleted", settings.id());
    }
  }

  synchronized void roomy() {
    if (full) {
      full = false;
      log.info("volume {} has room again", settings.id());
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
      journal.sync(id());
    } catch (IOException e) {
      if (!SpaceErrors.isFull(e) || !makeRoom()) {
        throw e;
      }
      journal.sync(id());
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
