package io.vigilnvr.stream.internal;

import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.media.AccessUnit;
import io.vigilnvr.api.media.Codec;
import io.vigilnvr.api.media.Fragment;
import io.vigilnvr.api.media.StreamFormat;
import io.vigilnvr.api.media.Track;
import io.vigilnvr.api.record.GapCause;
import io.vigilnvr.api.stream.StreamHub;
import io.vigilnvr.api.stream.StreamRecorder;
import io.vigilnvr.api.stream.StreamStatus;
import io.vigilnvr.api.stream.StreamViewer;
import io.vigilnvr.api.stream.StreamViewer.Item;
import io.vigilnvr.media.codec.Codecs;
import io.vigilnvr.media.codec.Picture;
import io.vigilnvr.media.mp4.Fragments;
import io.vigilnvr.media.mp4.InitSegments;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One stream: makes its fragments and hands them out.
 *
 * <p>All that happens here happens in the {@link Lane}; fields are the lane's unless they say
 * otherwise. The recorder and the viewers are each at a place of their own in the numbers: {@code
 * wanted} is the number that the recorder has to get next, {@code unseen} the one that viewers
 * have. When a recorder takes over, units come again from {@code wanted} on; those below {@code
 * unseen} then go to the recorder alone.
 *
 * <p>A fragment holds all numbers between its first and its last, because the recorder acknowledges
 * and goes on by number. Audio is gathered, therefore, only up to the next picture.
 */
final class StreamPlace {
  private static final Logger log = LoggerFactory.getLogger(StreamPlace.class);

  /** A GOP beyond this is not kept: who comes to watch waits for the next keyframe. */
  static final long MAX_GOP_BYTES = 16L << 20;

  /** A fragment of audio is not longer than a second's part. */
  private static final int AUDIO_FRAGMENTS_PER_SECOND = 10;

  /** A longer distance between pictures is a hole in time, not a slow camera. */
  private static final int MAX_DURATION_SECONDS = 10;

  private static final long UNKNOWN = -1;

  /** What is known of a track in the present run. */
  private static final class TrackState {
    final Track track;
    final boolean primary;
    final boolean carried;
    long lastDts = Long.MIN_VALUE;
    long durationTicks;

    TrackState(Track track, boolean primary) {
      this.track = track;
      this.primary = primary;
      this.carried = Codecs.isCarried(track);
      this.durationTicks = usualDuration(track);
    }

    private static long usualDuration(Track track) {
      if (track.codec().isVideo()) {
        double rate = Codecs.picture(track).map(Picture::frameRate).orElse(0.0);
        return Math.round(track.timescale() / (rate >= 1 && rate <= 240 ? rate : 25));
      }
      return track.codec() == Codec.AAC ? 1024 : track.timescale() / 50;
    }

    /** Up to the next unit: as long as the last one turned out to be. */
    long duration(long dts) {
      long distance = dts - lastDts;
      if (lastDts != Long.MIN_VALUE
          && distance > 0
          && distance <= (long) MAX_DURATION_SECONDS * track.timescale()) {
        durationTicks = distance;
      }
      lastDts = dts;
      return durationTicks;
    }
  }

  /** A recorder's session at this stream. */
  private final class Recording implements StreamRecorder.Acknowledgement {
    final PlaceFeed feed;
    volatile boolean over;

    Recording(PlaceFeed feed) {
      this.feed = feed;
    }

    @Override
    public void upTo(long sequence) {
      if (!over) {
        acknowledge(feed, sequence >= givenThrough ? Math.max(sequence, leftOut) : sequence);
      }
    }
  }

  private final StreamId id;
  private final Clock clock;
  private final Lane lane = new Lane();
  private final RateMeter meter = new RateMeter();

  // The feed.
  private volatile @Nullable PlaceFeed feed;
  private @Nullable StreamFormat format;
  private TrackState[] tracks = {};
  private long run;
  private @Nullable ByteBuffer init;
  private Item.@Nullable Init initItem;
  private final List<AccessUnit> gathered = new ArrayList<>();
  private @Nullable TrackState gatheredTrack;

  /** Number of the last unit that came, be it for the second time. */
  private long latest = UNKNOWN;

  // The recorder.
  private StreamRecorder.@Nullable Session session;
  private @Nullable Recording recording;
  private long wanted;

  /** Whether the units that come are those that the recorder asked for. */
  private boolean resumed;

  private int recorderFailures;

