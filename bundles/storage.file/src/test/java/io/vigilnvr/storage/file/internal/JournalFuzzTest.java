package io.vigilnvr.storage.file.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;

/** Whatever a disk gives back for a journal: whole records, and then it can be gone on with. */
final class JournalFuzzTest {
  @FuzzTest(maxDuration = "30s")
  void replay(byte[] data) throws IOException {
    Path folder = Files.createTempDirectory("journal");
    Path file = folder.resolve(VolumePaths.OWN + "journal");
    try {
      Files.write(file, data);
      var first = new ArrayList<ByteBuffer>();
      var second = new ArrayList<ByteBuffer>();
      var more = ByteBuffer.wrap(new byte[] {1, 2, 3});
      try (var journal = new JournalFile(folder)) {
        journal.replay(first::add);
        assertThat(Files.size(file)).isLessThanOrEqualTo(data.length);
        journal.append(more);
        journal.sync();
        journal.replay(second::add);
      }
      first.add(more);
      assertThat(second).isEqualTo(first);
    } finally {
      Files.deleteIfExists(file);
      Files.delete(folder);
    }
  }
}
