package io.vigilnvr.stream.internal;

import static io.vigilnvr.stream.internal.Fakes.DOOR;
import static io.vigilnvr.stream.internal.Fakes.PICTURES;
import static io.vigilnvr.stream.internal.Fakes.START;
import static io.vigilnvr.stream.internal.Fakes.WITH_SOUND;
import static io.vigilnvr.stream.internal.Fakes.await;
import static io.vigilnvr.stream.internal.Fakes.picture;
import static io.vigilnvr.stream.internal.Fakes.sound;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.media.AccessUnit;
import io.vigilnvr.api.media.Codec;
import io.vigilnvr.api.media.Fragment;
import io.vigilnvr.api.media.StreamFormat;
import io.vigilnvr.api.media.Track;
import io.vigilnvr.api.record.GapCause;
import io.vigilnvr.api.stream.StreamHub.Feed;
import io.vigilnvr.api.stream.StreamHub.Subscription;
import io.vigilnvr.api.stream.StreamRecorder;
import io.vigilnvr.api.stream.StreamStatus;
import io.vigilnvr.api.stream.StreamViewer.Item;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class FragmentHubTest {
  private static final long PLENTY = 1 << 20;

  private final Clock clock = Clock.fixed(START.plusSeconds(2), ZoneOffset.UTC);
  private final List<Thread> threads = new CopyOnWriteArrayList<>();
  private final FragmentHub hub = new FragmentHub(new Fakes.Threads(threads), clock);
  private final Fakes.Upstream upstream = new Fakes.Upstream();

  private Feed fed(Fakes.Recorder recorder) {
    hub.setRecorder(recorder);
    Feed feed = hub.feed(DOOR, upstream);
    settle();
    return feed;
  }

  /** Until recorders have their sessions, and the lane is nobody's: what is done then is done. */
  private void settle() {
    for (Thread each : threads) {
      try {
        each.join();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static void feed(Feed feed, long first, long last) {
    LongStream.rangeClosed(first, last).forEach(i -> feed.unit(picture(i)));
  }

  @Test
  void resumesNothingBeforeThereIsARecorder() {
    Feed feed = hub.feed(DOOR, upstream);
    assertThat(upstream.resumed).isEmpty();
    var recorder = new Fakes.Recorder(700);
    hub.setRecorder(recorder);
    settle();
    assertThat(upstream.resumed).isEqualTo(List.of(700L));
    feed.run(1, PICTURES);
    feed.unit(picture(700));
    assertThat(recorder.calls).containsExactly("run 1", "700-700");
  }

  @Test
  void handsTheSameBytesToRecorderAndViewers() {
    var recorder = new Fakes.Recorder(0);
    Feed feed = fed(recorder);
    var viewer = new Fakes.Viewer(true);
    hub.watch(DOOR, PLENTY, viewer);
    feed.run(1, PICTURES);
    AccessUnit unit = picture(0);
    feed.unit(unit);
    assertThat(viewer.story()).isEqualTo("init 0k");
    Fragment shown = ((Item.Media) viewer.items.get(1)).fragment();
    assertThat(shown).isSameAs(recorder.fragments.get(0));
    // In place: a mark put into the unit is seen in the fragment.
    unit.buffer().put(unit.buffer().limit() - 1, (byte) 77);
    assertThat(shown.bytes().get(shown.bytes().limit() - 1)).isEqualTo((byte) 77);
    var init = (Item.Init) viewer.items.get(0);
    assertThat(init.mime()).startsWith("video/mp4; codecs=\"avc1.42c01e");
    assertThat(init.bytes().isReadOnly()).isTrue();
  }

  @Test
  void acknowledgesWhatTheRecorderHas() {
    var recorder = new Fakes.Recorder(0);
    Feed feed = fed(recorder);
    feed.run(1, PICTURES);
    feed(feed, 0, 9);
    assertThat(upstream.acknowledged.get()).isEqualTo(-1);
    recorder.acknowledgement.orElseThrow().upTo(5);
    assertThat(upstream.acknowledged.get()).isEqualTo(5);
    StreamStatus status = hub.status(DOOR).orElseThrow();
    assertThat(status.received()).isEqualTo(10);
    assertThat(status.acknowledged()).isEqualTo(6);
    assertThat(status.lost()).isZero();
  }

  @Test
  void aNewViewerGetsTheCurrentGopAtOnce() {
    Feed feed = fed(new Fakes.Recorder(0));
    feed.run(1, PICTURES);
    feed(feed, 0, 13);
    var viewer = new Fakes.Viewer(true);
    hub.watch(DOOR, PLENTY, viewer);
    assertThat(viewer.story()).isEqualTo("init 10k 11 12 13");
    feed(feed, 14, 14);
    assertThat(viewer.story()).isEqualTo("init 10k 11 12 13 14");
  }

  @Test
  void saysWhetherSomebodyWatches() {
    fed(new Fakes.Recorder(0));
    assertThat(upstream.watched).as("nobody is no news").isEmpty();
    var one = hub.watch(DOOR, PLENTY, new Fakes.Viewer(true));
    var other = hub.watch(DOOR, PLENTY, new Fakes.Viewer(true));
    assertThat(upstream.watched).containsExactly(true);
    one.close();
    assertThat(upstream.watched).containsExactly(true);
    var next = new Fakes.Upstream();
    hub.feed(DOOR, next);
    settle();
    assertThat(next.watched).as("of who was there before").containsExactly(true);
    other.close();
    assertThat(next.watched).containsExactly(true, false);
  }

  @Test
  void aViewerWhoseQueueDoesNotHoldTheGopGetsItsKeyframe() {
    Feed feed = fed(new Fakes.Recorder(0));
    feed.run(1, PICTURES);
    feed(feed, 0, 13);
    var viewer = new Fakes.Viewer(true);
    hub.watch(DOOR, 600, viewer);
    assertThat(viewer.story()).isEqualTo("init 10k");
    feed(feed, 14, 20);
    assertThat(viewer.story()).isEqualTo("init 10k dropped:9 20k");
  }

  @Test
  void followsAStreamBeforeItIsFedAndAfterwards() {
    var viewer = new Fakes.Viewer(true);
    Subscription subscription = hub.follow(DOOR, PLENTY, viewer);
    assertThat(viewer.story()).isEqualTo("ended:offline");
    assertThat(hub.status(DOOR)).isEmpty();
    Feed feed = fed(new Fakes.Recorder(0));
    feed.run(1, PICTURES);
    feed(feed, 0, 1);
    feed.interrupted(GapCause.STALLED);
    feed.close();
    assertThat(viewer.story()).isEqualTo("ended:offline init 0k 1 ended:stalled");
    var late = new Fakes.Viewer(true);
    hub.follow(DOOR, PLENTY, late).close();
    assertThat(late.story()).isEqualTo("ended:stalled");

    Feed again = hub.feed(DOOR, upstream);
    settle();
    again.run(2, PICTURES);
    again.unit(picture(10));
    assertThat(viewer.story()).isEqualTo("ended:offline init 0k 1 ended:stalled init 10k");
    subscription.close();
    subscription.close();
    assertThat(hub.status(DOOR).orElseThrow().viewers()).isZero();
  }

  @Test
  void keepsNoGopThatIsTooLarge() {
    Feed feed = fed(new Fakes.Recorder(0));
    feed.run(1, PICTURES);
    int large = (int) (StreamPlace.MAX_GOP_BYTES / 3);
    for (int i = 0; i < 4; i++) {
      feed.unit(picture(i, i * 3600L, i == 0, large));
    }
    var viewer = new Fakes.Viewer(true);
    hub.watch(DOOR, StreamPlace.MAX_GOP_BYTES * 2, viewer);
    assertThat(viewer.story()).isEqualTo("init");
    feed.unit(picture(4, 4 * 3600, false, 100));
    feed.unit(picture(5, 5 * 3600, true, 100));
    assertThat(viewer.story()).isEqualTo("init 5k");
  }

  @Test
  void movesASlowViewerToTheNewestKeyframeAndSaysHowMuchItMissed() {
    Feed feed = fed(new Fakes.Recorder(0));
    feed.run(1, PICTURES);
    var viewer = new Fakes.Viewer(false);
    // 212 bytes each: room for 14.
    hub.watch(DOOR, 3000, viewer);
    feed(feed, 0, 15);
    viewer.take();
    assertThat(viewer.story()).isEqualTo("init dropped:10 10k 11 12 13 14 15");
  }

  @Test
  void waitsForTheNextKeyframeIfAGopDoesNotFit() {
    Feed feed = fed(new Fakes.Recorder(0));
    feed.run(1, PICTURES);
    var viewer = new Fakes.Viewer(false);
    hub.watch(DOOR, 5 * 212, viewer);
    feed(feed, 0, 12);
    viewer.take();
    assertThat(viewer.story()).isEqualTo("init dropped:10 10k 11 12");
    feed(feed, 13, 21);
    viewer.take();
    assertThat(viewer.story()).isEqualTo("init dropped:10 10k 11 12 dropped:7 20k 21");
  }

  @Test
  void countsEveryUnitThatAViewerDidNotGet() {
    Feed feed = fed(new Fakes.Recorder(0));
    feed.run(1, PICTURES);
    var viewer = new Fakes.Viewer(false);
    hub.watch(DOOR, 2000, viewer);
    for (long i = 0; i < 1000; i++) {
      feed.unit(picture(i));
      if (i % 37 == 0) {
        viewer.take();
      }
    }
    viewer.take();
    long dropped =
        viewer.items.stream()
            .mapToLong(item -> item instanceof Item.Dropped told ? told.accessUnits() : 0)
            .sum();
    long last = viewer.sequences().get(viewer.sequences().size() - 1);
    assertThat(viewer.sequences()).isSorted().doesNotHaveDuplicates();
    assertThat(viewer.sequences().size() + dropped).isEqualTo(last + 1);
    assertThat(dropped).isPositive();
  }

  @Test
  void tellsAViewerOnlyWhenItsQueueWasEmpty() {
    Feed feed = fed(new Fakes.Recorder(0));
    feed.run(1, PICTURES);
    var viewer = new Fakes.Viewer(false);
    hub.watch(DOOR, PLENTY, viewer);
    feed(feed, 0, 5);
    assertThat(viewer.readyCalls).isEqualTo(1);
    viewer.take();
    feed(feed, 6, 9);
    assertThat(viewer.readyCalls).isEqualTo(2);
  }

  @Test
  void startsViewersAnewWithEachRun() {
    var recorder = new Fakes.Recorder(0);
    Feed feed = fed(recorder);
    var viewer = new Fakes.Viewer(true);
    hub.watch(DOOR, PLENTY, viewer);
    feed.run(1, PICTURES);
    feed(feed, 0, 1);
    feed.interrupted(GapCause.OFFLINE);
    feed.run(2, WITH_SOUND);
    feed.unit(picture(2, 0, true, 100));
    assertThat(viewer.story()).isEqualTo("init 0k 1 ended:offline init 2k");
    assertThat(((Item.Init) viewer.items.get(4)).mime()).contains("mp4a.40.2");
    assertThat(recorder.calls)
        .containsExactly("run 1", "0-0", "1-1", "interrupted offline", "run 2", "2-2");
  }

  @Test
  void endlessShortRunsDoNotFillAQueue() {
    Feed feed = fed(new Fakes.Recorder(0));
    var viewer = new Fakes.Viewer(false);
    hub.watch(DOOR, 1000, viewer);
    for (int i = 0; i < 500; i++) {
      feed.run(i + 1, PICTURES);
      feed.unit(picture(i, 0, true, 100));
      feed.interrupted(GapCause.OFFLINE);
    }
    viewer.take();
    assertThat(viewer.items).hasSizeLessThan(30);
    assertThat(viewer.story()).startsWith("init dropped:").endsWith("init 499k ended:offline");
  }

  @Test
  void saysWhatIsLostToTheRecorderAndMovesViewersOn() {
    var recorder = new Fakes.Recorder(0);
    Feed feed = fed(recorder);
    var viewer = new Fakes.Viewer(true);
    hub.watch(DOOR, PLENTY, viewer);
    feed.run(1, PICTURES);
    feed(feed, 0, 3);
    feed.lost(4, 6, GapCause.PLATFORM);
    feed(feed, 7, 10);
    assertThat(recorder.calls)
        .containsExactly(
            "run 1", "0-0", "1-1", "2-2", "3-3", "lost 4-6 platform", "7-7", "8-8", "9-9", "10-10");
    // Without 4, the pictures up to the next keyframe cannot be decoded.
    assertThat(viewer.story()).isEqualTo("init 0k 1 2 3 dropped:6 10k");
    assertThat(hub.status(DOOR).orElseThrow().lost()).isEqualTo(3);
  }

  @Test
  void aMissingNumberIsALostUnit() {
    var recorder = new Fakes.Recorder(0);
    Feed feed = fed(recorder);
    feed.run(1, PICTURES);
    feed(feed, 0, 1);
    feed(feed, 4, 4);
    assertThat(recorder.calls).containsExactly("run 1", "0-0", "1-1", "lost 2-3 platform", "4-4");
  }

  @Test
  void aNewRecorderGetsEverythingAndViewersNothingTwice() {
    var first = new Fakes.Recorder(0);
    Feed feed = fed(first);
    var viewer = new Fakes.Viewer(true);
    hub.watch(DOOR, PLENTY, viewer);
    feed.run(1, PICTURES);
    feed(feed, 0, 12);
    hub.unsetRecorder(first);
    assertThat(first.closed).isTrue();
    // What it has still in hand is no longer told: units are kept for the next.
    first.acknowledgement.orElseThrow().upTo(12);
    assertThat(upstream.acknowledged.get()).isEqualTo(-1);
    feed(feed, 13, 15);
    var second = new Fakes.Recorder(5);
    hub.setRecorder(second);
    settle();
    assertThat(upstream.resumed).isEqualTo(List.of(0L, 5L));
    feed.run(1, PICTURES);
    feed(feed, 5, 18);
    assertThat(first.calls).contains("12-12").doesNotContain("13-13");
    assertThat(second.calls).startsWith("run 1", "5-5").endsWith("18-18").hasSize(15);
    assertThat(viewer.sequences())
        .containsExactlyElementsOf(LongStream.rangeClosed(0, 18).boxed().toList());
    assertThat(viewer.story()).doesNotContain("init 1").containsOnlyOnce("init");
    assertThat(hub.status(DOOR).orElseThrow().received()).isEqualTo(19);
  }

  @Test
  void viewersStayWhereTheyAreWhileFormerRunsComeAgain() {
    var first = new Fakes.Recorder(0);
    Feed feed = fed(first);
    var viewer = new Fakes.Viewer(true);
    hub.watch(DOOR, PLENTY, viewer);
    feed.run(1, PICTURES);
    feed(feed, 0, 2);
    feed.interrupted(GapCause.OFFLINE);
    feed.run(2, PICTURES);
    feed.unit(picture(3, 0, true, 100));
    var second = new Fakes.Recorder(1);
    hub.setRecorder(second);
    settle();
    feed.run(1, PICTURES);
    feed(feed, 1, 2);
    feed.interrupted(GapCause.OFFLINE);
    feed.run(2, PICTURES);
    feed.unit(picture(3, 0, true, 100));
    feed.unit(picture(4, 3600, false, 100));
    assertThat(second.calls)
        .containsExactly("run 1", "1-1", "2-2", "interrupted offline", "run 2", "3-3", "4-4");
    assertThat(viewer.story()).isEqualTo("init 0k 1 2 ended:offline init 3k 4");
  }

  @Test
  void unitsUnderWayDuringAChangeOfRecordersAreNotTakenForTheResumedOnes() {
    var first = new Fakes.Recorder(0);
    Feed feed = fed(first);
    feed.run(1, PICTURES);
    feed(feed, 0, 5);
    var second = new Fakes.Recorder(3);
    hub.setRecorder(second);
    settle();
    feed(feed, 6, 7);
    assertThat(second.calls).isEmpty();
    feed.run(1, PICTURES);
    feed(feed, 3, 8);
    assertThat(second.calls).containsExactly("run 1", "3-3", "4-4", "5-5", "6-6", "7-7", "8-8");
  }

  /** A unit that was under way may be the first of a run. */
  @Test
  void aRunUnderWayDuringAChangeOfRecordersLosesNothing() {
    var first = new Fakes.Recorder(0);
    Feed feed = fed(first);
    feed.run(1, PICTURES);
    feed(feed, 0, 9);
    var second = new Fakes.Recorder(5);
    hub.setRecorder(second);
    settle();
    assertThat(upstream.resumed).isEqualTo(List.of(0L, 5L));
    feed.run(2, PICTURES);
    feed(feed, 10, 10);
    assertThat(second.calls).isEmpty();
    feed.run(1, PICTURES);
    feed(feed, 5, 9);
    feed.run(2, PICTURES);
    feed(feed, 10, 10);
    assertThat(second.calls)
        .containsExactly("run 1", "5-5", "6-6", "7-7", "8-8", "9-9", "run 2", "10-10");
  }

  /** As a recorder does that knows one session of a stream: the one that was opened last. */
  private static final class OneSession implements StreamRecorder {
    final List<Long> taken = new CopyOnWriteArrayList<>();
    final CountDownLatch asked = new CountDownLatch(1);
    final CountDownLatch answer = new CountDownLatch(1);
    private final AtomicReference<Session> current = new AtomicReference<>();

    @Override
    public Session open(StreamId stream, Acknowledgement acknowledgement) {
      var opened =
          new Session() {
            @Override
            public void run(long run, StreamFormat format, ByteBuffer init) {}

            @Override
            public void fragment(Fragment fragment) {
              if (current.get() == this) {
                taken.add(fragment.firstSequence());
              }
            }

            @Override
            public void lost(long firstSequence, long lastSequence, GapCause cause) {}

            @Override
            public void interrupted(GapCause cause) {}

            @Override
            public void close() {
              current.compareAndSet(this, null);
            }
          };
      current.set(opened);
      return opened;
    }

    @Override
    public long nextSequence(StreamId stream) {
      asked.countDown();
      try {
        answer.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return 0;
    }
  }

  /** The feed and the recorder come at the same time, and each has a session opened. */
  @Test
  void theSessionThatWasOpenedLastIsTheOneThatIsFed() throws Exception {
    var recorder = new OneSession();
    hub.setRecorder(recorder);
    Feed feed = hub.feed(DOOR, upstream);
    recorder.asked.await();
    hub.setRecorder(recorder);
    Thread second = threads.get(1);
    await(() -> second.getState() == Thread.State.WAITING);
    recorder.answer.countDown();
    settle();
    feed.run(1, PICTURES);
    feed(feed, 0, 2);
    assertThat(recorder.taken).containsExactly(0L, 1L, 2L);
  }

  @Test
  void unitsThatTheRingNoLongerHasAreLostToTheNewRecorder() {
    var first = new Fakes.Recorder(0);
    Feed feed = fed(first);
    feed.run(1, PICTURES);
    feed(feed, 0, 9);
    var second = new Fakes.Recorder(3);
    hub.setRecorder(second);
    settle();
    feed.lost(3, 6, GapCause.PLATFORM);
    feed.run(1, PICTURES);
    feed(feed, 7, 9);
    assertThat(second.calls).containsExactly("lost 3-6 platform", "run 1", "7-7", "8-8", "9-9");
  }

  @Test
  void gathersSoundButNeverAcrossAPicture() {
    var recorder = new Fakes.Recorder(0);
    Feed feed = fed(recorder);
    feed.run(1, WITH_SOUND);
    feed.unit(picture(0, 0, true, 100));
    feed.unit(sound(1, 0));
    feed.unit(sound(2, 1024));
    assertThat(recorder.calls).endsWith("0-0");
    feed.unit(picture(3, 3600, false, 100));
    assertThat(recorder.calls).containsExactly("run 1", "0-0", "1-2", "3-3");
    for (int i = 0; i < 12; i++) {
      feed.unit(sound(4 + i, 2048 + i * 1024L));
    }
    // 4800 ticks are a tenth of a second.
    assertThat(recorder.calls).endsWith("4-8", "9-13");
    feed.interrupted(GapCause.OFFLINE);
    assertThat(recorder.calls).endsWith("14-15", "interrupted offline");
    Fragment gathered = recorder.fragments.get(1);
    assertThat(gathered.track()).isEqualTo(2);
    assertThat(gathered.keyframe()).isFalse();
    assertThat(gathered.durationTicks()).isEqualTo(2048);
  }

  @Test
  void soundThatComesAgainIsCutWhereViewersAre() {
    var first = new Fakes.Recorder(0);
    Feed feed = fed(first);
    var viewer = new Fakes.Viewer(true);
    hub.watch(DOOR, PLENTY, viewer);
    feed.run(1, WITH_SOUND);
    feed.unit(picture(0, 0, true, 100));
    feed.unit(sound(1, 0));
    feed.unit(sound(2, 1024));
    var second = new Fakes.Recorder(1);
    hub.setRecorder(second);
    settle();
    feed.run(1, WITH_SOUND);
    feed.unit(sound(1, 0));
    feed.unit(sound(2, 1024));
    feed.unit(sound(3, 2048));
    feed.unit(picture(4, 3600, false, 100));
    assertThat(second.calls).containsExactly("run 1", "1-2", "3-3", "4-4");
    assertThat(viewer.sequences()).containsExactly(0L, 1L, 2L, 3L, 4L);
  }

  @Test
  void cutsSoundWithoutPicturesIntoTenths() {
    var recorder = new Fakes.Recorder(0);
    Feed feed = fed(recorder);
    var sound = new Track(1, Codec.AAC, 48000, Fakes.AUDIO.codecConfig());
    feed.run(1, new StreamFormat(List.of(sound)));
    for (int i = 0; i < 10; i++) {
      AccessUnit unit = sound(i, i * 1024L);
      feed.unit(
          new AccessUnit(
              i, 1, unit.captured(), unit.ptsTicks(), unit.dtsTicks(), true, unit.buffer()));
    }
    assertThat(recorder.calls).containsExactly("run 1", "0-4", "5-9");
    assertThat(recorder.fragments).allMatch(Fragment::keyframe);
  }

  @Test
  void leavesOutWhatMp4DoesNotCarryWithoutCallingItLost() {
    var recorder = new Fakes.Recorder(0);
    recorder.immediate = true;
    Feed feed = fed(recorder);
    var viewer = new Fakes.Viewer(true);
    hub.watch(DOOR, PLENTY, viewer);
    var g711 = new Track(2, Codec.PCMA, 8000, ByteBuffer.allocate(0));
    feed.run(1, new StreamFormat(List.of(Fakes.VIDEO, g711)));
    feed.unit(picture(0, 0, true, 100));
    feed.unit(sound(1, 0));
    feed.unit(picture(2, 3600, false, 100));
    feed.unit(sound(3, 320));
    assertThat(recorder.calls).containsExactly("run 1", "0-0", "2-2");
    assertThat(viewer.story()).isEqualTo("init 0k 2");
    assertThat(upstream.acknowledged.get()).isEqualTo(3);
    assertThat(hub.status(DOOR).orElseThrow().lost()).isZero();
  }

  @Test
  void aPictureLastsAsLongAsTheOneBefore() {
    var recorder = new Fakes.Recorder(0);
    Feed feed = fed(recorder);
    feed.run(1, PICTURES);
    feed.unit(picture(0, 0, true, 100));
    feed.unit(picture(1, 6000, false, 100));
    feed.unit(picture(2, 9000, false, 100));
    feed.unit(picture(3, 9000 + 90000 * 60, false, 100));
    assertThat(recorder.fragments)
        .extracting(Fragment::durationTicks)
        .containsExactly(3600L, 6000L, 3000L, 3000L);
    assertThat(recorder.fragments)
        .extracting(Fragment::dtsTicks)
        .containsExactly(0L, 6000L, 9000L, 5409000L);
  }

  @Test
  void measuresPicturesAndBits() {
    Feed feed = fed(new Fakes.Recorder(0));
    feed.run(1, PICTURES);
    feed(feed, 0, 50);
    StreamStatus status = hub.status(DOOR).orElseThrow();
    assertThat(status.codec()).hasValueSatisfying(codec -> assertThat(codec).startsWith("avc1."));
    assertThat(status.widthPx()).isEqualTo(640);
    assertThat(status.heightPx()).isEqualTo(480);
    assertThat(status.frameRate()).isEqualTo(25);
    assertThat(status.bitrateBps()).isCloseTo(25 * 100 * 8, within(500L));
    assertThat(status.lastAccessUnitAt()).contains(START.plusSeconds(2));
  }

  @Test
  void aStreamIsThereAsLongAsItIsFed() {
    assertThatThrownBy(() -> hub.watch(DOOR, PLENTY, new Fakes.Viewer(true)))
        .isInstanceOf(NoSuchElementException.class);
    var recorder = new Fakes.Recorder(0);
    Feed feed = fed(recorder);
    feed.run(1, PICTURES);
    var viewer = new Fakes.Viewer(true);
    Subscription subscription = hub.watch(DOOR, PLENTY, viewer);
    feed(feed, 0, 0);
    assertThat(hub.streams()).hasSize(1);
    assertThat(hub.status(DOOR).orElseThrow().viewers()).isEqualTo(1);
    feed.close();
    feed(feed, 1, 1);
    assertThat(recorder.closed).isTrue();
    assertThat(hub.streams()).isEmpty();
    assertThat(viewer.story()).isEqualTo("init 0k ended:offline");
    // A viewer stays for the next feed, e.g. after ingest was replaced.
    Feed again = hub.feed(DOOR, upstream);
    settle();
    again.run(2, PICTURES);
    again.unit(picture(10));
    assertThat(viewer.story()).isEqualTo("init 0k ended:offline init 10k");
    subscription.close();
    again.unit(picture(11));
    assertThat(viewer.sequences()).containsExactly(0L, 10L);
    assertThat(hub.status(DOOR).orElseThrow().viewers()).isZero();
  }

  @Test
  void aFeedThatWasReplacedLeadsNowhere() {
    var recorder = new Fakes.Recorder(0);
    Feed old = fed(recorder);
    old.run(1, PICTURES);
    Feed next = hub.feed(DOOR, new Fakes.Upstream());
    settle();
    old.unit(picture(0));
    old.close();
    assertThat(recorder.calls).doesNotContain("0-0");
    assertThat(hub.status(DOOR)).isPresent();
    next.close();
    assertThat(hub.status(DOOR)).isEmpty();
  }

  @Test
  void aViewerThatThrowsHarmsNobodyElse() {
    var recorder = new Fakes.Recorder(0);
    Feed feed = fed(recorder);
    feed.run(1, PICTURES);
    hub.watch(
        DOOR,
        PLENTY,
        queue -> {
          throw new IllegalStateException("planted");
        });
    var viewer = new Fakes.Viewer(true);
    hub.watch(DOOR, PLENTY, viewer);
    feed(feed, 0, 3);
    assertThat(viewer.story()).isEqualTo("init 0k 1 2 3");
    assertThat(recorder.calls).endsWith("3-3");
    assertThat(hub.status(DOOR).orElseThrow().viewers()).isEqualTo(1);
  }

  @Test
  void unitsThatFitIntoNoFragmentAreLostWithACause() {
    var recorder = new Fakes.Recorder(0);
    Feed feed = fed(recorder);
    feed.run(1, PICTURES);
    feed.unit(picture(0, -5, true, 100));
    feed.unit(picture(1, 3600, true, 100));
    assertThat(recorder.calls).containsExactly("run 1", "lost 0-0 platform", "1-1");
  }

  @Test
  void closesSessionsWhenItGoes() {
    var recorder = new Fakes.Recorder(0);
    fed(recorder);
    hub.deactivate();
    assertThat(recorder.closed).isTrue();
  }
}