  // The viewers.
  private ViewerQueue[] viewers = {};
  private final List<Fragment> gop = new ArrayList<>();
  private long gopBytes;
  private boolean gopWhole;
  private long unseen = UNKNOWN;
  private Item.@Nullable Init shownInit;
  private long shownRun = Long.MIN_VALUE;

  /** Why nothing is shown, while that is so. */
  private GapCause endedBy = GapCause.OFFLINE;

  // Told to everybody. Written in the lane alone (but acknowledgements), read anywhere.
  private final AtomicLong received = new AtomicLong();
  private final AtomicLong lost = new AtomicLong();
  private volatile long givenThrough = UNKNOWN;
  private volatile long leftOut = UNKNOWN;
  private volatile long firstReceived = UNKNOWN;
  private volatile long highest = UNKNOWN;
  private volatile int viewerCount;

  /** Those who watch, will in a moment, or are just leaving: nobody forgets the place then. */
  private final AtomicInteger expected = new AtomicInteger();

  private volatile @Nullable Instant lastAccessUnitAt;
  private volatile Optional<String> codec = Optional.empty();
  private volatile Optional<Picture> picture = Optional.empty();

  StreamPlace(StreamId id, Clock clock) {
    this.id = id;
    this.clock = clock;
  }

  StreamId id() {
    return id;
  }

  boolean isFed() {
    return feed != null;
  }

  boolean isFedBy(PlaceFeed one) {
    return feed == one;
  }

  boolean isEmpty() {
    return feed == null && expected.get() == 0;
  }

  Optional<PlaceFeed> currentFeed() {
    return Optional.ofNullable(feed);
  }

  // ---- the feed's side

  /** Takes the place of a feed that was there before. */
  PlaceFeed open(StreamHub.Upstream upstream, Runnable onClose) {
    var next = new PlaceFeed(this, upstream, onClose);
    feed = next;
    lane.run(
        () -> {
          leaveRun(GapCause.PLATFORM);
          closeSession();
          received.set(0);
          lost.set(0);
          firstReceived = UNKNOWN;
          highest = UNKNOWN;
          next.acknowledged.set(UNKNOWN);
          meter.reset();
          tellWatched(viewers.length > 0);
        });
    return next;
  }

  void run(PlaceFeed from, long number, StreamFormat next) {
    lane.run(() -> doRun(from, number, next));
  }

  /** The way of every unit; nothing is allocated for it here. */
  void unit(PlaceFeed from, AccessUnit unit) {
    if (lane.enter()) {
      try {
        doUnit(from, unit);
      } catch (RuntimeException e) {
        log.error("{}: an access unit could not be handed on", id, e);
      } finally {
        lane.leave();
      }
    } else {
      lane.run(() -> doUnit(from, unit));
    }
  }

  void lost(PlaceFeed from, long first, long last, GapCause cause) {
    lane.run(() -> doLost(from, first, last, cause));
  }

  void interrupted(PlaceFeed from, GapCause cause) {
    lane.run(() -> doInterrupted(from, cause));
  }

  void close(PlaceFeed from) {
    lane.run(
        () -> {
          if (feed == from) {
            leaveRun(GapCause.OFFLINE);
            closeSession();
            feed = null;
          }
        });
  }

  private void doRun(PlaceFeed from, long number, StreamFormat next) {
    if (feed != from) {
      return;
    }
    flush();
    boolean same = format != null && number == run && next.equals(format);
    run = number;
    if (!same) {
      format = next;
      tracks = new TrackState[next.tracks().size()];
      for (Track track : next.tracks()) {
        tracks[track.number() - 1] = new TrackState(track, track.equals(next.primary()));
      }
      boolean carried = next.tracks().stream().anyMatch(Codecs::isCarried);
      init = carried ? InitSegments.of(next).asReadOnlyBuffer() : null;
      initItem = init == null ? null : new Item.Init(Codecs.mime(next), init);
      codec = next.video().map(Codecs::rfc6381).filter(text -> !text.isEmpty());
      picture = next.video().flatMap(Codecs::picture);
    }
    // Else it may be of units that were under way; the recorder is told with the one it wants.
    if (resumed) {
      tellRun();
    }
  }

  private void tellRun() {
    StreamFormat now = format;
    ByteBuffer start = init;
    if (now != null && start != null) {
      record(to -> to.run(run, now, start));
    }
  }

