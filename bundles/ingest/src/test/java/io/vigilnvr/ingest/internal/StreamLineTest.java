package io.vigilnvr.ingest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.camera.StreamRole;
import io.vigilnvr.api.camera.StreamSource;
import io.vigilnvr.api.media.AccessUnit;
import io.vigilnvr.api.record.GapCause;
import io.vigilnvr.ingest.protocol.Message;
import io.vigilnvr.ingest.worker.FakeEngine;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a line asks of workers and hands to the hub, whatever happens in between. */
final class StreamLineTest {
  private static final StreamId DOOR = new StreamId(new CameraId("door"), StreamRole.MAIN);

  private final FakeHub hub = new FakeHub(false);
  private final StreamLine line = line();

  private static StreamLine line() {
    return new StreamLine(
        DOOR,
        new StreamSource.Rtsp(
            URI.create("fake://made/50.1000"), Optional.empty(), StreamSource.Transport.TCP, false),
        (stream, status) -> {},
        new StreamLine.Owner() {
          @Override
          public void look() {}

          @Override
          public void gone(StreamLine gone, boolean withStream) {}
        },
        Clock.systemUTC());
  }

  /** A connection that notes what is to be sent, and lets something else happen just before. */
  private static final class Link extends WorkerLink {
    final List<Message> sent = new CopyOnWriteArrayList<>();
    @Nullable Runnable meanwhile;
    Class<? extends Message> before = Message.Resume.class;
    private @Nullable Thread other;

    Link() {
      super("1", Path.of("none"), false, null, () -> {});
    }

    @Override
    void send(Message message) {
      Runnable now = meanwhile;
      if (now != null && before.isInstance(message)) {
        meanwhile = null;
        other = beside(now);
      }
      sent.add(message);
    }

    void end() throws InterruptedException {
      if (other != null) {
        other.join();
      }
    }

    Message lastOf(Class<? extends Message> type) {
      return sent.stream().filter(type::isInstance).reduce((before, last) -> last).orElseThrow();
    }
  }

  /** Does it on another thread; returns when it is done, or waits for what this thread holds. */
  private static Thread beside(Runnable work) {
    Thread thread = new Thread(work);
    thread.start();
    while (thread.isAlive() && thread.getState() != Thread.State.BLOCKED) {
      Thread.onSpinWait();
    }
    return thread;
  }

  private static AccessUnit unit(long sequence) {
    ByteBuffer buffer = ByteBuffer.allocate(AccessUnit.HEADROOM + 100);
    return new AccessUnit(sequence, 1, Instant.EPOCH, sequence, sequence, true, buffer);
  }

  private static Message resume(long sequence) {
    return new Message.Resume(1, sequence, WorkerLink.WINDOW_BYTES);
  }

  private boolean put(Link link) {
    return line.put(new StreamLine.Place(link, 1), StreamLineTest::resume);
  }

  private void run(Link link, long run) {
    line.run(link, new Message.Run(1, run, FakeEngine.FORMAT));
  }

  private void units(Link link, long first, long last) {
    for (long sequence = first; sequence <= last; sequence++) {
      line.unit(link, unit(sequence));
    }
  }

  private void pulses(Link link, int count) {
    for (int i = 0; i < count; i++) {
      line.received(link, 0);
    }
  }

  private void place(Link link, Runnable meanwhile) throws InterruptedException {
    line.start(hub);
    link.meanwhile = meanwhile;
    assertThat(put(link)).isTrue();
    link.end();
  }

  @Test
  void theWorkerHasTheLastNumberThatTheHubAskedFor() throws Exception {
    hub.startAt(DOOR, 5000);
    Link link = new Link();
    place(link, () -> line.resumeAt(7));
    assertThat(link.lastOf(Message.Resume.class)).isEqualTo(resume(7));
    run(link, 1);
    units(link, 7, 9);
    assertThat(hub.of(DOOR).numbers()).containsExactly(7L, 8L, 9L);
  }

  @Test
  void theWorkerKnowsWhetherSomebodyWatches() throws Exception {
    Link link = new Link();
    line.start(hub);
    line.watched(true);
    link.before = Message.Watched.class;
    place(link, () -> line.watched(false));
    assertThat(link.lastOf(Message.Watched.class)).isEqualTo(new Message.Watched(1, false));
  }

