package io.vigilnvr.record.internal;

import io.vigilnvr.api.plugin.InvalidSettingsException;
import io.vigilnvr.api.storage.VolumeId;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The volumes that were added to the first, each in a file {@code <data>/volumes.d/<id>.cfg}: with
 * the data, and not among the configurations, which an update makes anew. Each line is a setting,
 * its type first: {@code T} text, {@code N} whole number, {@code B} truth.
 */
final class AddedVolumes {
  private static final Logger log = LoggerFactory.getLogger(AddedVolumes.class);
  private static final String SUFFIX = ".cfg";
  private static final String BACKEND = "backend";
  private static final String SETTING = "setting.";
  private static final int LONGEST_NAME = 40;

  private final Path folder;

  AddedVolumes(Path data) {
    this.folder = data.resolve("volumes.d");
  }

  /** In the order of their names; those that cannot be read are left out, by name. */
  List<VolumeSettings> all() {
    var found = new ArrayList<VolumeSettings>();
    if (!Files.isDirectory(folder)) {
      return found;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
      for (Path file : files) {
        try {
          found.add(read(file));
        } catch (IOException | IllegalArgumentException e) {
          log.error("the volume of {} is left out: {}", file, e.toString());
        }
      }
    } catch (IOException e) {
      log.error("the volumes in {} cannot be read: {}", folder, e.toString());
    }
    found.sort(Comparator.comparing(volume -> volume.id().value()));
    return found;
  }

  private static VolumeSettings read(Path file) throws IOException {
    var lines = new Properties();
    lines.load(new StringReader(Files.readString(file, StandardCharsets.UTF_8)));
    String name = String.valueOf(file.getFileName());
    var id = new VolumeId(name.substring(0, name.length() - SUFFIX.length()));
    String backend = lines.getProperty(BACKEND, "");
    if (backend.isEmpty()) {
      throw new IOException("it does not name its backend");
    }
    var settings = new HashMap<String, Object>();
    for (String key : lines.stringPropertyNames()) {
      if (key.startsWith(SETTING)) {
        settings.put(key.substring(SETTING.length()), value(lines.getProperty(key)));
      }
    }
    return new VolumeSettings(id, backend, settings, location(settings));
  }

  private static Object value(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("a setting has no type");
    }
    String rest = text.substring(1);
    return switch (text.charAt(0)) {
      case 'T' -> rest;
      case 'N' -> Long.parseLong(rest);
      case 'B' -> Boolean.parseBoolean(rest);
      default -> throw new IllegalArgumentException("a setting has another type");
    };
  }

  /**
   * Where a volume is, for people: its path, or all of its settings.
   *
   * @throws IllegalArgumentException if there is nothing to know it by
   */
  static String location(Map<String, Object> settings) {
    if (settings.get("path") instanceof String path) {
      return path;
    }
    return new TreeMap<>(settings).toString().replaceAll("\\s", " ");
  }

  /** A name for a volume, made of the last of its location. */
  static VolumeId name(String location, Predicate<VolumeId> taken) {
    String last = location.replaceAll("/+$", "").replaceAll(".*/", "").toLowerCase(Locale.ROOT);
    String plain = last.replaceAll("[^a-z0-9]+", "-").replaceAll("^-+", "");
    String some = plain.substring(0, Math.min(LONGEST_NAME, plain.length())).replaceAll("-+$", "");
    String base = some.isEmpty() ? "volume" : some;
    var id = new VolumeId(base);
    for (int i = 2; taken.test(id); i++) {
      id = new VolumeId(base + "-" + i);
    }
    return id;
  }

  /** Writes one down, durably. */
  void put(VolumeSettings volume) throws IOException, InvalidSettingsException {
    var text = new StringBuilder();
    line(text, BACKEND, volume.backend());
    for (var setting : new TreeMap<>(volume.settings()).entrySet()) {
      line(text, SETTING + setting.getKey(), typed(setting.getKey(), setting.getValue()));
    }
    Files.createDirectories(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Path file = file(volume.id());
    Path aside = file.resolveSibling(volume.id() + ".new");
    Files.deleteIfExists(aside);
    try (FileChannel channel =
        FileChannel.open(aside, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      var bytes = ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    sync();
  }

  private static String typed(String name, Object value) throws InvalidSettingsException {
    if (value instanceof String) {
      return "T" + value;
    }
    if (value instanceof Long || value instanceof Integer) {
      return "N" + value;
    }
    if (value instanceof Boolean) {
      return "B" + value;
    }
    throw new InvalidSettingsException("/" + name, "must be a text, a whole number or a truth");
  }

  private static void line(StringBuilder text, String key, String value) {
    escape(text, key);
    text.append('=');
    escape(text, value);
    text.append('\n');
  }

  /** As {@link Properties} reads it. */
  private static void escape(StringBuilder text, String plain) {
    for (int i = 0; i < plain.length(); i++) {
      char c = plain.charAt(i);
      if ((c < 128 && Character.isLetterOrDigit(c)) || c == '.' || c == '-' || c == '/') {
        text.append(c);
      } else {
        text.append("\\u%04x".formatted((int) c));
      }
    }
  }

  void remove(VolumeId volume) throws IOException {
    if (Files.deleteIfExists(file(volume))) {
      sync();
    }
  }

  private Path file(VolumeId volume) {
    return folder.resolve(volume + SUFFIX);
  }

  private void sync() throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