  private void doUnit(PlaceFeed from, AccessUnit unit) {
    if (feed != from || unit.track() < 1 || unit.track() > tracks.length) {
      return;
    }
    long sequence = unit.sequence();
    latest = sequence;
    TrackState track = tracks[unit.track() - 1];
    if (sequence > highest) {
      highest = sequence;
      if (firstReceived == UNKNOWN) {
        firstReceived = sequence;
      }
      received.incrementAndGet();
      lastAccessUnitAt = unit.captured();
      meter.add(unit.captured(), unit.payloadBytes(), track.track.codec().isVideo());
    }
    if (session != null && !resumed && sequence == wanted) {
      resumed = true;
      tellRun();
    }
    if (!track.carried) {
      flush();
      leaveOut(sequence);
    } else if (track.track.codec().isVideo()) {
      flush();
      wrap(unit, track);
    } else {
      gather(unit, track);
    }
  }

  private void wrap(AccessUnit unit, TrackState track) {
    Fragment fragment;
    try {
      fragment = Fragments.wrap(unit, track.track, track.primary, track.duration(unit.dtsTicks()));
    } catch (IllegalArgumentException e) {
      unusable(unit.sequence(), unit.sequence(), e);
      return;
    }
    hand(fragment);
  }

  private void gather(AccessUnit unit, TrackState track) {
    if (!gathered.isEmpty()) {
      AccessUnit first = gathered.get(0);
      long sequence = unit.sequence();
      boolean adjoins =
          gatheredTrack == track
              && sequence == gathered.get(gathered.size() - 1).sequence() + 1
              && unit.dtsTicks() >= gathered.get(gathered.size() - 1).dtsTicks();
      boolean crosses =
          (first.sequence() < unseen && sequence >= unseen)
              || (first.sequence() < wanted && sequence >= wanted);
      if (!adjoins || crosses) {
        flush();
      }
    }
    gatheredTrack = track;
    gathered.add(unit);
    long length = unit.dtsTicks() - gathered.get(0).dtsTicks() + track.duration(unit.dtsTicks());
    if (length * AUDIO_FRAGMENTS_PER_SECOND >= track.track.timescale()) {
      flush();
    }
  }

  /** Makes a fragment of the audio that is held. */
  private void flush() {
    TrackState track = gatheredTrack;
    if (gathered.isEmpty() || track == null) {
      return;
    }
    AccessUnit first = gathered.get(0);
    AccessUnit last = gathered.get(gathered.size() - 1);
    Fragment fragment;
    try {
      fragment =
          gathered.size() == 1
              ? Fragments.wrap(first, track.track, track.primary, track.durationTicks)
              : Fragments.gather(gathered, track.track, track.primary, track.durationTicks);
    } catch (IllegalArgumentException e) {
      unusable(first.sequence(), last.sequence(), e);
      return;
    } finally {
      gathered.clear();
    }
    hand(fragment);
  }

  private void unusable(long first, long last, IllegalArgumentException e) {
    log.debug("{}: units {} to {} fit into no fragment", id, first, last, e);
    doLostOf(first, last, GapCause.PLATFORM);
  }

  /** Of a track that MP4 does not carry: it has a number, and that is all. */
  private void leaveOut(long sequence) {
    if (sequence == unseen) {
      unseen++;
    }
    if (session == null || !resumed || sequence < wanted) {
      return;
    }
    reportHole(sequence);
    wanted = sequence + 1;
    leftOut = sequence;
    PlaceFeed now = feed;
    if (now != null && now.acknowledged.get() >= givenThrough) {
      acknowledge(now, sequence);
    }
  }

  private void hand(Fragment fragment) {
    if (session != null && resumed && fragment.lastSequence() >= wanted) {
      reportHole(fragment.firstSequence());
      wanted = fragment.lastSequence() + 1;
      givenThrough = fragment.lastSequence();
      record(fragment);
    }
    if (fragment.firstSequence() >= unseen) {
      show(fragment);
    }
  }

  /** A missing number is a lost unit, even if nobody said so. */
  private void reportHole(long next) {
    if (next > wanted) {
      long first = wanted;
      lost.addAndGet(next - first);
      record(to -> to.lost(first, next - 1, GapCause.PLATFORM));
    }
  }

  private void doLost(PlaceFeed from, long first, long last, GapCause cause) {
    if (feed == from && last >= first) {
      flush();
      doLostOf(first, last, cause);
      highest = Math.max(highest, last);
    }
  }

  private void doLostOf(long first, long last, GapCause cause) {
    long before = Math.max(first, highest + 1);
    if (session == null) {
      lost.addAndGet(Math.max(0, last - before + 1));
    } else if (last >= wanted && (resumed || first <= wanted)) {
      long from = wanted;
      lost.addAndGet(last - from + 1);
      wanted = last + 1;
      record(to -> to.lost(from, last, cause));
    }
    if (unseen != UNKNOWN && last >= unseen) {
      missed(last + 1 - unseen);
      unseen = last + 1;
    }
  }