  @Test
  void asksAgainForNothingThatIsOutdated() throws Exception {
    Link link = new Link();
    place(link, () -> {});
    run(link, 1);
    units(link, 3, 4);
    link.meanwhile = () -> line.resumeAt(9);
    pulses(link, 3);
    link.end();
    assertThat(link.sent).contains(resume(0));
    assertThat(link.lastOf(Message.Resume.class)).isEqualTo(resume(9));
  }

  /** Units under way when the hub asked for others are told from those of a worker gone astray. */
  @Test
  void asksAgainOnlyIfTheWorkerStaysPastWhatIsExpected() throws Exception {
    Link link = new Link();
    place(link, () -> {});
    run(link, 1);
    units(link, 0, 9);
    line.resumeAt(5);
    units(link, 10, 12);
    pulses(link, 2);
    run(link, 1);
    units(link, 5, 13);
    pulses(link, 9);
    assertThat(link.sent).filteredOn(Message.Resume.class::isInstance).hasSize(2);
    units(link, 15, 15);
    pulses(link, 3);
    assertThat(link.lastOf(Message.Resume.class)).isEqualTo(resume(14));
  }

  @Test
  void takesUnitsThatComeBeforeTheHubHasOpened() throws Exception {
    Link link = new Link();
    var early =
        new FakeHub(false) {
          private Optional<Thread> reader = Optional.empty();

          @Override
          public synchronized Feed feed(StreamId stream, Upstream upstream) {
            Feed opened = super.feed(stream, upstream);
            reader =
                Optional.of(
                    beside(
                        () -> {
                          put(link);
                          run(link, 1);
                          units(link, 0, 2);
                        }));
            return opened;
          }
        };
    line.start(early);
    early.reader.orElseThrow().join();
    assertThat(early.of(DOOR).numbers()).containsExactly(0L, 1L, 2L);
  }

  @Test
  void whatIsGoneIsLostFromTheExpectedNumberOn() throws Exception {
    hub.startAt(DOOR, 5);
    Link link = new Link();
    place(link, () -> {});
    line.lost(link, new Message.Lost(1, 0, 4, GapCause.PLATFORM));
    line.lost(link, new Message.Lost(1, 3, 8, GapCause.PLATFORM));
    run(link, 1);
    units(link, 9, 10);
    assertThat(hub.of(DOOR).numbers()).containsExactly(9L, 10L);
    assertThat(hub.of(DOOR).events()).startsWith("lost 5 8 PLATFORM");
  }

  @Test
  void hearsOnlyTheWorkerThatHasTheStream() throws Exception {
    Link former = new Link();
    place(former, () -> {});
    run(former, 1);
    units(former, 0, 2);
    line.taken("gone");
    Link next = new Link();
    assertThat(put(next)).isTrue();
    assertThat(next.sent).contains(resume(3));
    run(next, 2);
    units(former, 3, 3);
    line.interrupted(former, GapCause.OFFLINE);
    line.lost(former, new Message.Lost(1, 3, 9, GapCause.STORAGE));
    run(former, 1);
    units(next, 3, 4);
    assertThat(hub.of(DOOR).numbers()).containsExactly(0L, 1L, 2L, 3L, 4L);
    assertThat(hub.of(DOOR).events()).containsExactly(1L, GapCause.PLATFORM, 2L);
  }

  /** Else its place would be taken for that of a stream that a worker has. */
  @Test
  void isNowhereOnceNobodyWantsIt() {
    line.start(hub);
    line.release();
    Link link = new Link();
    assertThat(put(link)).isFalse();
    assertThat(line.place()).isEmpty();
    assertThat(link.sent).isEmpty();
  }

  @Test
  void doesNotEnterTheHubInFrontOfItsSuccessor() {
    StreamLine successor = line();
    line.release();
    successor.start(hub);
    line.start(hub);
    assertThat(hub.of(DOOR).upstream).isSameAs(successor);
  }

  @Test
  void isDrainedWhenNothingComesAndAllIsDurable() throws Exception {
    Link link = new Link();
    place(link, () -> {});
    run(link, 1);
    units(link, 0, 2);
    pulses(link, 9);
    assertThat(line.isDrained()).as("not durable").isFalse();
    line.acknowledge(2);
    assertThat(line.isDrained()).isTrue();
    units(link, 3, 3);
    line.acknowledge(3);
    assertThat(line.isDrained()).as("more may come").isFalse();
  }
}
