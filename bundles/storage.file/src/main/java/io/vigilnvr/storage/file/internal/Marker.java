package io.vigilnvr.storage.file.internal;

import io.vigilnvr.api.storage.VolumeRefusedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a volume says of itself, in {@code vigil-volume.json}.
 *
 * @param volume its id
 * @param openSequence how often it was opened
 * @param createdAt when it was initialised
 */
record Marker(String volume, long openSequence, String createdAt) {
  static final String NAME = VolumePaths.OWN + "json";
  private static final int FORMAT = 1;
  private static final int LONGEST = 4096;

  static Optional<Marker> read(Path root) throws IOException, VolumeRefusedException {
    Path file = root.resolve(NAME);
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) > LONGEST) {
      throw new VolumeRefusedException("its marker file " + NAME + " is damaged");
    }
    String text = Files.readString(file, StandardCharsets.UTF_8);
    if (!field(text, "format", "[0-9]{1,9}").equals(Optional.of(Integer.toString(FORMAT)))) {
      throw new VolumeRefusedException("its marker is damaged, or of a later version of Vigil");
    }
    var volume = field(text, "volume", "[a-z0-9-]{1,63}");
    var openSequence = field(text, "openSequence", "[0-9]{1,18}");
    var createdAt = field(text, "createdAt", "[0-9TZ:.+-]{1,40}");
    if (volume.isEmpty() || openSequence.isEmpty() || createdAt.isEmpty()) {
      throw new VolumeRefusedException("its marker file " + NAME + " is damaged");
    }
    return Optional.of(
        new Marker(volume.get(), Long.parseLong(openSequence.get()), createdAt.get()));
  }

  private static Optional<String> field(String text, String name, String pattern) {
    Matcher matcher =
        Pattern.compile("\"" + name + "\"\\s*:\\s*\"?(" + pattern + ")\"?\\s*[,}]").matcher(text);
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  /** Replaces the marker atomically and durably: write aside, fsync, rename, fsync the folder. */
  void write(Path root) throws IOException {
    Path aside = root.resolve(NAME + ".new");
    String text =
        "{\n  \"format\": %d,\n  \"volume\": \"%s\",\n  \"openSequence\": %d,\n  \"createdAt\": \"%s\"\n}\n"
            .formatted(FORMAT, volume, openSequence, createdAt);
    try (FileChannel channel =
        FileChannel.open(
            aside,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING,
            LinkOption.NOFOLLOW_LINKS)) {
      var bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(
        aside,
        root.resolve(NAME),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
    Folders.sync(root);
  }
}