  private void doInterrupted(PlaceFeed from, GapCause cause) {
    if (feed != from) {
      return;
    }
    flush();
    if (resumed) {
      record(to -> to.interrupted(cause));
    }
    // Not while units come again that viewers have seen, and what came after them.
    if (latest + 1 >= unseen && run == shownRun) {
      endShow(cause);
    }
  }

  private void leaveRun(GapCause cause) {
    flush();
    endShow(cause);
    format = null;
    tracks = new TrackState[0];
    init = null;
    initItem = null;
    shownRun = Long.MIN_VALUE;
    unseen = UNKNOWN;
  }

  // ---- the recorder's side

  /** What the recorder gets with its session; tells upstream while it is not over. */
  StreamRecorder.Acknowledgement acknowledgement(PlaceFeed of) {
    return new Recording(of);
  }

  /**
   * Hands the stream to a session, from a number on; closes the session if it comes too late.
   *
   * @param stillWanted asked in the lane
   */
  void attach(
      PlaceFeed of,
      StreamRecorder.Session next,
      StreamRecorder.Acknowledgement acknowledgement,
      long nextSequence,
      BooleanSupplier stillWanted) {
    lane.run(
        () -> {
          if (feed != of || !stillWanted.getAsBoolean()) {
            ((Recording) acknowledgement).over = true;
            closeQuietly(next);
            return;
          }
          flush();
          closeSession();
          session = next;
          recording = (Recording) acknowledgement;
          wanted = nextSequence;
          givenThrough = nextSequence - 1;
          leftOut = UNKNOWN;
          resumed = false;
          recorderFailures = 0;
          of.upstream.resumeAt(nextSequence);
        });
  }

  /** Ends the recorder's session; nothing is acknowledged until the next. */
  void detach(Runnable then) {
    lane.run(
        () -> {
          flush();
          closeSession();
          then.run();
        });
  }

  private void closeSession() {
    StreamRecorder.Session old = session;
    session = null;
    resumed = false;
    if (recording != null) {
      recording.over = true;
      recording = null;
    }
    if (old != null) {
      closeQuietly(old);
    }
  }

  private void closeQuietly(StreamRecorder.Session old) {
    try {
      old.close();
    } catch (RuntimeException e) {
      log.error("{}: the recorder's session did not close as it should", id, e);
    }
  }

  private interface RecorderCall {
    void on(StreamRecorder.Session session);
  }

  /** The recorder's failures are its own: they are told once a session, and not acknowledged. */
  private void record(RecorderCall call) {
    StreamRecorder.Session to = session;
    if (to == null) {
      return;
    }
    try {
      call.on(to);
    } catch (RuntimeException e) {
      if (recorderFailures++ == 0) {
        log.error("{}: the recorder failed", id, e);
      }
    }
  }

  /** The same for a fragment, without an allocation for each. */
  private void record(Fragment fragment) {
    StreamRecorder.Session to = session;
    if (to == null) {
      return;
    }
    try {
      to.fragment(fragment);
    } catch (RuntimeException e) {
      if (recorderFailures++ == 0) {
        log.error("{}: the recorder failed", id, e);
      }
    }
  }

  private void acknowledge(PlaceFeed of, long sequence) {
    long before = of.acknowledged.getAndAccumulate(sequence, Math::max);
    if (sequence > before) {
      of.upstream.acknowledge(sequence);
    }
  }

  // ---- the viewers' side

  /** Keeps the place until the viewer that is about to watch has left. */
  void expectViewer() {
    expected.incrementAndGet();
  }

  /**
   * After {@link #expectViewer}, once.
   *
   * @param sayIfEnded whether the viewer is told so if nothing is shown now
   */
  StreamHub.Subscription watch(
      StreamViewer viewer, long maxQueuedBytes, boolean sayIfEnded, Runnable onClose) {
    var queue = new ViewerQueue(viewer, maxQueuedBytes);
    lane.run(() -> join(queue, sayIfEnded));
    var closed = new AtomicBoolean();
    return () -> {
      if (!closed.compareAndSet(false, true)) {
        return;
      }
      queue.close();
      lane.run(
          () -> {
            leave(queue);
            expected.decrementAndGet();
            onClose.run();
          });
    };
  }

