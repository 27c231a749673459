package io.vigilnvr.storage.file.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vigilnvr.api.storage.Volume;
import io.vigilnvr.api.storage.VolumeId;
import io.vigilnvr.api.storage.VolumeRefusedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileVolumeTest {
  private static final VolumeId ID = new VolumeId("main");

  private final Path folder;

  FileVolumeTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private Volume open(boolean fresh) throws IOException, VolumeRefusedException {
    return open(ID, fresh);
  }

  private Volume open(VolumeId id, boolean fresh) throws IOException, VolumeRefusedException {
    return new FileStorage(Clock.systemUTC(), Optional.empty())
        .open(id, Map.of("path", folder.resolve("volume").toString()), fresh);
  }

  private Path root() {
    return folder.resolve("volume");
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(UTF_8));
  }

  private static void append(Volume volume, String path, String header, String... rest)
      throws IOException {
    try (var file = volume.create(path, bytes(header))) {
      var buffers = new ByteBuffer[rest.length + 1];
      for (int i = 0; i < rest.length; i++) {
        buffers[i] = bytes(rest[i]);
      }
      file.append(buffers, rest.length);
      file.sync();
      assertThat(file.bytes()).isEqualTo(header.length() + String.join("", rest).length());
    }
  }

  private static String content(Volume volume, String path) throws IOException {
    try (var channel = volume.read(path)) {
      var all = ByteBuffer.allocate((int) channel.size());
      while (all.hasRemaining() && channel.read(all) >= 0) {}
      return UTF_8.decode(all.flip()).toString();
    }
  }

  private static List<String> journal(Volume volume) throws IOException {
    var records = new ArrayList<String>();
    volume.replayJournal(record -> records.add(UTF_8.decode(record).toString()));
    return records;
  }

  @Test
  void countsItsOpenings() throws Exception {
    for (long n = 1; n <= 3; n++) {
      try (Volume volume = open(true)) {
        assertThat(volume.openSequence()).isEqualTo(n);
      }
    }
  }

  @Test
  void isRefusedWithoutItsMarker() throws Exception {
    Files.createDirectory(root());
    assertThatThrownBy(() -> open(false))
        .isInstanceOf(VolumeRefusedException.class)
        .hasMessageContaining("no marker");
    assertThat(root()).isEmptyDirectory();
  }

  @Test
  void isRefusedWhenItsFolderIsGone() {
    assertThatThrownBy(() -> open(false)).isInstanceOf(VolumeRefusedException.class);
    assertThat(root()).doesNotExist();
  }

  @Test
  void isRefusedWhenItIsAnother() throws Exception {
    open(true).close();
    assertThatThrownBy(() -> open(new VolumeId("other"), true))
        .isInstanceOf(VolumeRefusedException.class)
        .hasMessage("it is volume main, not other");
  }

  @Test
  void isNotInitialisedOverForeignFiles() throws Exception {
    Files.createDirectory(root());
    Files.writeString(root().resolve("holiday.jpg"), "x");
    assertThatThrownBy(() -> open(true))
        .isInstanceOf(VolumeRefusedException.class)
        .hasMessageContaining("not empty");
  }

  @Test
  void isRefusedWhenItsMarkerIsDamaged() throws Exception {
    open(true).close();
    Files.writeString(root().resolve("vigil-volume.json"), "{\"format\": 1");
    assertThatThrownBy(() -> open(true)).isInstanceOf(VolumeRefusedException.class);
  }

  @Test
  void isOpenOnceAtATime() throws Exception {
    try (Volume volume = open(true)) {
      assertThatThrownBy(() -> open(false))
          .isInstanceOf(VolumeRefusedException.class)
          .hasMessageContaining("in use");
      append(volume, "door/main/a.mp4", "h");
    }
    open(false).close();
  }

  @Test
  void isRefusedWhileAnotherProcessHasIt() throws Exception {
    open(true).close();
    Path lock = root().resolve("vigil-volume.lock");
    Files.writeString(lock, "process 4711 on elsewhere");
    var other =
        new ProcessBuilder(
                "python3",
                "-c",
                """
                import fcntl, sys
                f = open(sys.argv[1], 'r+')
                fcntl.lockf(f, fcntl.LOCK_EX)
                print('held', flush=True)
                sys.stdin.read()
                """,
                lock.toString())
            .start();
    try {
      assertThat(other.inputReader().readLine()).isEqualTo("held");
      assertThatThrownBy(() -> open(false))
          .isInstanceOf(VolumeRefusedException.class)
          .hasMessage("in use by process 4711 on elsewhere");
    } finally {
      other.destroyForcibly().waitFor();
    }
    open(false).close();
  }

  @Test
  void keepsWhatIsAppended() throws Exception {
    try (Volume volume = open(true)) {
      append(volume, "door/main/2026/11/22/14/20261122T140305.120Z-0.mp4", "head", "one", "two");
      assertThat(content(volume, "door/main/2026/11/22/14/20261122T140305.120Z-0.mp4"))
          .isEqualTo("headonetwo");
    }
  }

  @Test
  void doesNotOverwrite() throws Exception {
    try (Volume volume = open(true)) {
      append(volume, "door/a.mp4", "first");
      assertThatThrownBy(() -> volume.create("door/a.mp4", bytes("second")))
          .isInstanceOf(FileAlreadyExistsException.class);
      assertThat(content(volume, "door/a.mp4")).isEqualTo("first");
    }
  }

  @Test
  void goesOnAtTheGivenLength() throws Exception {
    try (Volume volume = open(true)) {
      append(volume, "door/a.mp4", "head", "whole", "torn");
      try (var file = volume.resume("door/a.mp4", 9)) {
        file.append(new ByteBuffer[] {bytes("more")}, 1);
        file.sync();
      }
      assertThat(content(volume, "door/a.mp4")).isEqualTo("headwholemore");
      assertThatIOException().isThrownBy(() -> volume.resume("door/a.mp4", 100));
      assertThatThrownBy(() -> volume.resume("door/b.mp4", 0))
          .isInstanceOf(NoSuchFileException.class);
    }
  }

  @Test
  void showsAReaderWhatWasAppendedSoFar() throws Exception {
    try (Volume volume = open(true);
        var file = volume.create("door/a.mp4", bytes("head"))) {
      file.append(new ByteBuffer[] {bytes("one")}, 1);
      assertThat(content(volume, "door/a.mp4")).isEqualTo("headone");
    }
  }

  @Test
  void refusesPathsThatLeaveIt() throws Exception {
    try (Volume volume = open(true)) {
      for (String path :
          List.of(
              "../a",
              "/etc/passwd",
              "a/../../b",
              "a//b",
              "a/",
              "",
              ".",
              "a/.hidden",
              "a\\b",
              "a\0b",
              "a b",
              "ä",
              ".quarantine/a",
              "vigil-volume.json",
              "a/" + "x".repeat(256))) {
        assertThatIllegalArgumentException().as(path).isThrownBy(() -> volume.read(path));
        assertThatIllegalArgumentException()
            .as(path)
            .isThrownBy(() -> volume.create(path, bytes("x")));
        assertThatIllegalArgumentException().as(path).isThrownBy(() -> volume.delete(path));
        assertThatIllegalArgumentException().as(path).isThrownBy(() -> volume.resume(path, 0));
        assertThatIllegalArgumentException().as(path).isThrownBy(() -> volume.quarantine(path));
      }
    }
  }

  @Test
  void followsNoLinkOut() throws Exception {
    Path outside = Files.createDirectory(folder.resolve("outside"));
    Files.writeString(outside.resolve("secret"), "s");
    try (Volume volume = open(true)) {
      Files.createSymbolicLink(root().resolve("door"), outside);
      Files.createSymbolicLink(root().resolve("link"), outside.resolve("secret"));
      assertThatThrownBy(() -> volume.read("door/secret"))
          .isInstanceOf(AccessDeniedException.class);
      assertThatThrownBy(() -> volume.read("link")).isInstanceOf(AccessDeniedException.class);
      assertThatThrownBy(() -> volume.create("door/new", bytes("x")))
          .isInstanceOf(AccessDeniedException.class);
      assertThatThrownBy(() -> volume.create("door/deep/new", bytes("x")))
          .isInstanceOf(AccessDeniedException.class);
      assertThatThrownBy(() -> volume.delete("door/secret"))
          .isInstanceOf(AccessDeniedException.class);
      assertThat(volume.list("")).isEmpty();
    }
    assertThat(outside.resolve("secret")).hasContent("s");
    assertThat(outside.resolve("new")).doesNotExist();
  }

  @Test
  void deletesOnce() throws Exception {
    try (Volume volume = open(true)) {
      append(volume, "door/main/2026/a.mp4", "x");
      append(volume, "door/main/b.mp4", "y");
      assertThat(volume.delete("door/main/2026/a.mp4")).isTrue();
      assertThat(volume.delete("door/main/2026/a.mp4")).isFalse();
      assertThat(root().resolve("door/main/2026")).doesNotExist();
      assertThat(volume.list("").map(Volume.Stored::path)).containsExactly("door/main/b.mp4");
      append(volume, "door/main/2026/a.mp4", "again");
    }
  }

  @Test
  void tellsAMissingVolumeFromAMissingFile() throws Exception {
    try (Volume volume = open(true)) {
      Files.move(root(), folder.resolve("unmounted"));
      assertThatIOException().isThrownBy(() -> volume.delete("door/a.mp4"));
      assertThatIOException().isThrownBy(() -> volume.list("door"));
      assertThatIOException().isThrownBy(volume::probe);
      assertThatIOException().isThrownBy(() -> volume.create("door/a.mp4", bytes("x")));
      assertThat(root()).doesNotExist();
    }
  }

  @Test
  void listsSegmentsOnly() throws Exception {
    try (Volume volume = open(true)) {
      append(volume, "door/main/a.mp4", "abc");
      append(volume, "yard/main/b.mp4", "de");
      volume.journal(bytes("record"));
      volume.probe();
      assertThat(volume.list(""))
          .containsExactlyInAnyOrder(
              new Volume.Stored("door/main/a.mp4", 3), new Volume.Stored("yard/main/b.mp4", 2));
      assertThat(volume.list("yard")).containsExactly(new Volume.Stored("yard/main/b.mp4", 2));
      assertThat(volume.list("nowhere")).isEmpty();
    }
  }

  @Test
  void movesBadFilesAside() throws Exception {
    try (Volume volume = open(true)) {
      append(volume, "door/main/a.mp4", "bad");
      volume.quarantine("door/main/a.mp4");
      assertThat(volume.list("")).isEmpty();
      assertThatThrownBy(() -> volume.read("door/main/a.mp4"))
          .isInstanceOf(NoSuchFileException.class);
      try (var kept = Files.list(root().resolve(".quarantine"))) {
        assertThat(kept).singleElement().satisfies(file -> assertThat(file).hasContent("bad"));
      }
    }
  }

  @Test
  void keepsTheJournal() throws Exception {
    try (Volume volume = open(true)) {
      volume.journal(bytes("one"));
      volume.journal(bytes("two"));
      volume.syncJournal();
    }
    try (Volume volume = open(false)) {
      assertThat(journal(volume)).containsExactly("one", "two");
      volume.journal(bytes("three"));
      assertThat(journal(volume)).containsExactly("one", "two", "three");
      volume.rewriteJournal(List.of(bytes("three")));
      volume.journal(bytes("four"));
      assertThat(journal(volume)).containsExactly("three", "four");
    }
    try (Volume volume = open(false)) {
      assertThat(journal(volume)).containsExactly("three", "four");
    }
  }

  @Test
  void cutsTheJournalAtTheFirstRecordThatIsNotWhole() throws Exception {
    var random = new Random(1);
    Path file = root().resolve("vigil-volume.journal");
    try (Volume volume = open(true)) {
      for (int i = 0; i < 20; i++) {
        volume.journal(bytes("record " + i));
      }
    }
    byte[] whole = Files.readAllBytes(file);
    for (int round = 0; round < 200; round++) {
      byte[] damaged = whole.clone();
      int at = random.nextInt(whole.length);
      if (round % 2 == 0) {
        damaged = java.util.Arrays.copyOf(damaged, at);
      } else {
        damaged[at] ^= (byte) (1 << random.nextInt(8));
      }
      Files.write(file, damaged);
      try (Volume volume = open(false)) {
        var records = journal(volume);
        for (int i = 0; i < records.size(); i++) {
          assertThat(records.get(i)).isEqualTo("record " + i);
        }
        volume.journal(bytes("after"));
        records.add("after");
        assertThat(journal(volume)).isEqualTo(records);
      }
    }
  }

  @Test
  void takesATailOfZerosForNoRecord() throws Exception {
    Path file = root().resolve("vigil-volume.journal");
    try (Volume volume = open(true)) {
      volume.journal(bytes("one"));
    }
    Files.write(file, new byte[64], StandardOpenOption.APPEND);
    try (Volume volume = open(false)) {
      assertThat(journal(volume)).containsExactly("one");
    }
  }

  @Test
  void probesWithoutATrace() throws Exception {
    try (Volume volume = open(true)) {
      volume.probe();
      volume.probe();
      assertThat(root().resolve("vigil-volume.probe")).doesNotExist();
      assertThat(volume.capacity().totalBytes()).isPositive();
      assertThat(volume.capacity().freeBytes()).isPositive();
    }
  }

  @Test
  void wantsAnAbsolutePath() {
    var storage = new FileStorage(Clock.systemUTC(), Optional.empty());
    for (Object path : List.of("relative", "", 5, "a\0b")) {
      assertThatThrownBy(() -> storage.open(ID, Map.of("path", path), true))
          .isInstanceOf(VolumeRefusedException.class);
    }
  }
}
