package io.vigilnvr.record.internal;

import static io.vigilnvr.record.internal.Rig.DOOR;
import static io.vigilnvr.record.internal.Rig.MAIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.vigilnvr.api.record.GapCause;
import io.vigilnvr.api.record.Segment;
import io.vigilnvr.api.record.SegmentIndex.Condition;
import io.vigilnvr.api.storage.Volume;
import io.vigilnvr.storage.file.internal.FileStorage;
import io.vigilnvr.tck.FakeClock;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JournalTest {
  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00.123456789Z");

  static Segment segment(long first, Instant start, Instant end) {
    return new Segment(
        SegmentNames.id(MAIN, first),
        MAIN,
        7,
        start,
        end,
        first * 3600,
        (first + 250) * 3600,
        90_000,
        800,
        100_000 + first,
        250,
        first,
        first + 249,
        "avc1.42c028",
        List.of(new Segment.Keyframe(800, first * 3600), new Segment.Keyframe(9000, 5)),
        Optional.of("ab".repeat(32)),
        Segment.State.SEALED,
        Rig.VOLUME,
        SegmentNames.path(MAIN, start, first));
  }

  private static Segment segment(long first) {
    return segment(first, NOON.plusSeconds(first), NOON.plusSeconds(first + 10));
  }

  private static List<JournalEntry> entries() {
    return List.of(
        new JournalEntry.Opened(MAIN, "door/main/a.mp4", 7, 250, NOON),
        new JournalEntry.Sealed(segment(250), "cd".repeat(32)),
        new JournalEntry.Sealed(segment(0).withState(Segment.State.SUSPECT), ""),
        new JournalEntry.Discarded("door/main/b.mp4"),
        new JournalEntry.Noted(new Condition(DOOR, NOON, Optional.empty(), GapCause.OFFLINE)),
        new JournalEntry.Noted(
            new Condition(DOOR, NOON, Optional.of(NOON.plusSeconds(1)), GapCause.CLOCK_STEP)),
        new JournalEntry.Alive(NOON),
        new JournalEntry.Position(MAIN, Long.MAX_VALUE, 7, NOON, ""));
  }

  private static Volume open(Path folder) throws Exception {
    return new FileStorage(new FakeClock(), Optional.empty())
        .open(Rig.VOLUME, Map.of("path", folder.resolve("v").toString()), true);
  }

  @Test
  void entriesComeBackAsTheyWere() {
    for (JournalEntry entry : entries()) {
      assertThat(JournalCodec.decode(JournalCodec.encode(entry))).contains(entry);
    }
  }

  @Test
  void garbageIsNoEntryAndNoFailure() {
    var random = new Random(3);
    List<JournalEntry> entries = entries();
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = JournalCodec.encode(entries.get(round % entries.size())).array().clone();
      for (int i = random.nextInt(4); i >= 0; i--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      var damaged = ByteBuffer.wrap(bytes, 0, 1 + random.nextInt(bytes.length));
      assertThatCode(() -> JournalCodec.decode(damaged)).doesNotThrowAnyException();
    }
  }

  @Test
  void anEntryOfALaterKindIsPassedOver() {
    assertThat(JournalCodec.decode(ByteBuffer.wrap(new byte[] {1, 99, 0, 0}))).isEmpty();
    assertThat(JournalCodec.decode(ByteBuffer.wrap(new byte[] {2, 1, 0, 0}))).isEmpty();
  }

  @Test
  void whatWasSyncedIsThereInTheNextLife(@TempDir Path folder) throws Exception {
    var journal = new Journal();
    try (Volume volume = open(folder)) {
      journal.attach(volume);
      journal.opened(volume.id(), new JournalEntry.Opened(MAIN, segment(0).path(), 7, 0, NOON));
      journal.sealed(segment(0), "");
      journal.opened(volume.id(), new JournalEntry.Opened(MAIN, segment(250).path(), 7, 250, NOON));
      journal.noted(new Condition(DOOR, NOON, Optional.empty(), GapCause.OFFLINE));
      journal.alive(volume.id(), NOON.minusSeconds(10));
      journal.alive(volume.id(), NOON);
      journal.sync(volume.id());
    }
    var next = new Journal();
    try (Volume volume = open(folder)) {
      next.attach(volume);
      assertThat(next.unindexed()).containsExactly(segment(0));
      assertThat(next.opened(volume.id()))
          .extracting(JournalEntry.Opened::path)
          .containsExactly(segment(250).path());
      assertThat(next.position(MAIN).orElseThrow().nextSequence()).isEqualTo(250);
      assertThat(next.ongoing()).hasSize(1);
      assertThat(next.lastAlive()).contains(NOON);
    }
  }

  @Test
  void compactingKeepsWhatTheIndexDoesNotHave(@TempDir Path folder) throws Exception {
    var journal = new Journal();
    try (Volume volume = open(folder)) {
      journal.attach(volume);
      for (int i = 0; i < 400; i++) {
        journal.sealed(segment(i * 250L), "");
      }
      journal.noted(new Condition(DOOR, NOON, Optional.empty(), GapCause.OFFLINE));
      journal.sync(volume.id());
      journal.indexed(journal.pendingSegments(390));
      journal.notesIndexed(journal.pendingNotes(10));
      journal.compactIfWorthwhile(volume.id());
    }
    var next = new Journal();
    try (Volume volume = open(folder)) {
      next.attach(volume);
      assertThat(next.unindexed()).hasSize(10);
      assertThat(next.position(MAIN).orElseThrow().nextSequence()).isEqualTo(100_000);
      assertThat(next.ongoing()).hasSize(1);
    }
  }

  @Test
  void segmentsAreForTheIndexOnlyOnceTheyAreSynced(@TempDir Path folder) throws Exception {
    var journal = new Journal();
    try (Volume volume = open(folder)) {
      journal.attach(volume);
      journal.sealed(segment(0), "");
      assertThat(journal.pendingSegments(10)).isEmpty();
      assertThat(journal.unindexed()).hasSize(1);
      journal.sync(volume.id());
      assertThat(journal.pendingSegments(10)).hasSize(1);
    }
  }
}
