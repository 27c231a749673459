package io.vigilnvr.storage.file.internal;

import io.vigilnvr.api.storage.StorageBackend;
import io.vigilnvr.tck.FakeClock;
import io.vigilnvr.tck.StorageBackendContract;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;

final class FileStorageTest extends StorageBackendContract {
  private final Path root;

  FileStorageTest(@TempDir Path folder) {
    root = folder.resolve("volume");
  }

  @Override
  protected StorageBackend newBackend() {
    return new FileStorage(new FakeClock(), Optional.empty());
  }

  @Override
  protected Map<String, Object> settings() {
    return Map.of("path", root.toString());
  }

  @Override
  protected void loseMarker() throws IOException {
    Files.delete(root.resolve("vigil-volume.json"));
  }

  @Override
  protected void tearJournal(int bytes) throws IOException {
    try (var file = new RandomAccessFile(root.resolve("vigil-volume.journal").toFile(), "rw")) {
      file.setLength(Math.max(0, file.length() - bytes));
    }
  }

  @Override
  protected void spoilJournal(int bytes) throws IOException {
    Path journal = root.resolve("vigil-volume.journal");
    byte[] content = Files.readAllBytes(journal);
    for (int i = content.length - bytes; i < content.length; i++) {
      content[i] ^= 0x55;
    }
    Files.write(journal, content);
  }
}
