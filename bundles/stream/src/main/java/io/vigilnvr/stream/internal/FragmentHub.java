package io.vigilnvr.stream.internal;

import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.stream.StreamHub;
import io.vigilnvr.api.stream.StreamRecorder;
import io.vigilnvr.api.stream.StreamStatus;
import io.vigilnvr.api.stream.StreamViewer;
import io.vigilnvr.api.task.Tasks;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.component.annotations.ReferenceScope;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes fragments, once, and hands them out; each stream by itself.
 *
 * <p>The recorder may come, go and be replaced at any time. A stream is not resumed, and so nothing
 * of it flows, before there is one that says from where: what is received meanwhile waits in
 * ingest's ring. When the recorder goes, viewers go on until the ring's window is full.
 */
@Component(immediate = true)
public final class FragmentHub implements StreamHub {
  private static final Logger log = LoggerFactory.getLogger(FragmentHub.class);

  /** So long a recorder that goes is waited for to be done with, if a stream is busy. */
  private static final long DETACH_MILLIS = 1000;

  private static final long RETRY_MILLIS = 1000;

  private final Tasks tasks;
  private final Clock clock;
  private final ConcurrentMap<StreamId, StreamPlace> places = new ConcurrentHashMap<>();
  private volatile @Nullable StreamRecorder recorder;

  /**
   * One for each stream that ever was: who holds it opens a session. A recorder listens only to the
   * session that it opened last, so that must be the one that the stream ends up with.
   */
  private final ConcurrentMap<StreamId, ReentrantLock> openings = new ConcurrentHashMap<>();

  @Activate
  public FragmentHub(
      @Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED) Tasks tasks, @Reference Clock clock) {
    this.tasks = tasks;
    this.clock = clock;
  }

  @Deactivate
  void deactivate() {
    recorder = null;
    detachAll();
  }

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void setRecorder(StreamRecorder next) {
    recorder = next;
    places.values().forEach(place -> place.currentFeed().ifPresent(feed -> attach(place, feed)));
  }

  void unsetRecorder(StreamRecorder old) {
    // When a better one takes over, it is set before the old one is unset.
    if (recorder == old) {
      recorder = null;
      detachAll();
    }
  }

  private void detachAll() {
    var detached = new CountDownLatch(places.size());
    places.values().forEach(place -> place.detach(detached::countDown));
    try {
      if (!detached.await(DETACH_MILLIS, TimeUnit.MILLISECONDS)) {
        log.warn("streams are busy: the recorder's sessions are closed later");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Opens a session for a stream, in a task of its own: a recorder may read the disk to find out
   * where it is, and a disk that hangs must not hold up another stream.
   */
  private void attach(StreamPlace place, PlaceFeed feed) {
    StreamRecorder now = recorder;
    if (now != null) {
      tasks.start("record-" + place.id(), () -> attachInTurn(place, feed, now));
    }
  }

  /** A feed that comes and a recorder that comes at the same time both ask for it. */
  private void attachInTurn(StreamPlace place, PlaceFeed feed, StreamRecorder to)
      throws InterruptedException {
    ReentrantLock opening = openings.computeIfAbsent(place.id(), each -> new ReentrantLock());
    opening.lockInterruptibly();
    try {
      attach(place, feed, to);
    } finally {
      opening.unlock();
    }
  }

  private void attach(StreamPlace place, PlaceFeed feed, StreamRecorder to)
      throws InterruptedException {
    var detached = new CountDownLatch(1);
    place.detach(detached::countDown);
    detached.await();
    boolean complained = false;
    while (recorder == to && place.isFedBy(feed)) {
      StreamRecorder.Acknowledgement acknowledgement = place.acknowledgement(feed);
      StreamRecorder.Session session = null;
      try {
        session = to.open(place.id(), acknowledgement);
        long next = to.nextSequence(place.id());
        place.attach(feed, session, acknowledgement, next, () -> recorder == to);
        return;
      } catch (RuntimeException e) {
        if (session != null) {
          session.close();
        }
        if (!complained) {
          log.error("{}: the recorder does not take the stream; trying again", place.id(), e);
          complained = true;
        }
        Thread.sleep(RETRY_MILLIS);
      }
    }
  }

  @Override
  public Feed feed(StreamId stream, Upstream upstream) {
    StreamPlace place;
    PlaceFeed opened;
    do {
      place = places.computeIfAbsent(stream, id -> new StreamPlace(id, clock));
      opened = place.open(upstream, () -> forgetIfEmpty(stream));
      // Nobody forgets a place that is fed, but it may have been forgotten just before.
    } while (places.get(stream) != place);
    attach(place, opened);
    return opened;
  }

  @Override
  public Subscription watch(StreamId stream, long maxQueuedBytes, StreamViewer viewer) {
    StreamPlace place = places.get(stream);
    if (place == null || !place.isFed()) {
      throw new NoSuchElementException("nobody feeds " + stream);
    }
    return join(stream, maxQueuedBytes, viewer, false);
  }

  @Override
  public Subscription follow(StreamId stream, long maxQueuedBytes, StreamViewer viewer) {
    return join(stream, maxQueuedBytes, viewer, true);
  }

  private Subscription join(
      StreamId stream, long maxQueuedBytes, StreamViewer viewer, boolean sayIfEnded) {
    StreamPlace place =
        Objects.requireNonNull(
            places.compute(
                stream,
                (id, there) -> {
                  var kept = there == null ? new StreamPlace(id, clock) : there;
                  kept.expectViewer();
                  return kept;
                }));
    return place.watch(viewer, maxQueuedBytes, sayIfEnded, () -> forgetIfEmpty(stream));
  }

  private void forgetIfEmpty(StreamId stream) {
    places.computeIfPresent(stream, (id, place) -> place.isEmpty() ? null : place);
  }

  @Override
  public Optional<StreamStatus> status(StreamId stream) {
    return Optional.ofNullable(places.get(stream))
        .filter(StreamPlace::isFed)
        .map(StreamPlace::status);
  }

  @Override
  public List<StreamStatus> streams() {
    return places.values().stream()
        .filter(StreamPlace::isFed)
        .map(StreamPlace::status)
        .sorted(Comparator.comparing(status -> status.stream().toString()))
        .toList();
  }
}
