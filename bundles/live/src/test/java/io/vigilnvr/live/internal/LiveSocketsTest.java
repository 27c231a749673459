package io.vigilnvr.live.internal;

import static io.vigilnvr.live.internal.Fakes.DOOR;
import static org.assertj.core.api.Assertions.assertThat;

import io.vigilnvr.api.camera.CameraState;
import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.camera.StreamRole;
import io.vigilnvr.tck.FakeClock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class LiveSocketsTest {
  private final Fakes.Site system = new Fakes.Site();
  private final FakeClock clock = new FakeClock(Fakes.START.plus(Duration.ofMinutes(1)));
  private final LiveSockets sockets = new LiveSockets(new Gate(system, clock));
  private final Fakes.SlowWire wire = new Fakes.SlowWire();
  private int looks;

  private LiveSocket open(StreamId stream, Credential credential) {
    var socket =
        new LiveSocket(
            stream,
            credential,
            viewer -> Optional.of(system.stream.watch(viewer)),
            wire,
            Runnable::run,
            0);
    sockets.opened(socket, Fakes.ANNA);
    return socket;
  }

  private LiveSocket open() {
    return open(DOOR, new Credential(true, Fakes.SESSION));
  }

  /** As long as a check may take to notice. */
  private void look() {
    for (int i = 0; i < 3; i++) {
      looks++;
      sockets.look(TimeUnit.SECONDS.toNanos(looks));
    }
  }

  @Test
  void keepsWhoMayStay() {
    open();
    open(DOOR, new Credential(false, Fakes.TOKEN));
    look();
    assertThat(wire.taken).isEmpty();
    assertThat(sockets.count()).isEqualTo(2);
  }

  @Test
  void closesWhoIsSignedOut() {
    open();
    system.good.remove(Fakes.SESSION);
    look();
    assertThat(wire.taken).containsExactly("close 1008 not signed in any more");
    assertThat(system.stream.open).isZero();
  }

  @Test
  void closesARevokedToken() {
    open(DOOR, new Credential(false, Fakes.TOKEN));
    system.good.remove(Fakes.TOKEN);
    look();
    assertThat(wire.taken).containsExactly("close 1008 not signed in any more");
  }

  @Test
  void closesWhoMayNotSeeTheCameraAnyMore() {
    open();
    system.visible.clear();
    look();
    assertThat(wire.taken).containsExactly("close 1008 no such camera");
  }

  @Test
  void keepsEverybodyWhileNobodyCanBeAsked() {
    open();
    system.databaseAway = true;
    look();
    system.away = true;
    look();
    assertThat(wire.taken).isEmpty();
  }

  @Test
  void refusesAStreamThatAHealthyCameraDoesNotHave() {
    open(new StreamId(DOOR.camera(), StreamRole.SUB), new Credential(true, Fakes.SESSION));
    assertThat(wire.taken)
        .containsExactly(
            "{\"type\":\"end\",\"cause\":\"no such stream\"}", "close 1008 no such stream");
  }

  @Test
  void waitsForAStreamWhileTheCameraIsAwayOrJustStarts() {
    var sub = new StreamId(DOOR.camera(), StreamRole.SUB);
    system.state = CameraState.BACKOFF;
    open(sub, new Credential(true, Fakes.SESSION));
    look();
    clock.set(Fakes.START.plusSeconds(1));
    system.state = CameraState.STREAMING;
    look();
    assertThat(wire.taken).isEmpty();
    clock.set(Fakes.START.plusSeconds(6));
    look();
    assertThat(wire.taken).contains("close 1008 no such stream");
  }

  @Test
  void letsOneUserNotTakeAllPlaces() {
    assertThat(sockets.hasRoom(Fakes.ANNA)).isTrue();
    for (int i = 0; i < 256; i++) {
      open();
    }
    assertThat(sockets.hasRoom(Fakes.ANNA)).isFalse();
    var other =
        new io.vigilnvr.api.auth.Identity(
            "berta", io.vigilnvr.api.auth.Role.VIEWER, Optional.empty(), "s2");
    assertThat(sockets.hasRoom(other)).isTrue();
  }

  @Test
  void tellsAllWhenTheHubGoesAndComes() {
    LiveSocket socket = open();
    sockets.leave();
    assertThat(wire.taken).containsExactly("{\"type\":\"end\",\"cause\":\"platform\"}");
    sockets.watch();
    assertThat(system.stream.subscriptions).isEqualTo(2);
    sockets.closed(socket);
    assertThat(sockets.count()).isZero();
    assertThat(system.stream.open).isZero();
  }
}