  private void join(ViewerQueue queue, boolean sayIfEnded) {
    var next = new ViewerQueue[viewers.length + 1];
    System.arraycopy(viewers, 0, next, 0, viewers.length);
    next[viewers.length] = queue;
    viewers = next;
    viewerCount = next.length;
    tellWatched(next.length == 1);
    Item.Init start = shownInit;
    boolean ready = false;
    if (start == null) {
      ready = sayIfEnded && queue.end(new Item.Ended(endedBy.word()));
    } else {
      ready = queue.start(start);
      catchUp(queue);
    }
    if (ready) {
      ready(queue);
    }
  }

  /** What was shown since the newest keyframe; if it is too much, that keyframe alone. */
  private void catchUp(ViewerQueue queue) {
    if (!gopWhole || gop.isEmpty()) {
      return;
    }
    if (gopBytes <= queue.maxBytes()) {
      for (Fragment fragment : gop) {
        queue.offer(new Item.Media(fragment));
      }
    } else if (gop.get(0).byteCount() <= queue.maxBytes()) {
      queue.offer(new Item.Media(gop.get(0)));
      long rest = unseen - 1 - gop.get(0).lastSequence();
      if (rest > 0) {
        queue.miss(rest);
      }
    }
  }

  private void leave(ViewerQueue queue) {
    var rest = new ArrayList<>(List.of(viewers));
    if (rest.remove(queue)) {
      viewers = rest.toArray(ViewerQueue[]::new);
      viewerCount = viewers.length;
      tellWatched(viewers.length == 0);
    }
  }

  /** Says whether there are viewers, if that is news. */
  private void tellWatched(boolean news) {
    PlaceFeed from = feed;
    if (news && from != null) {
      from.upstream.watched(viewers.length > 0);
    }
  }

  private void show(Fragment fragment) {
    Item.Init start = initItem;
    if (start == null) {
      return;
    }
    if (run != shownRun || shownInit == null) {
      // The first unit of a run that viewers have not seen.
      shownRun = run;
      shownInit = start;
      forgetGop();
      for (ViewerQueue queue : viewers) {
        if (queue.start(start)) {
          ready(queue);
        }
      }
    } else if (unseen != UNKNOWN && fragment.firstSequence() > unseen) {
      missed(fragment.firstSequence() - unseen);
    }
    unseen = fragment.lastSequence() + 1;
    keep(fragment);
    if (viewers.length > 0) {
      var media = new Item.Media(fragment);
      for (ViewerQueue queue : viewers) {
        if (queue.offer(media)) {
          ready(queue);
        }
      }
    }
  }

  private void keep(Fragment fragment) {
    if (fragment.keyframe()) {
      forgetGop();
      gopWhole = true;
    }
    if (!gopWhole) {
      return;
    }
    gopBytes += fragment.byteCount();
    if (gopBytes > MAX_GOP_BYTES) {
      forgetGop();
    } else {
      gop.add(fragment);
    }
  }

  private void forgetGop() {
    gop.clear();
    gopBytes = 0;
    gopWhole = false;
  }

  private void missed(long accessUnits) {
    forgetGop();
    for (ViewerQueue queue : viewers) {
      queue.miss(accessUnits);
    }
  }

  private void endShow(GapCause cause) {
    if (shownInit == null) {
      return;
    }
    endedBy = cause;
    shownInit = null;
    forgetGop();
    var ended = new Item.Ended(cause.word());
    for (ViewerQueue queue : viewers) {
      if (queue.end(ended)) {
        ready(queue);
      }
    }
  }

  private void ready(ViewerQueue queue) {
    try {
      queue.viewer().ready(queue);
    } catch (RuntimeException e) {
      log.error("{}: a viewer failed, and is left out", id, e);
      queue.close();
      leave(queue);
    }
  }

  // ---- for everybody

  StreamStatus status() {
    RateMeter.Rates rates = meter.rates(clock.instant());
    PlaceFeed now = feed;
    long first = firstReceived;
    long through = now == null ? UNKNOWN : now.acknowledged.get();
    long acknowledged =
        first == UNKNOWN || through < first
            ? 0
            : Math.max(0, Math.min(received.get(), through - first + 1 - lost.get()));
    return new StreamStatus(
        id,
        codec,
        picture.map(Picture::widthPx).orElse(0),
        picture.map(Picture::heightPx).orElse(0),
        rates.pictures(),
        rates.bits(),
        received.get(),
        acknowledged,
        lost.get(),
        viewerCount,
        Optional.ofNullable(lastAccessUnitAt));
  }
}
