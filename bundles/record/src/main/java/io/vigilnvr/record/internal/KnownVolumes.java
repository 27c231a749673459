package io.vigilnvr.record.internal;

import io.vigilnvr.api.storage.VolumeId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Remembers, apart from the volumes, which there are and how often each was opened: so that a
 * folder whose disk is not mounted is not taken for a new volume, nor an old copy for the volume.
 * One line each: id, open sequence, location, separated by tabs. Thread-safe.
 */
final class KnownVolumes {
  private record Known(long openSequence, String location) {}

  private final Path file;

  KnownVolumes(Path data) {
    this.file = data.resolve("volumes");
  }

  /** Whether the volume was ever opened at this location. */
  synchronized boolean knows(VolumeId id, String location) throws IOException {
    Known known = read().get(id.value());
    return known != null && known.location().equals(location);
  }

  /** The open sequence that the volume had last; 0 if it is not known at this location. */
  synchronized long openSequence(VolumeId id, String location) throws IOException {
    Known known = read().get(id.value());
    return known != null && known.location().equals(location) ? known.openSequence() : 0;
  }

  synchronized void remember(VolumeId id, long openSequence, String location) throws IOException {
    Map<String, Known> all = read();
    all.put(id.value(), new Known(openSequence, location));
    write(all);
  }

  /** The volume is none of ours any more. */
  synchronized void forget(VolumeId id) throws IOException {
    Map<String, Known> all = read();
    if (all.remove(id.value()) != null) {
      write(all);
    }
  }

  private void write(Map<String, Known> all) throws IOException {
    var text = new StringBuilder();
    all.forEach(
        (name, known) ->
            text.append(name)
                .append('\t')
                .append(known.openSequence())
                .append('\t')
                .append(known.location())
                .append('\n'));
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null) {
      throw new IOException("no folder for " + file);
    }
    Files.createDirectories(folder);
    Path aside = folder.resolve("volumes.new");
    try (FileChannel channel =
        FileChannel.open(
            aside,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      var bytes = ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private Map<String, Known> read() throws IOException {
    var known = new LinkedHashMap<String, Known>();
    if (Files.exists(file)) {
      List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
      for (String line : lines) {
        String[] words = line.split("\t", 3);
        if (words.length == 3 && words[1].matches("[0-9]{1,18}")) {
          known.put(words[0], new Known(Long.parseLong(words[1]), words[2]));
        }
      }
    }
    return known;
  }
}
