package io.vigilnvr.live.internal;

import static io.vigilnvr.live.internal.Fakes.DOOR;
import static io.vigilnvr.live.internal.Fakes.init;
import static io.vigilnvr.live.internal.Fakes.picture;
import static org.assertj.core.api.Assertions.assertThat;

import io.vigilnvr.api.decode.DecodeUnavailableException;
import io.vigilnvr.api.stream.StreamViewer.Item;
import java.time.Duration;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class LiveSocketTest {
  private static final String INIT_A = "{\"type\":\"init\",\"mime\":\"a\",\"role\":\"main\"}";
  private static final String INIT_B = "{\"type\":\"init\",\"mime\":\"b\",\"role\":\"main\"}";
  private static final String OFFLINE = "{\"type\":\"end\",\"cause\":\"offline\"}";
  private static final String PLATFORM = "{\"type\":\"end\",\"cause\":\"platform\"}";

  private final Fakes.Stream stream = new Fakes.Stream();
  private final Fakes.SlowWire wire = new Fakes.SlowWire();
  private LiveSocket.Source source = viewer -> Optional.of(stream.watch(viewer));
  private final LiveSocket socket =
      new LiveSocket(
          DOOR,
          new Credential(true, Fakes.SESSION),
          viewer -> source.watch(viewer),
          wire,
          Runnable::run,
          0);

  private static long seconds(long seconds) {
    return TimeUnit.SECONDS.toNanos(seconds);
  }

  @Test
  void sendsInOrder() {
    socket.watch();
    stream.offer(init("a"), picture(0, true), picture(1, false));
    stream.offer(picture(2, false));
    assertThat(wire.taken).containsExactly(INIT_A, "bytes init a", "bytes 0", "bytes 1", "bytes 2");
  }

  @Test
  void hasOneMessageOnItsWayAndLeavesTheRestToTheHub() {
    wire.eager = false;
    socket.watch();
    stream.offer(init("a"), picture(0, true), picture(1, false));
    assertThat(wire.taken).containsExactly(INIT_A);
    wire.done(true);
    wire.done(true);
    assertThat(wire.taken).containsExactly(INIT_A, "bytes init a", "bytes 0");
    assertThat(stream.queued()).isEqualTo(1);
    assertThat(wire.most).isEqualTo(1);
  }

  @Test
  void tellsWhatWasLeftOut() {
    socket.watch();
    stream.offer(init("a"), picture(0, true), new Item.Dropped(7), picture(8, true));
    assertThat(wire.taken)
        .containsExactly(
            INIT_A, "bytes init a", "bytes 0", "{\"type\":\"drop\",\"accessUnits\":7}", "bytes 8");
  }

  @Test
  void tellsTheEndAndTheNewBeginning() {
    socket.watch();
    stream.offer(new Item.Ended("offline"));
    assertThat(socket.endedBy()).contains("offline");
    stream.offer(new Item.Ended("offline"));
    stream.offer(init("a"), picture(0, true));
    assertThat(socket.endedBy()).isEmpty();
    stream.offer(new Item.Ended("offline"), init("b"));
    assertThat(wire.taken)
        .containsExactly(
            OFFLINE, INIT_A, "bytes init a", "bytes 0", OFFLINE, INIT_B, "bytes init b");
  }

  @Test
  void startsAnewAfterAPause() {
    socket.watch();
    stream.offer(init("a"), picture(0, true));
    socket.said("{\"type\":\"pause\"}");
    assertThat(stream.open).isZero();
    socket.look(seconds(1));
    socket.watch();
    assertThat(stream.subscriptions).isEqualTo(1);
    socket.said("{\"type\":\"resume\"}");
    socket.said("{\"type\":\"resume\"}");
    assertThat(stream.subscriptions).isEqualTo(2);
    stream.offer(init("a"), picture(9, true));
    assertThat(wire.taken)
        .containsExactly(INIT_A, "bytes init a", "bytes 0", INIT_A, "bytes init a", "bytes 9");
  }

  @Test
  void goesOnWhenTheSourceIsBack() {
    socket.watch();
    stream.offer(init("a"));
    socket.leave();
    assertThat(stream.open).isZero();
    source = viewer -> Optional.empty();
    socket.look(seconds(1));
    source =
        viewer -> {
          throw new NoSuchElementException();
        };
    socket.look(seconds(2));
    socket.look(seconds(3));
    source =
        viewer -> {
          throw new DecodeUnavailableException("busy", Duration.ofSeconds(2));
        };
    socket.look(seconds(4));
    source = viewer -> Optional.of(stream.watch(viewer));
    socket.look(seconds(5));
    stream.offer(init("b"));
    assertThat(wire.taken)
        .containsExactly(
            INIT_A,
            "bytes init a",
            PLATFORM,
            OFFLINE,
            "{\"type\":\"end\",\"cause\":\"busy\"}",
            INIT_B,
            "bytes init b");
  }

  @Test
  void saysGoodByeOnceAndLeaves() {
    socket.watch();
    socket.close(LiveSocket.GOING_AWAY, "going away");
    socket.refuse("too late");
    socket.watch();
    assertThat(wire.taken).containsExactly("close 1001 going away");
    assertThat(stream.open).isZero();
    for (int i = 1; i <= 3; i++) {
      socket.look(seconds(i));
    }
    assertThat(wire.cut).isFalse();
    socket.look(seconds(4));
    assertThat(wire.cut).isTrue();
  }

  @Test
  void cutsWhoDoesNotEvenTakeTheGoodBye() {
    wire.eager = false;
    socket.watch();
    stream.offer(init("a"));
    socket.refuse("not signed in any more");
    assertThat(wire.taken).containsExactly(INIT_A);
    for (int i = 1; i <= 4; i++) {
      socket.look(seconds(i));
    }
    assertThat(wire.cut).isTrue();
  }

  @Test
  void givesUpAStreamThatIsNotThere() {
    socket.refuseStream("no such stream");
    assertThat(wire.taken)
        .containsExactly(
            "{\"type\":\"end\",\"cause\":\"no such stream\"}", "close 1008 no such stream");
  }

  @Test
  void stopsWhenTheConnectionFails() {
    wire.eager = false;
    socket.watch();
    stream.offer(init("a"), picture(0, true));
    wire.done(false);
    assertThat(stream.open).isZero();
    assertThat(wire.taken).containsExactly(INIT_A);
  }

  @Test
  void pingsAndCutsWhoIsSilent() {
    socket.watch();
    for (int i = 1; i <= 60; i++) {
      socket.look(seconds(i));
    }
    assertThat(wire.pings).isEqualTo(3);
    assertThat(wire.cut).isFalse();
    socket.heard(seconds(60));
    socket.look(seconds(61));
    socket.look(seconds(120));
    assertThat(wire.cut).isFalse();
    socket.look(seconds(121));
    assertThat(wire.cut).isTrue();
    assertThat(stream.open).isZero();
  }

  @Test
  void endsAFloodAndWhatItDoesNotUnderstand() {
    socket.watch();
    int frames = 1;
    while (socket.heard(seconds(1))) {
      frames++;
    }
    assertThat(frames).isEqualTo(50);
    assertThat(wire.taken).containsExactly("close 1008 too many messages");
  }

  @Test
  void toleratesAFewMessagesForEver() {
    socket.watch();
    for (int i = 1; i <= 1000; i++) {
      assertThat(socket.heard(seconds(i))).isTrue();
      assertThat(socket.heard(seconds(i))).isTrue();
      socket.look(seconds(i));
    }
    socket.said("{\"type\":\"seek\"}");
    assertThat(wire.taken).containsExactly("close 1008 send pause or resume");
  }
}
