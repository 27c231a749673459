package io.vigilnvr.record.internal;

import static io.vigilnvr.record.internal.Rig.MAIN;
import static io.vigilnvr.record.internal.Rig.VOLUME;
import static org.assertj.core.api.Assertions.assertThat;

import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.camera.StreamRole;
import io.vigilnvr.api.record.GapCause;
import io.vigilnvr.api.record.Ledger;
import io.vigilnvr.api.record.RecordingPlan;
import io.vigilnvr.api.record.Recordings.State;
import io.vigilnvr.api.record.Segment;
import io.vigilnvr.api.storage.Volume.Capacity;
import io.vigilnvr.api.storage.VolumeId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SeveralVolumesTest {
  private static final VolumeId SECOND = new VolumeId("second");
  private static final Capacity ROOMY = new Capacity(1L << 40, 1L << 39);
  private static final Capacity SMALLER = new Capacity(1L << 40, 1L << 38);

  private final Rig rig;

  SeveralVolumesTest(@TempDir Path folder) {
    rig = new Rig(folder);
    rig.volumes.add(SECOND);
    rig.engine = rig.newEngine();
    rig.backend.capacities.put(VOLUME, ROOMY);
    rig.backend.capacities.put(SECOND, SMALLER);
  }

  private static List<Long> numbers(long first, long last) {
    return LongStream.rangeClosed(first, last).boxed().toList();
  }

  private List<VolumeId> places() {
    return rig.segments(MAIN).stream().map(Segment::volume).toList();
  }

  private void assertNothingIsLost(FakeStream stream) throws Exception {
    assertThat(rig.engine.status(MAIN).lost()).isZero();
    assertThat(stream.acknowledged).isEqualTo(stream.next - 1);
    long at = 0;
    for (Segment segment : rig.segments(MAIN)) {
      assertThat(segment.firstSequence()).isEqualTo(at);
      at = segment.lastSequence() + 1;
    }
    assertThat(at).isEqualTo(stream.next);
    assertThat(rig.ledger().gaps()).isEmpty();
    Rig.assertCovers(rig.ledger(), rig.createdAt, rig.clock.instant());
  }

  @Test
  void footageGoesToTheMostFreeSpaceAndAnOpenFileStays() throws Exception {
    var stream = rig.start().stream(MAIN).attach().run().flow(100);
    assertThat(places()).containsExactly(VOLUME);
    rig.line(VOLUME).mount().measured(SMALLER);
    rig.line(SECOND).mount().measured(ROOMY);
    stream.flow(100);
    assertThat(places()).containsExactly(VOLUME);
    stream.flow(100);
    assertThat(places()).containsExactly(VOLUME, SECOND);
    assertNothingIsLost(stream);
    rig.restart(true);
    rig.start().cycle();
    rig.assertSound();
  }

  @ParameterizedTest
  @ValueSource(strings = {"append", "sync", "journal"})
  void aVolumeThatFailsCostsNoUnit(String call) throws Exception {
    var stream = rig.start().stream(MAIN).attach().run().flow(110).pictures(7);
    rig.backend.failingOn = VOLUME;
    rig.backend.failing.add(call);
    rig.backend.failing.add("rewriteJournal");
    stream.flow(30);
    stream.flow(250);
    assertThat(rig.engine.status(MAIN).state()).isEqualTo(State.RECORDING);
    assertNothingIsLost(stream);
    assertThat(places()).contains(SECOND).endsWith(SECOND);
    assertThat(rig.engine.problem())
        .hasValueSatisfying(text -> assertThat(text).contains("volume main"));
    rig.backend.failing.clear();
    rig.reopen();
    assertThat(rig.engine.problem()).isEmpty();
    stream.flow(300);
    assertNothingIsLost(stream);
    assertThat(places()).endsWith(VOLUME);
    rig.restart(true);
    rig.start().cycle();
    assertThat(rig.engine.reconcile()).isTrue();
    rig.cycle();
    rig.assertSound();
  }

  @Test
  void aProbeThatFailsMovesAllAtOnce() throws Exception {
    var stream = rig.start().stream(MAIN).attach().run().flow(60).pictures(3);
    rig.backend.failingOn = VOLUME;
    rig.backend.failing.add("probe");
    rig.line(VOLUME).watch().probe();
    stream.pictures(10);
    rig.cycle();
    assertThat(places()).containsExactly(VOLUME, SECOND);
    assertNothingIsLost(stream);
    // The rest of the GOP is in both files; the first one counts up to it.
    assertThat(rig.segments(MAIN)).extracting(Segment::accessUnits).containsExactly(50L, 23L);
  }

  @Test
  void aDiskThatDoesNotAnswerHoldsOneStreamUntilItDoesAndNoOther() throws Exception {
    var held = rig.start().stream(MAIN).attach().run().flow(60);
    var beside = new StreamId(new CameraId("yard"), StreamRole.MAIN);
    rig.engine.cameras().changed(Rig.camera(beside.camera(), RecordingPlan.DEFAULT, rig.createdAt));
    var other = rig.stream(beside).attach().run().flow(60);
    assertThat(rig.segments(beside)).extracting(Segment::volume).containsExactly(VOLUME);
    var answer = new CountDownLatch(1);
    rig.backend.failingOn = VOLUME;
    rig.backend.hang = answer;
    held.pictures(10);
    var thread = new Thread(() -> rig.line(VOLUME).flusher().cycle());
    thread.start();
    assertThat(rig.backend.hanging.await(1, TimeUnit.MINUTES)).isTrue();
    assertThat(rig.line(VOLUME).flusher().stuckFor(Duration.ZERO)).isTrue();
    // As a look does that finds it so for ten seconds.
    rig.line(VOLUME).mount().fail("it does not answer");

    for (int second = 0; second < 5; second++) {
      other.pictures(25);
      rig.line(SECOND).flusher().cycle();
    }

    assertThat(other.acknowledged).isEqualTo(other.next - 1);
    assertThat(rig.engine.status(beside).lost()).isZero();
    assertThat(rig.segments(beside)).last().extracting(Segment::volume).isEqualTo(SECOND);
    assertThat(rig.engine.problem())
        .hasValueSatisfying(text -> assertThat(text).contains("does not answer"));

    rig.backend.hang = null;
    answer.countDown();
    thread.join();
    rig.reopen();
    held.flow(100);
    other.flow(100);
    assertThat(rig.engine.problem()).isEmpty();
    assertThat(rig.engine.status(MAIN).lost()).isZero();
    assertThat(held.acknowledged).isEqualTo(held.next - 1);
    assertThat(rig.engine.status(beside).lost()).isZero();
    rig.restart(true);
    rig.start().cycle();
    rig.assertSound();
  }

  @Test
  void ifNoneIsLeftTheCauseIsStorage() throws Exception {
    var stream = rig.start().stream(MAIN).attach().run().flow(60);
    rig.backend.failing.add("append");
    stream.flow(75);
    assertThat(rig.engine.status(MAIN).state()).isEqualTo(State.FAILED);
    rig.backend.failing.clear();
    rig.reopen();
    stream.flow(50);
    assertThat(rig.ledger().gaps()).extracting(Ledger.Gap::cause).containsOnly(GapCause.STORAGE);
    rig.restart(true);
    rig.start().cycle();
    rig.assertSound();
  }

  @Test
  void aFileIsGoneOnWithOnWhicheverVolumeItIs() throws Exception {
    rig.backend.capacities.put(SECOND, new Capacity(1L << 40, 1L << 39));
    rig.backend.capacities.put(VOLUME, SMALLER);
    var stream = rig.start().stream(MAIN).attach().run().flow(110).pictures(7);
    stream.detach();
    rig.kill();
    stream.attachTo(rig.start()).flow(50);
    assertThat(places()).containsExactly(SECOND);
    assertThat(rig.recorded()).isEqualTo(numbers(0, stream.next - 1));
    assertNothingIsLost(stream);
  }

  @Test
  void aVolumeThatWasAwayOverAStartCountsForWhatOnlyItHas() throws Exception {
    var stream = rig.start().stream(MAIN).attach().run().flow(60).pictures(3);
    rig.backend.failingOn = VOLUME;
    rig.backend.failing.addAll(List.of("append", "journal", "rewriteJournal", "open"));
    stream.flow(300);
    assertNothingIsLost(stream);
    stream.detach();
    rig.kill();
    // The old journal still says that the first file is open; it is not gone on with.
    stream.attachTo(rig.start()).flow(100);
    assertThat(rig.engine.status(MAIN).lost()).isZero();
    rig.backend.failing.clear();
    rig.reopen();
    rig.cycle();
    stream.flow(100);
    assertThat(rig.engine.status(MAIN).lost()).isZero();
    assertThat(rig.engine.reconcile()).isTrue();
    rig.restart(true);
    rig.start().cycle();
    rig.assertSound();
    List<Segment> all = rig.segments(MAIN);
    assertThat(all.get(0).firstSequence()).isZero();
    for (int i = 1; i < all.size(); i++) {
      assertThat(all.get(i).firstSequence()).isEqualTo(all.get(i - 1).lastSequence() + 1);
    }
  }

  @Test
  void aStaleVolumeIsNotGoneOnWithWhenItComesFirst() throws Exception {
    var stream = rig.start().stream(MAIN).attach().run().flow(60).pictures(3);
    rig.backend.failingOn = VOLUME;
    rig.backend.failing.addAll(List.of("append", "journal", "rewriteJournal"));
    stream.flow(100);
    stream.detach();
    rig.kill();
    rig.backend.failing.clear();
    stream.attachTo(rig.start()).flow(100);
    rig.cycle();
    assertThat(rig.engine.status(MAIN).lost()).isZero();
    assertThat(places().get(places().size() - 1)).isEqualTo(SECOND);
    rig.restart(true);
    rig.start().cycle();
    rig.assertSound();
    assertThat(rig.ledger().gaps()).isEmpty();
  }

  @Test
  void aVolumeCanBeAddedAndTakenAwayWhileRecording() throws Exception {
    var third = new VolumeId("third");
    rig.backend.capacities.put(third, new Capacity(1L << 41, 1L << 40));
    var stream = rig.start().stream(MAIN).attach().run().flow(60);
    rig.volumes.add(third);
    String place = rig.folder(third).toString();
    Line line = rig.engine.add(new VolumeSettings(third, "file", Map.of("path", place), place));
    rig.engine.look(line);
    stream.flow(300);
    assertThat(places()).endsWith(third);
    line.mount().leave();
    stream.flow(25);
    assertThat(line.flusher().awaitLeft(java.time.Duration.ZERO)).isTrue();
    rig.engine.drop(line);
    rig.cycle();
    assertThat(places()).endsWith(VOLUME);
    assertNothingIsLost(stream);
    assertThat(rig.engine.hasFootage(third)).isTrue();
    rig.engine.forgetRows(third);
    assertThat(rig.engine.hasFootage(third)).isFalse();
    assertThat(places()).doesNotContain(third);
    assertThat(rig.ledger().gaps()).extracting(Ledger.Gap::cause).containsOnly(GapCause.STORAGE);
    assertThat(Files.exists(rig.folder(third).resolve("vigil-volume.json"))).isTrue();
    // Taken into use again, it brings what is on it.
    Line again = rig.engine.add(new VolumeSettings(third, "file", Map.of("path", place), place));
    rig.engine.look(again);
    assertThat(rig.engine.reconcile()).isTrue();
    rig.cycle();
    assertNothingIsLost(stream);
    rig.restart(true);
    rig.start().cycle();
    rig.assertSound();
  }

  @Test
  void theStandingTellsWhatIsLeft() throws Exception {
    rig.start().stream(MAIN).attach().run().flow(125 * 25);
    var standing = rig.engine.standings().get(0);
    assertThat(standing.oldest()).contains(rig.createdAt);
    assertThat(standing.reservedBytes()).isGreaterThan(512L << 20);
    assertThat(standing.bytesPerDay()).isBetween(800_000_000L, 1_000_000_000L);
    assertThat(standing.fullAt()).isEmpty();
    rig.line(VOLUME)
        .mount()
        .measured(new Capacity(1L << 40, standing.reservedBytes() + 600_000_000));
    assertThat(rig.engine.standings().get(0).fullAt())
        .hasValueSatisfying(
            at ->
                assertThat(at)
                    .isBetween(
                        rig.clock.instant().plusSeconds(50_000),
                        rig.clock.instant().plusSeconds(65_000)));
    assertThat(rig.engine.usage())
        .singleElement()
        .satisfies(usage -> assertThat(usage.camera()).isEqualTo(Rig.DOOR));
    assertThat(rig.engine.recorded(Rig.DOOR, rig.createdAt, rig.clock.instant().plusSeconds(60)))
        .singleElement()
        .satisfies(stretch -> assertThat(stretch.from()).isEqualTo(rig.createdAt));
  }
}
