package io.vigilnvr.camera.internal;

import io.vigilnvr.api.camera.Camera;
import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.CameraStore.Stored;
import io.vigilnvr.api.camera.StreamRole;
import io.vigilnvr.api.record.RecordingPlan;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * A copy of all cameras beside the database, so that recording starts when the database is away at
 * boot. It is never merged back: as soon as the database answers, that is the truth.
 *
 * <p>Layout, big-endian: magic {@code VCAM}, format version (4 bytes), CRC-32C of the rest (4),
 * length of the rest (4), the cameras. A file that is not whole counts as not there.
 */
final class SnapshotFile {
  private static final int MAGIC = 0x5643414d;

  /** The second one has days by label and zone, and how long one loiters. */
  private static final int VERSION = 2;

  private static final int HEADER_BYTES = 16;

  /** Some ten thousand cameras. */
  private static final long MAX_BYTES = 64L << 20;

  private static final EnumSet<PosixFilePermission> OWNER_ONLY =
      EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  private final Path file;

  SnapshotFile(Path file) {
    this.file = file;
  }

  /**
   * Empty if there is no such file.
   *
   * @throws IOException if there is one that cannot be used
   */
  List<Stored> read() throws IOException {
    byte[] bytes;
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new IOException(file + " is too large to be a snapshot");
      }
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      return List.of();
    }
    if (bytes.length < HEADER_BYTES) {
      throw new IOException(file + " is cut");
    }
    ByteBuffer header = ByteBuffer.wrap(bytes);
    int magic = header.getInt();
    int version = header.getInt();
    int crc = header.getInt();
    int length = header.getInt();
    if (magic != MAGIC || version < 1 || version > VERSION) {
      throw new IOException(file + " is not a snapshot of a format up to " + VERSION);
    }
    if (length != bytes.length - HEADER_BYTES || crc != crc(bytes, HEADER_BYTES, length)) {
      throw new IOException(file + " is damaged");
    }
    try (var in = new DataInputStream(new ByteArrayInputStream(bytes, HEADER_BYTES, length))) {
      return new Reader(in, version).list(Reader::stored);
    } catch (IllegalArgumentException e) {
      throw new IOException(file + " holds what is no camera", e);
    }
  }

  /** Replaces the file, atomically, and returns when that survives a power cut. */
  void write(List<Stored> cameras) throws IOException {
    var body = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(body)) {
      new Writer(out).list(cameras, Writer::stored);
    }
    byte[] payload = body.toByteArray();
    ByteBuffer bytes =
        ByteBuffer.allocate(HEADER_BYTES + payload.length)
            .putInt(MAGIC)
            .putInt(VERSION)
            .putInt(crc(payload, 0, payload.length))
            .putInt(payload.length)
            .put(payload)
            .flip();
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null) {
      throw new IOException(file + " is in no folder");
    }
    Files.createDirectories(folder);
    Path next = folder.resolve(file.getFileName() + ".new");
    Files.deleteIfExists(next);
    try (FileChannel channel =
        FileChannel.open(
            next,
            EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(OWNER_ONLY))) {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static int crc(byte[] bytes, int offset, int length) {
    var crc = new CRC32C();
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }

  private interface Put<T> {
    void put(Writer writer, T value) throws IOException;
  }

  private interface Get<T> {
    T get(Reader reader) throws IOException;
  }

  private record Writer(DataOutputStream out) {
    void stored(Stored stored) throws IOException {
      Camera camera = stored.camera();
      text(camera.id().value());
      out.writeLong(camera.version());
      text(camera.name());
      text(camera.driver());
      out.writeBoolean(camera.enabled());
      settings(camera.settings());
      list(camera.secretsSet(), Writer::text);
      plan(camera.recording());
      list(camera.detectors(), Writer::detector);
      list(camera.zones(), Writer::zone);
      list(camera.masks(), (writer, mask) -> writer.list(mask.polygon(), Writer::point));
      list(camera.labels(), Writer::text);
      instant(camera.createdAt());
      var secrets = new TreeMap<>(stored.sealedSecrets());
      out.writeInt(secrets.size());
      for (var secret : secrets.entrySet()) {
        text(secret.getKey());
        bytes(secret.getValue());
      }
    }

    private void plan(RecordingPlan plan) throws IOException {
      text(plan.mode());
      text(plan.stream().word());
      out.writeLong(plan.preRoll().toMillis());
      out.writeLong(plan.postRoll().toMillis());
      RecordingPlan.Retention retention = plan.retention();
      out.writeDouble(retention.continuousDays());
      out.writeDouble(retention.eventDays());
      out.writeBoolean(retention.maxBytes().isPresent());
      out.writeLong(retention.maxBytes().orElse(0));
      out.writeDouble(retention.minDays());
      days(retention.labelDays());
      days(retention.zoneDays());
    }

    private void days(Map<String, Double> days) throws IOException {
      settings(new TreeMap<>(days));
    }

    private void detector(Camera.DetectorBinding detector) throws IOException {
      text(detector.id());
      settings(detector.settings());
    }

    private void zone(Camera.Zone zone) throws IOException {
      text(zone.name());
      list(zone.polygon(), Writer::point);
      list(zone.labels(), Writer::text);
      out.writeDouble(zone.minArea());
      out.writeDouble(zone.loiterSeconds());
    }

    private void point(Camera.Point point) throws IOException {
      out.writeDouble(point.x());
      out.writeDouble(point.y());
    }

    private void instant(Instant instant) throws IOException {
      out.writeLong(instant.getEpochSecond());
      out.writeInt(instant.getNano());
    }

    private void settings(Map<String, Object> settings) throws IOException {
      out.writeInt(settings.size());
      for (var setting : new TreeMap<>(settings).entrySet()) {
        text(setting.getKey());
        value(setting.getValue());
      }
    }

    /** Keeps the exact type: a driver gets what it accepted. */
    private void value(Object value) throws IOException {
      if (value instanceof String text) {
        out.writeByte('S');
        text(text);
      } else if (value instanceof Boolean flag) {
        out.writeByte('Z');
        out.writeBoolean(flag);
      } else if (value instanceof Integer number) {
        out.writeByte('I');
        out.writeInt(number);
      } else if (value instanceof Long number) {
        out.writeByte('J');
        out.writeLong(number);
      } else if (value instanceof Double number) {
        out.writeByte('D');
        out.writeDouble(number);
      } else if (value instanceof Float number) {
        out.writeByte('F');
        out.writeFloat(number);
      } else if (value instanceof Short number) {
        out.writeByte('H');
        out.writeShort(number);
      } else if (value instanceof Byte number) {
        out.writeByte('B');
        out.writeByte(number);
      } else if (value instanceof Character character) {
        out.writeByte('C');
        out.writeChar(character);
      } else if (value instanceof List<?> values) {
        out.writeByte('L');
        list(values, Writer::value);
      } else if (value instanceof Object[] values) {
        out.writeByte('L');
        list(Arrays.asList(values), Writer::value);
      } else {
        throw new IOException("a setting is a " + value.getClass().getName());
      }
    }

    private void text(String text) throws IOException {
      bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    private void bytes(byte[] bytes) throws IOException {
      out.writeInt(bytes.length);
      out.write(bytes);
    }

    <T> void list(List<T> values, Put<? super T> put) throws IOException {
      out.writeInt(values.size());
      for (T value : values) {
        put.put(this, value);
      }
    }
  }

  private record Reader(DataInputStream in, int version) {
    Stored stored() throws IOException {
      var camera =
          new Camera(
              new CameraId(text()),
              in.readLong(),
              text(),
              text(),
              in.readBoolean(),
              settings(),
              list(Reader::text),
              plan(),
              list(reader -> new Camera.DetectorBinding(reader.text(), reader.settings())),
              list(Reader::zone),
              list(reader -> new Camera.Mask(reader.list(Reader::point))),
              list(Reader::text),
              Instant.ofEpochSecond(in.readLong(), in.readInt()));
      int count = in.readInt();
      var secrets = new TreeMap<String, byte[]>();
      for (int i = 0; i < count; i++) {
        secrets.put(text(), bytes());
      }
      return new Stored(camera, secrets);
    }

    private RecordingPlan plan() throws IOException {
      String mode = text();
      StreamRole stream = StreamRole.of(text());
      Duration preRoll = Duration.ofMillis(in.readLong());
      Duration postRoll = Duration.ofMillis(in.readLong());
      double continuousDays = in.readDouble();
      double eventDays = in.readDouble();
      boolean limited = in.readBoolean();
      long maxBytes = in.readLong();
      var limit = limited ? OptionalLong.of(maxBytes) : OptionalLong.empty();
      return new RecordingPlan(
          mode,
          stream,
          preRoll,
          postRoll,
          new RecordingPlan.Retention(
              continuousDays, eventDays, limit, in.readDouble(), days(), days()));
    }

    private Map<String, Double> days() throws IOException {
      var days = new TreeMap<String, Double>();
      if (version > 1) {
        for (var entry : settings().entrySet()) {
          if (!(entry.getValue() instanceof Double number)) {
            throw new IOException("days are not a " + entry.getValue().getClass().getName());
          }
          days.put(entry.getKey(), number);
        }
      }
      return days;
    }

    private Camera.Zone zone() throws IOException {
      return new Camera.Zone(
          text(),
          list(Reader::point),
          list(Reader::text),
          in.readDouble(),
          version > 1 ? in.readDouble() : 0);
    }

    private Camera.Point point() throws IOException {
      return new Camera.Point(in.readDouble(), in.readDouble());
    }

    private Map<String, Object> settings() throws IOException {
      int count = in.readInt();
      var settings = new LinkedHashMap<String, Object>();
      for (int i = 0; i < count; i++) {
        settings.put(text(), value());
      }
      return settings;
    }

    private Object value() throws IOException {
      int type = in.readByte();
      return switch (type) {
        case 'S' -> text();
        case 'Z' -> in.readBoolean();
        case 'I' -> in.readInt();
        case 'J' -> in.readLong();
        case 'D' -> in.readDouble();
        case 'F' -> in.readFloat();
        case 'H' -> in.readShort();
        case 'B' -> in.readByte();
        case 'C' -> in.readChar();
        case 'L' -> list(Reader::value);
        default -> throw new IOException("no setting has the type " + type);
      };
    }

    private String text() throws IOException {
      return new String(bytes(), StandardCharsets.UTF_8);
    }

    private byte[] bytes() throws IOException {
      int length = in.readInt();
      if (length < 0 || length > in.available()) {
        throw new IOException("a text is longer than the file");
      }
      return in.readNBytes(length);
    }

    <T> List<T> list(Get<? extends T> get) throws IOException {
      int count = in.readInt();
      var values = new ArrayList<T>();
      for (int i = 0; i < count; i++) {
        values.add(get.get(this));
      }
      return values;
    }
  }
}
