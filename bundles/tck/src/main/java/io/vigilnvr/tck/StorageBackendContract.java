package io.vigilnvr.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.vigilnvr.api.storage.SegmentFile;
import io.vigilnvr.api.storage.StorageBackend;
import io.vigilnvr.api.storage.Volume;
import io.vigilnvr.api.storage.VolumeId;
import io.vigilnvr.api.storage.VolumeRefusedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the recording engine expects of a {@link StorageBackend}. */
@Timeout(60)
public abstract class StorageBackendContract {
  private static final VolumeId DISK = new VolumeId("disk");
  private static final String PATH = "front/main/2026/01/02/03/20260102T030405.000Z-17.mp4";

  /** Makes the backend under test. */
  protected abstract StorageBackend newBackend();

  /** Settings of one empty place; the same throughout a test. */
  protected abstract Map<String, Object> settings();

  /** Removes the volume's marker, as if another disk was mounted in its place. */
  protected abstract void loseMarker() throws IOException;

  /** Cuts bytes off the end of the journal, as a power failure does. The volume is closed. */
  protected abstract void tearJournal(int bytes) throws IOException;

  /**
   * Changes that many bytes at the end of the journal, as a power failure does when the file has
   * grown and the bytes have not arrived. The volume is closed.
   */
  protected abstract void spoilJournal(int bytes) throws IOException;

  // Files

  @Test
  public final void createsAFileOnlyOnce() throws Exception {
    try (var volume = fresh()) {
      volume.create(PATH, text("first")).close();
      assertThatExceptionOfType(FileAlreadyExistsException.class)
          .isThrownBy(() -> volume.create(PATH, text("second")));
      assertThat(content(volume, PATH)).isEqualTo("first");
    }
  }

  @Test
  public final void readsAFileWhileItIsWritten() throws Exception {
    try (var volume = fresh();
        var file = volume.create(PATH, text("header"))) {
      assertThat(content(volume, PATH)).isEqualTo("header");
      ByteBuffer[] buffers = {text(" one"), text(""), text(" two"), text(" not this")};
      file.append(buffers, 3);
      assertThat(file.bytes()).isEqualTo(14);
      assertThat(buffers[0].hasRemaining()).isFalse();
      assertThat(buffers[2].hasRemaining()).isFalse();
      assertThat(buffers[3].remaining()).isEqualTo(9);
      file.sync();
      assertThat(content(volume, PATH)).isEqualTo("header one two");
    }
  }

  @Test
  public final void appendsMoreThanOneWriteTakes() throws Exception {
    try (var volume = fresh();
        var file = volume.create(PATH, text(""))) {
      var buffers = new ByteBuffer[3000];
      for (int i = 0; i < buffers.length; i++) {
        buffers[i] = text("%07d ".formatted(i));
      }
      file.append(buffers, buffers.length);
      assertThat(file.bytes()).isEqualTo(8L * buffers.length);
      assertThat(content(volume, PATH)).startsWith("0000000 ").endsWith("0002998 0002999 ");
    }
  }

  @Test
  public final void goesOnWithAFileAndCutsOffWhatIsBeyond() throws Exception {
    try (var volume = fresh()) {
      try (var file = volume.create(PATH, text("header"))) {
        append(file, " whole torn");
      }
      try (var file = volume.resume(PATH, 12)) {
        assertThat(file.bytes()).isEqualTo(12);
        assertThat(content(volume, PATH)).isEqualTo("header whole");
        append(file, " more");
        file.sync();
        assertThat(file.bytes()).isEqualTo(17);
      }
      assertThat(content(volume, PATH)).isEqualTo("header whole more");
    }
  }

  @Test
  public final void goesOnWithAFileAfterReopening() throws Exception {
    try (var volume = fresh()) {
      volume.create(PATH, text("header")).close();
    }
    try (var volume = again()) {
      try (var file = volume.resume(PATH, 6)) {
        append(file, " more");
      }
      assertThat(content(volume, PATH)).isEqualTo("header more");
    }
  }

  @Test
  public final void neverGrowsAFileByResuming() throws Exception {
    try (var volume = fresh()) {
      volume.create(PATH, text("header")).close();
      assertThatExceptionOfType(IOException.class).isThrownBy(() -> volume.resume(PATH, 100));
      assertThat(content(volume, PATH)).isEqualTo("header");
    }
  }

