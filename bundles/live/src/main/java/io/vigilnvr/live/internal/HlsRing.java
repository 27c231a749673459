package io.vigilnvr.live.internal;

import io.vigilnvr.api.media.Fragment;
import io.vigilnvr.api.stream.StreamHub.Subscription;
import io.vigilnvr.api.stream.StreamViewer;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The newest seconds of a stream for players of HLS (RFC 8216), kept in memory as long as somebody
 * plays. Bounded by parts and by bytes; a part that is too large is left out.
 */
final class HlsRing implements StreamViewer {
  /** What waits to be put into the ring. */
  static final long MAX_QUEUED_BYTES = 4L << 20;

  private static final long MAX_BYTES = 12L << 20;
  private static final long MAX_PART_BYTES = MAX_BYTES / 2;
  private static final int KEPT = 9;
  private static final int LISTED = 6;

  /** A playlist is not given with fewer, if it can be waited for more (RFC 8216, 6.2.2). */
  private static final int FEWEST = 3;

  private static final Duration SHORTEST = Duration.ofMillis(900);

  /** What the last picture of a run is taken to last. */
  private static final Duration PICTURE = Duration.ofMillis(40);

  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(20);
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private final String folder;
  private final Turn turn;
  private volatile @Nullable Queue queue;

  // Guarded by this, as all below; notified when there is more, or nothing more comes.
  private @Nullable Subscription subscription;
  private final Deque<HlsPart> parts = new ArrayDeque<>();
  private long bytes;
  private long target = 1;
  private long nextPart;
  private long breaks;
  private long askedNanos;

  // Of the part that is being made.
  private HlsPart.@Nullable Start start;
  private long starts;
  private final List<ByteBuffer> fragments = new ArrayList<>();
  private long openBytes;
  private @Nullable Instant openedAt;
  private Instant lastAt = Instant.EPOCH;
  private boolean broken;
  private boolean ended;
  private boolean closed;

  /**
   * @param folder of the parts, relative to the playlist
   */
  HlsRing(String folder, Executor executor, long nowNanos) {
    this.folder = folder;
    this.turn = new Turn(executor, this::take);
    this.askedNanos = nowNanos;
  }

  synchronized void fedBy(Subscription by) {
    subscription = by;
  }

  @Override
  public void ready(Queue from) {
    queue = from;
    turn.signal();
  }

  // ---- the stream's side

  private void take() {
    Queue from = queue;
    if (from == null) {
      return;
    }
    synchronized (this) {
      for (var item = from.poll(); item.isPresent(); item = from.poll()) {
        put(item.get());
      }
      notifyAll();
    }
  }

  private void put(Item item) {
    if (item instanceof Item.Media media) {
      put(media.fragment());
    } else if (item instanceof Item.Init init) {
      seal(lastAt.plus(PICTURE));
      starts++;
      start = new HlsPart.Start(starts, init.bytes());
      broken = true;
      ended = false;
    } else if (item instanceof Item.Dropped) {
      forget();
    } else if (item instanceof Item.Ended) {
      seal(lastAt.plus(PICTURE));
      ended = true;
    }
  }

  private void put(Fragment fragment) {
    Instant opened = openedAt;
    if (fragment.keyframe()
        && (opened == null || !fragment.captured().isBefore(opened.plus(SHORTEST)))) {
      seal(fragment.captured());
      openedAt = fragment.captured();
    }
    if (openedAt == null) {
      return;
    }
    fragments.add(fragment.bytes());
    openBytes += fragment.byteCount();
    lastAt = fragment.captured();
    if (openBytes > MAX_PART_BYTES) {
      forget();
    }
  }

  /** Leaves out the part that is being made; the next one starts at a keyframe. */
  private void forget() {
    fragments.clear();
    openBytes = 0;
    openedAt = null;
    broken = true;
  }

  private void seal(Instant end) {
    Instant at = openedAt;
    HlsPart.Start from = start;
    if (at != null && from != null && !fragments.isEmpty() && end.isAfter(at)) {
      Duration duration = Duration.between(at, end);
      // What comes first is no break.
      boolean isBreak = broken && nextPart > 0;
      breaks += isBreak ? 1 : 0;
      parts.add(new HlsPart(nextPart++, from, breaks, isBreak, at, duration, fragments, openBytes));
      bytes += openBytes;
      target = Math.max(target, duration.plusMillis(999).toSeconds());
      broken = false;
      while (parts.size() > KEPT || bytes > MAX_BYTES) {
        bytes -= parts.remove().byteCount();
      }
    }
    fragments.clear();
    openBytes = 0;
    openedAt = null;
  }

  // ---- the players' side

  /** The playlist, if there is enough of it. */
  synchronized Optional<String> playlist(long nowNanos) {
    askedNanos = nowNanos;
    return parts.size() < FEWEST ? Optional.empty() : text();
  }

  /** The playlist once there is enough of it, or what there is of it after that time. */
  synchronized Optional<String> awaitPlaylist(Duration atMost) throws InterruptedException {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (parts.size() < FEWEST && !ended && !closed) {
      long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (millis <= 0) {
        break;
      }
      wait(millis);
    }
    return text();
  }

  /** A part that is still kept. */
  synchronized Optional<HlsPart> part(long number, long nowNanos) {
    askedNanos = nowNanos;
    return parts.stream().filter(part -> part.number() == number).findFirst();
  }

  synchronized Optional<ByteBuffer> init(long number, long nowNanos) {
    askedNanos = nowNanos;
    return parts.stream()
        .map(HlsPart::start)
        .filter(one -> one.number() == number)
        .map(one -> one.bytes().duplicate())
        .findFirst();
  }

  synchronized boolean isIdle(long nowNanos) {
    return nowNanos - askedNanos > IDLE_NANOS;
  }

  void close() {
    Subscription left;
    synchronized (this) {
      left = subscription;
      closed = true;
      notifyAll();
    }
    if (left != null) {
      left.close();
    }
  }

  private Optional<String> text() {
    if (parts.isEmpty()) {
      return Optional.empty();
    }
    List<HlsPart> all = List.copyOf(parts);
    List<HlsPart> listed = all.subList(Math.max(0, all.size() - LISTED), all.size());
    HlsPart first = listed.get(0);
    var text = new StringBuilder(1024);
    text.append("#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:")
        .append(target)
        .append("\n#EXT-X-MEDIA-SEQUENCE:")
        .append(first.number())
        .append("\n#EXT-X-DISCONTINUITY-SEQUENCE:")
        .append(first.breaks() - (first.broken() ? 1 : 0))
        .append("\n#EXT-X-INDEPENDENT-SEGMENTS\n");
    long map = -1;
    for (HlsPart part : listed) {
      if (part.broken()) {
        text.append("#EXT-X-DISCONTINUITY\n");
      }
      if (part.start().number() != map) {
        map = part.start().number();
        text.append("#EXT-X-MAP:URI=\"").append(folder).append("/init-").append(map);
        text.append(".mp4\"\n");
      }
      text.append("#EXT-X-PROGRAM-DATE-TIME:")
          .append(TIME.format(part.at()))
          .append("\n#EXTINF:")
          .append(String.format(Locale.ROOT, "%.3f", part.duration().toNanos() / 1e9))
          .append(",\n")
          .append(folder)
          .append('/')
          .append(part.number())
          .append(".m4s\n");
    }
    return Optional.of(text.toString());
  }
}
