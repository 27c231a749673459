package io.vigilnvr.event.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.decode.Jpeg;
import io.vigilnvr.api.event.Change;
import io.vigilnvr.api.event.Event;
import io.vigilnvr.api.event.EventFilter;
import io.vigilnvr.api.event.EventLog.TooManyEventsException;
import io.vigilnvr.api.event.EventStore.Kept;
import io.vigilnvr.api.event.EventType;
import io.vigilnvr.api.record.StoreUnavailableException;
import io.vigilnvr.tck.FakeClock;
import io.vigilnvr.tck.FakeTasks;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EventLogTest {
  private static final CameraId DOOR = new CameraId("door");
  private static final CameraId YARD = new CameraId("yard");
  private static final Instant START = FakeClock.START;

  private final FakeClock clock = new FakeClock();
  private final FakeStore store = new FakeStore(clock);
  private final List<Change.EventChanged> told = new ArrayList<>();
  private Path folder = Path.of("");
  private FakeTasks tasks = new FakeTasks(clock);
  private EventLogService log = new EventLogService(folder, 1, clock, tasks);

  @BeforeEach
  void starts(@TempDir Path data) throws Exception {
    folder = data.resolve("events");
    restart();
    run(Duration.ofSeconds(1));
  }

  /** As if the one before had been killed. */
  private void restart() {
    tasks = new FakeTasks(clock);
    log = new EventLogService(folder, 4000, clock, tasks);
    log.store = store;
    log.observers = List.of(change -> told.add((Change.EventChanged) change));
  }

  private void run(Duration time) throws Exception {
    tasks.advance(time);
  }

  private void write() throws Exception {
    run(Duration.ofMillis(200));
  }

  private Event event(String id, EventType type) {
    return new Event(
        id,
        DOOR,
        type,
        "person",
        OptionalDouble.of(0.5),
        clock.instant(),
        Optional.empty(),
        List.of("porch"),
        Optional.of(new Event.Box(0.1, 0.2, 0.3, 0.4)),
        type == EventType.EXTERNAL ? Optional.empty() : Optional.of("onnx"),
        false,
        false,
        Map.of("n", 0));
  }

  private Event found(String id) {
    return event(id, EventType.OBJECT);
  }

  private static UnaryOperator<Event> with(Object n) {
    return event ->
        new Event(
            "other",
            YARD,
            event.type(),
            event.label(),
            event.score(),
            event.startedAt().plusSeconds(99),
            event.endedAt(),
            event.zones(),
            event.box(),
            event.detector(),
            true,
            true,
            Map.of("n", n));
  }

  private void begin(String id) {
    begin(found(id));
  }

  private void begin(Event event) {
    try {
      log.begin("source of " + event.id(), event);
    } catch (TooManyEventsException e) {
      throw new AssertionError(e);
    }
  }

  private List<String> recent() {
    return log.recent(DOOR).stream().map(Event::id).toList();
  }

  private List<String> steps() {
    return told.stream().map(change -> change.step() + " " + change.id()).toList();
  }

  @Test
  void countsAtOnceAndIsWrittenAndToldSoon() throws Exception {
    begin("a1");

    assertThat(recent()).containsExactly("a1");
    assertThat(log.recent(YARD)).isEmpty();
    assertThat(store.writes).isEmpty();
    write();
    assertThat(store.row("a1")).isEqualTo(log.recent(DOOR).get(0));
    log.end("a1", event -> event.ended(clock.instant()));
    assertThat(log.recent(DOOR).get(0).endedAt()).contains(clock.instant());
    write();
    assertThat(store.writes).containsExactly("NEW a1", "END a1");
    assertThat(steps()).containsExactly("NEW a1", "END a1");
    assertThat(told.get(1).camera()).contains(DOOR);
    assertThat(told.get(1).event())
        .containsEntry("cameraId", "door")
        .containsEntry("startedAt", "2026-01-02T03:04:06.000Z")
        .containsEntry("endedAt", "2026-01-02T03:04:06.200Z")
        .containsEntry("score", 0.5)
        .containsEntry("data", Map.of("n", 0));
    run(Duration.ofMinutes(9));
    assertThat(recent()).containsExactly("a1");
    run(Duration.ofMinutes(2));
    assertThat(recent()).isEmpty();
  }

  @Test
  void writesOfManyUpdatesTheLastAndNeverSkipsTheBeginning() throws Exception {
    begin("a1");
    log.update("a1", with(1));
    write();
    for (int i = 2; i < 12; i++) {
      log.update("a1", with(i));
      run(Duration.ofMillis(100));
    }
    run(Duration.ofSeconds(1));
    assertThat(store.writes).containsExactly("NEW a1", "UPDATE a1", "UPDATE a1");
    assertThat(store.row("a1").data()).isEqualTo(Map.of("n", 11));

    begin("a2");
    log.update("a2", with(1));
    log.end("a2", event -> event.ended(clock.instant()));
    log.update("a2", with(2));
    log.end("a2", with(3));
    log.update("never", with(4));
    write();
    assertThat(store.writes.subList(3, 5)).containsExactly("NEW a2", "END a2");
    assertThat(store.writes).hasSize(5);
    assertThat(store.row("a2").data()).isEqualTo(Map.of("n", 1));
    assertThat(steps().subList(3, 5)).containsExactly("NEW a2", "END a2");
    assertThat(told.get(3).event()).containsEntry("endedAt", null);
  }

  @Test
  void letsSourcesChangeWhatIsTheirsOnly() throws Exception {
    begin("a1");
    write();
    log.update("a1", with(7));
    run(Duration.ofSeconds(2));

    Event row = store.row("a1");
    assertThat(row.id()).isEqualTo("a1");
    assertThat(row.camera()).isEqualTo(DOOR);
    assertThat(row.reviewed()).isFalse();
    assertThat(row.startedAt()).isEqualTo(START.plusSeconds(1));
    assertThat(row.data()).isEqualTo(Map.of("n", 7));
    assertThatThrownBy(() -> log.begin("x", found("a1")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void keepsOnlyTheBeginningOfWhatIsOverAlready() throws Exception {
    begin(found("a1").ended(clock.instant()));
    write();
    assertThat(store.writes).containsExactly("NEW a1");
    assertThat(store.row("a1").endedAt()).isPresent();
  }

  @Test
  void marksStayWhateverTheSourceSaysThen() throws Exception {
    begin("a1");
    Kept marked =
        log.change("a1", Change.Step.UPDATE, event -> event.marked(true, true)).orElseThrow();
    assertThat(marked.event().reviewed()).isTrue();
    assertThat(store.writes).containsExactly("NEW a1", "UPDATE a1");
    log.update("a1", with(1).andThen(event -> event.marked(false, false))::apply);
    log.end("a1", event -> event.ended(clock.instant()));
    write();
    assertThat(store.row("a1").reviewed()).isTrue();
    assertThat(store.row("a1").retained()).isTrue();
    assertThat(store.row("a1").endedAt()).isPresent();
    assertThat(log.recent(DOOR).get(0).retained()).isTrue();

    log.change("a1", Change.Step.UPDATE, event -> event);
    assertThat(log.change("none", Change.Step.UPDATE, event -> event)).isEmpty();
    assertThat(steps()).containsExactly("NEW a1", "UPDATE a1", "END a1");
  }

  @Test
  void whatOthersReportIsKeptWhenItReturnsAndLasts() throws Exception {
    Kept kept = log.report("bell", event("e1", EventType.EXTERNAL));

    assertThat(kept.event()).isEqualTo(store.row("e1"));
    assertThat(recent()).containsExactly("e1");
    assertThat(steps()).containsExactly("NEW e1");
    log.change("e1", Change.Step.END, event -> event.ended(clock.instant()));
    assertThat(log.recent(DOOR).get(0).endedAt()).isPresent();
    write();
    assertThat(store.writes).containsExactly("NEW e1", "END e1");
    store.isAway = true;
    assertThatThrownBy(() -> log.report("bell", event("e2", EventType.EXTERNAL)))
        .isInstanceOf(StoreUnavailableException.class);
    assertThat(recent()).containsExactly("e1");
  }

  @Test
  void forgetsWhatOthersDoNotEndAfterADay() throws Exception {
    log.report("bell", event("e1", EventType.EXTERNAL));
    begin("a1");
    write();
    clock.advance(Duration.ofHours(25));
    run(Duration.ofSeconds(11));
    assertThat(recent()).containsExactly("a1");
    assertThat(store.row("e1").endedAt()).isEmpty();
  }

  @Test
  void waitsForTheDatabaseAndGoesOn() throws Exception {
    store.isAway = true;
    begin("a1");
    run(Duration.ofSeconds(30));
    begin("a2");
    log.end("a1", event -> event.ended(clock.instant()));
    run(Duration.ofSeconds(30));
    assertThat(recent()).containsExactly("a1", "a2");
    assertThat(told).isEmpty();
    assertThatThrownBy(() -> log.change("a1", Change.Step.UPDATE, event -> event))
        .isInstanceOf(StoreUnavailableException.class);
    log.store = null;
    run(Duration.ofSeconds(30));

    log.store = store;
    store.isAway = false;
    run(Duration.ofSeconds(11));

    assertThat(steps()).containsExactly("NEW a1", "END a1", "NEW a2");
    assertThat(log.problem()).isEmpty();
  }

  @Test
  void writesNothingTwiceIfAnAnswerIsLost() throws Exception {
    store.losesAnswer = true;
    begin("a1");
    run(Duration.ofSeconds(11));
    log.end("a1", event -> event.ended(clock.instant()));
    store.losesAnswer = true;
    run(Duration.ofSeconds(11));
    assertThat(store.writes).containsExactly("NEW a1", "END a1");
    assertThat(store.row("a1").endedAt()).isPresent();
  }

  @Test
  void losesTheOldestThatAreOverIfTooManyWaitAndSaysSo() throws Exception {
    store.isAway = true;
    begin("lasts");
    for (int i = 0; i <= EventBook.MOST_WAITING; i++) {
      begin(found("n" + i).ended(clock.instant()));
    }
    assertThat(recent()).hasSize(EventBook.MOST_WAITING).contains("lasts").doesNotContain("n0");
    assertThat(log.problem()).hasValueSatisfying(why -> assertThat(why).contains("2 events"));
    store.isAway = false;
    run(Duration.ofSeconds(11));
    assertThat(store.writes).hasSize(EventBook.MOST_WAITING).contains("NEW lasts", "NEW n2");
    run(Duration.ofMinutes(11));
    assertThat(log.problem()).isEmpty();
  }

  @Test
  void whatCannotBeWrittenHoldsUpNothing() throws Exception {
    begin("a1");
    log.update(
        "a1",
        event ->
            new Event(
                event.id(),
                event.camera(),
                event.type(),
                "\0",
                event.score(),
                event.startedAt(),
                event.endedAt(),
                event.zones(),
                event.box(),
                event.detector(),
                false,
                false,
                event.data()));
    begin("a2");
    write();
    log.end("a1", event -> event.ended(clock.instant()));
    write();
    assertThat(store.writes).containsExactly("NEW a2");
    assertThat(recent()).containsExactly("a1", "a2");
  }

  @Test
  void endsAfterACrashWhatNobodyEnds() throws Exception {
    begin("a1");
    begin("a2");
    log.report("bell", event("e1", EventType.EXTERNAL));
    run(Duration.ofSeconds(70));
    log.end("a2", event -> event.ended(clock.instant()));
    write();
    Instant heardOf = clock.instant();
    run(Duration.ofSeconds(40));
    clock.advance(Duration.ofSeconds(100));
    told.clear();

    restart();
    begin("a3");
    run(Duration.ofSeconds(1));

    Event cut = store.row("a1");
    assertThat(cut.endedAt().orElseThrow())
        .isBetween(heardOf, heardOf.plusSeconds(40).plusMillis(200));
    assertThat(cut.data()).isEqualTo(Map.of("n", 0, "interrupted", true));
    assertThat(store.row("a2").data()).isEqualTo(Map.of("n", 0));
    assertThat(store.row("e1").endedAt()).isEmpty();
    assertThat(store.row("a3").endedAt()).isEmpty();
    assertThat(steps()).containsExactly("END a1", "NEW a3");
    assertThat(recent()).containsExactlyInAnyOrder("a1", "a2", "e1", "a3");
  }

  @Test
  void endsNothingWhenItStopsInOrder() throws Exception {
    begin("a1");
    write();
    log.update("a1", with(1));
    log.end("a1", event -> event.ended(clock.instant()));
    begin("a2");
    log.deactivate();
    assertThat(store.writes).containsExactly("NEW a1", "END a1", "NEW a2");
  }

  @Test
  void throttlesAndNamesWhoFloods() throws Exception {
    for (int i = 0; i < EventRate.BURST; i++) {
      log.begin("detector x of door", found("n" + i));
    }
    assertThatThrownBy(() -> log.begin("detector x of door", found("more")))
        .isInstanceOfSatisfying(
            TooManyEventsException.class,
            e -> assertThat(e.retryAfter()).isEqualTo(Duration.ofMillis(50)))
        .hasMessageContaining("detector x of door");
    log.begin("detector y of door", found("y"));
    clock.advance(Duration.ofMillis(100));
    log.begin("detector x of door", found("m1"));
    log.begin("detector x of door", found("m2"));
    assertThatThrownBy(() -> log.begin("detector x of door", found("m3")))
        .isInstanceOf(TooManyEventsException.class);
    assertThat(recent()).hasSize(EventRate.BURST + 3);
  }

  @Test
  void marksAndDeletesManyAtOnce() throws Exception {
    begin("a1");
    begin("a2");
    write();
    begin("a3");
    told.clear();

    List<Kept> changed =
        log.changeAll(Set.of("a1", "a3", "none"), event -> event.marked(true, false));
    assertThat(changed).extracting(kept -> kept.event().id()).containsExactlyInAnyOrder("a1", "a3");
    assertThat(steps()).containsExactlyInAnyOrder("NEW a3", "UPDATE a1", "UPDATE a3");

    told.clear();
    begin("a4");
    log.keepPicture(found("a1"), picture(500));
    assertThat(log.hasPicture("a1", clock.instant())).isTrue();
    assertThat(log.delete(Set.of("a1", "a4", "none")))
        .extracting(Event::id)
        .containsExactlyInAnyOrder("a1", "a4");
    assertThat(recent()).containsExactlyInAnyOrder("a2", "a3");
    assertThat(log.hasPicture("a1", clock.instant())).isFalse();
    assertThat(steps()).containsExactlyInAnyOrder("DELETE a1", "DELETE a4");
    assertThat(told.get(0).event()).hasSize(2).containsEntry("cameraId", "door");
    log.update("a1", with(1));
    log.keepPicture(found("a1"), picture(500));
    run(Duration.ofSeconds(5));
    assertThat(log.hasPicture("a1", clock.instant())).isFalse();
    assertThat(store.find(Set.of("a1", "a4"))).isEmpty();
  }

  @Test
  void forgetsWhatRetentionHasDeleted() throws Exception {
    begin("a1");
    write();
    store.delete(Set.of("a1"));
    log.update("a1", with(1));
    run(Duration.ofSeconds(2));
    assertThat(recent()).isEmpty();
    assertThat(store.find("a1")).isEmpty();
  }

  private Jpeg picture(int size) {
    return picture(clock.instant(), size);
  }

  /** The head of a JPEG file, and so many bytes in all. */
  private static Jpeg picture(Instant at, int size) {
    ByteBuffer file = ByteBuffer.allocate(size);
    file.put(new byte[] {(byte) 0xFF, (byte) 0xD8});
    file.put(new byte[] {(byte) 0xFF, (byte) 0xE0, 0, 4, 1, 2});
    file.put(new byte[] {(byte) 0xFF, (byte) 0xC0, 0, 11, 8, 2, (byte) 0xD0, 5, 0});
    return new Jpeg(at, 1280, 720, file.rewind());
  }

  @Test
  void keepsTheBestPictureInPlaceOfAnyOther() {
    Event event = found("a1");
    log.keepPicture(event, picture(clock.instant(), 400));
    Jpeg best = picture(clock.instant().plusMillis(1234), 500);
    log.keepPicture(event, best);

    assertThat(log.picture("a1", event.startedAt())).contains(best);
    assertThat(folder.resolve("2026/01/02/a1.jpg")).hasSize(500);
    assertThat(folder.resolve("2026/01/02").toFile().list()).hasSize(1);
    assertThat(log.picture("a2", event.startedAt())).isEmpty();
    assertThat(log.picture("../a1", event.startedAt())).isEmpty();
    assertThat(log.hasPicture("../a1", event.startedAt())).isFalse();
  }

  @Test
  void removesTheOldestPicturesButNotRetainedOnes() throws Exception {
    for (int i = 0; i < 10; i++) {
      begin("a" + i);
      log.keepPicture(found("a" + i), picture(500));
      clock.advance(Duration.ofHours(5));
      run(Duration.ofSeconds(70));
    }
    log.change("a2", Change.Step.UPDATE, event -> event.marked(false, true));
    begin("b");
    log.keepPicture(found("b"), picture(500));
    write();
    restart();
    run(Duration.ofMinutes(2));

    List<Event> all =
        store.list(EventFilter.ALL, Optional.empty(), 99).stream().map(Kept::event).toList();
    assertThat(all.stream().filter(one -> log.hasPicture(one.id(), one.startedAt())))
        .extracting(Event::id)
        .contains("a2", "b", "a9")
        .doesNotContain("a0", "a1", "a3")
        .hasSizeBetween(7, 8);
  }

  @Test
  void removesPicturesOfEventsThatAreNoMore() throws Exception {
    begin("a1");
    begin("a2");
    log.keepPicture(found("a1"), picture(500));
    log.keepPicture(found("a2"), picture(500));
    Instant at = clock.instant();
    write();
    store.delete(Set.of("a1"));
    clock.advance(Duration.ofHours(3));
    run(Duration.ofMinutes(2));
    assertThat(log.hasPicture("a1", at)).isFalse();
    assertThat(log.hasPicture("a2", at)).isTrue();
  }

  @Test
  void goesOnWithTheDefaultWhereASettingMakesNoSense() {
    var refusals = new ArrayList<String>();
    assertThat(EventLogService.mostBytes(Map.of("picturesMegabytes", "1e3"), refusals::add))
        .isEqualTo(2048L << 20);
    assertThat(refusals)
        .containsExactly(
            "vigil.event: picturesMegabytes = 1e3 is not a whole number from 16 to 1000000;"
                + " in force is 2048");
    assertThat(EventLogService.mostBytes(Map.of("picturesMegabytes", "64"), refusals::add))
        .isEqualTo(64L << 20);
  }
}