  @Test
  public final void knowsNoFileThatIsNotThere() throws Exception {
    try (var volume = fresh()) {
      assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> volume.read(PATH));
      assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> volume.resume(PATH, 0));
      assertThat(volume.delete(PATH)).isFalse();
      try (var files = volume.list("front")) {
        assertThat(files).isEmpty();
      }
    }
  }

  @Test
  public final void deletesAFileOnce() throws Exception {
    try (var volume = fresh()) {
      volume.create(PATH, text("x")).close();
      assertThat(volume.delete(PATH)).isTrue();
      assertThat(volume.delete(PATH)).isFalse();
      assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> volume.read(PATH));
      // Its folder may have gone with it.
      volume.create(PATH, text("y")).close();
      assertThat(content(volume, PATH)).isEqualTo("y");
    }
  }

  @Test
  public final void listsFilesAndNothingOfItsOwn() throws Exception {
    try (var volume = fresh()) {
      volume.create("front/main/a.mp4", text("12345")).close();
      volume.create("front/sub/b.mp4", text("123")).close();
      volume.create("yard/main/c.mp4", text("1")).close();
      volume.journal(text("record"));
      volume.syncJournal();
      volume.probe();
      assertThat(listed(volume, ""))
          .containsExactlyInAnyOrder(
              new Volume.Stored("front/main/a.mp4", 5),
              new Volume.Stored("front/sub/b.mp4", 3),
              new Volume.Stored("yard/main/c.mp4", 1));
      assertThat(listed(volume, "front/main"))
          .containsExactly(new Volume.Stored("front/main/a.mp4", 5));
    }
  }

  @Test
  public final void putsAFileAsideWhereItIsNeverListed() throws Exception {
    try (var volume = fresh()) {
      volume.create(PATH, text("bad")).close();
      volume.quarantine(PATH);
      assertThat(listed(volume, "")).isEmpty();
      assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> volume.read(PATH));
      volume.create(PATH, text("good")).close();
      volume.quarantine(PATH);
      assertThat(listed(volume, "")).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../outside.mp4",
        "/etc/outside.mp4",
        "front/../../outside.mp4",
        "front/..",
        "..",
        "",
        "front//a.mp4",
        "front/./a.mp4",
        "front/",
        ".hidden",
        "front/a b.mp4",
        "front\\a.mp4",
        "front/a\u0000.mp4",
        "front/ä.mp4"
      })
  public final void refusesPathsThatAreNotItsOwn(String path) throws Exception {
    try (var volume = fresh()) {
      assertThatIllegalArgumentException().isThrownBy(() -> volume.create(path, text("x")));
      assertThatIllegalArgumentException().isThrownBy(() -> volume.resume(path, 0));
      assertThatIllegalArgumentException().isThrownBy(() -> volume.read(path));
      assertThatIllegalArgumentException().isThrownBy(() -> volume.delete(path));
      assertThatIllegalArgumentException().isThrownBy(() -> volume.quarantine(path));
    }
  }

  // Volumes

  @Test
  public final void isTheSameVolumeWhenOpenedAgain() throws Exception {
    long before;
    try (var volume = fresh()) {
      assertThat(volume.id()).isEqualTo(DISK);
      assertThat(volume.location()).isNotBlank();
      before = volume.openSequence();
      volume.create(PATH, text("kept")).close();
    }
    try (var volume = again()) {
      assertThat(volume.openSequence()).isEqualTo(before + 1);
      assertThat(content(volume, PATH)).isEqualTo("kept");
    }
    try (var volume = fresh()) {
      assertThat(volume.openSequence()).isEqualTo(before + 2);
      assertThat(content(volume, PATH)).isEqualTo("kept");
    }
  }

  @Test
  public final void refusesAVolumeThatWasNeverThere() {
    assertThatExceptionOfType(VolumeRefusedException.class).isThrownBy(this::again);
  }

  @Test
  public final void refusesAVolumeWithoutItsMarker() throws Exception {
    fresh().close();
    loseMarker();
    assertThatExceptionOfType(VolumeRefusedException.class).isThrownBy(this::again);
  }

  @Test
  public final void neverTakesAnotherVolumesPlace() throws Exception {
    fresh().close();
    for (boolean fresh : new boolean[] {true, false}) {
      assertThatExceptionOfType(VolumeRefusedException.class)
          .isThrownBy(() -> newBackend().open(new VolumeId("other"), settings(), fresh))
          .withMessageContaining("disk");
    }
    again().close();
  }

  @Test
  public final void hasOneOpenerAtATime() throws Exception {
    Volume volume = fresh();
    assertThatExceptionOfType(VolumeRefusedException.class).isThrownBy(this::again);
    assertThatExceptionOfType(VolumeRefusedException.class).isThrownBy(this::fresh);
    // A refusal must not have let go of the first one's lock.
    assertThatExceptionOfType(VolumeRefusedException.class).isThrownBy(this::again);
    volume.close();
    volume.close();
    again().close();
  }

  @Test
  public final void tellsItsCapacityAndProvesThatItKeepsWhatItGets() throws Exception {
    try (var volume = fresh()) {
      Volume.Capacity capacity = volume.capacity();
      assertThat(capacity.totalBytes()).isPositive();
      assertThat(capacity.freeBytes()).isBetween(0L, capacity.totalBytes());
      volume.probe();
      volume.probe();
    }
  }

  // Journal

  @Test
  public final void replaysTheJournalInOrder() throws Exception {
    try (var volume = fresh()) {
      assertThat(replayed(volume)).isEmpty();
      volume.journal(text("one"));
      volume.journal(text("two"));
      volume.syncJournal();
      assertThat(replayed(volume)).containsExactly("one", "two");
      volume.journal(text("three"));
      volume.syncJournal();
    }
    try (var volume = again()) {
      assertThat(replayed(volume)).containsExactly("one", "two", "three");
    }
  }

  @Test
  public final void keepsRecordsOfAMebibyte() throws Exception {
    String large = "x".repeat(1 << 20);
    try (var volume = fresh()) {
      volume.journal(text(large));
      volume.syncJournal();
    }
    try (var volume = again()) {
      assertThat(replayed(volume)).containsExactly(large);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 7})
  public final void stopsAtARecordThatIsTornAndGoesOnFromThere(int tornBytes) throws Exception {
    try (var volume = fresh()) {
      volume.journal(text("one"));
      volume.journal(text("two"));
      volume.journal(text("a longer record that is torn"));
      volume.syncJournal();
    }
    tearJournal(tornBytes);
    assertThatOnlyTheFirstTwoAreThere();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 20})
  public final void stopsAtARecordThatIsSpoiltAndGoesOnFromThere(int bytes) throws Exception {
    try (var volume = fresh()) {
      volume.journal(text("one"));
      volume.journal(text("two"));
      volume.journal(text("a longer record that is spoilt"));
      volume.syncJournal();
    }
    spoilJournal(bytes);
    assertThatOnlyTheFirstTwoAreThere();
  }

  private void assertThatOnlyTheFirstTwoAreThere() throws Exception {
    try (var volume = again()) {
      assertThat(replayed(volume)).containsExactly("one", "two");
      volume.journal(text("new"));
      volume.syncJournal();
      assertThat(replayed(volume)).containsExactly("one", "two", "new");
    }
    try (var volume = again()) {
      assertThat(replayed(volume)).containsExactly("one", "two", "new");
    }
  }

  @Test
  public final void replacesTheJournalAsAWhole() throws Exception {
    try (var volume = fresh()) {
      volume.journal(text("old"));
      volume.syncJournal();
      volume.rewriteJournal(List.of(text("a"), text("b")));
      volume.journal(text("c"));
      volume.syncJournal();
      assertThat(replayed(volume)).containsExactly("a", "b", "c");
    }
    try (var volume = again()) {
      assertThat(replayed(volume)).containsExactly("a", "b", "c");
      volume.rewriteJournal(List.of());
      assertThat(replayed(volume)).isEmpty();
    }
  }

  private Volume fresh() throws IOException, VolumeRefusedException {
    return newBackend().open(DISK, settings(), true);
  }

  private Volume again() throws IOException, VolumeRefusedException {
    return newBackend().open(DISK, settings(), false);
  }

  private static ByteBuffer text(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  private static void append(SegmentFile file, String text) throws IOException {
    file.append(new ByteBuffer[] {text(text)}, 1);
  }

  private static String content(Volume volume, String path) throws IOException {
    try (var channel = volume.read(path)) {
      ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(channel.size()));
      while (bytes.hasRemaining()) {
        assertThat(channel.read(bytes)).isPositive();
      }
      return StandardCharsets.UTF_8.decode(bytes.flip()).toString();
    }
  }

  private static List<Volume.Stored> listed(Volume volume, String under) throws IOException {
    try (var files = volume.list(under)) {
      return files.collect(Collectors.toList());
    }
  }

  private static List<String> replayed(Volume volume) throws IOException {
    var records = new ArrayList<String>();
    volume.replayJournal(
        record -> records.add(StandardCharsets.UTF_8.decode(record.duplicate()).toString()));
    return records;
  }
}
