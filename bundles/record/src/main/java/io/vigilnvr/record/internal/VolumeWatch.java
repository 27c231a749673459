package io.vigilnvr.record.internal;

import io.vigilnvr.api.storage.Volume;
import io.vigilnvr.api.storage.Volume.Capacity;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the volume in use: opens it when it can be, measures its space, and probes whether it keeps
 * what is written. {@link #look} and {@link #probe} each belong to a thread of their own, because a
 * probe may hang.
 */
final class VolumeWatch {
  private static final Logger log = LoggerFactory.getLogger(VolumeWatch.class);
  private static final Duration REOPEN = Duration.ofSeconds(5);
  private static final Duration MEASURE = Duration.ofSeconds(10);
  private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(5);

  private final RecordSettings settings;
  private final Mount mount;
  private final BiConsumer<Mount, Volume> opened;
  private long triedAt;
  private boolean tried;
  private long measuredAt;
  private boolean measured;
  private volatile long probeStarted = Long.MIN_VALUE;

  /**
   * @param opened takes an opened volume and puts it to use
   */
  VolumeWatch(RecordSettings settings, Mount mount, BiConsumer<Mount, Volume> opened) {
    this.settings = settings;
    this.mount = mount;
    this.opened = opened;
  }

  Mount mount() {
    return mount;
  }

  /** Opens the volume if it is due, and looks at its space. To be called each second. */
  void look() {
    long now = System.nanoTime();
    if (mount.state() != Mount.State.ONLINE) {
      boolean due = !tried || now - triedAt >= REOPEN.toNanos() || mount.backendCame();
      if (mount.isReleased() && due) {
        tried = true;
        triedAt = now;
        mount.open().ifPresent(volume -> opened.accept(mount, volume));
        measured = false;
      }
      return;
    }
    if (!measured || mount.isFull() || now - measuredAt >= MEASURE.toNanos()) {
      measured = true;
      measuredAt = now;
      mount.online().ifPresent(this::measure);
    }
  }

  private void measure(Volume volume) {
    try {
      mount.rate().sample(System.nanoTime());
      Capacity capacity = volume.capacity();
      mount.measured(capacity);
      if (capacity.freeBytes() >= settings.reserve(capacity.totalBytes()) || mount.makeRoom()) {
        mount.roomy();
      } else {
        mount.full();
      }
    } catch (ClosedByInterruptException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      mount.error(e);
    }
  }

  /** The next look opens the volume, however short ago the last try was. */
  void again() {
    triedAt = System.nanoTime() - REOPEN.toNanos();
  }

  /** Writes and reads a little. To be called every ten seconds. */
  void probe() {
    Volume volume = mount.online().orElse(null);
    if (volume == null) {
      return;
    }
    probeStarted = System.nanoTime();
    try {
      volume.probe();
    } catch (ClosedByInterruptException e) {
      // The component ends; that says nothing of the disk.
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      if (SpaceErrors.isFull(e)) {
        if (!mount.makeRoom()) {
          log.warn("volume {} has no room for a probe", mount.id());
        }
      } else {
        mount.fail("it does not keep what is written: " + e);
      }
    } finally {
      probeStarted = Long.MIN_VALUE;
    }
  }

  /** Whether a probe takes longer than it may. */
  boolean isSilent() {
    long started = probeStarted;
    return started != Long.MIN_VALUE && System.nanoTime() - started > PROBE_TIMEOUT.toNanos();
  }
}
