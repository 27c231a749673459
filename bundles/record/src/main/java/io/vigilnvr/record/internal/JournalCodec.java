package io.vigilnvr.record.internal;

import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.camera.StreamRole;
import io.vigilnvr.api.record.GapCause;
import io.vigilnvr.api.record.Segment;
import io.vigilnvr.api.record.SegmentIndex.Condition;
import io.vigilnvr.api.storage.VolumeId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Optional;

/**
 * Journal entries as bytes: a version, a kind, then the components in order; numbers big-endian,
 * texts as {@link DataOutputStream#writeUTF} has them. Integrity is the volume's (CRC32C). An entry
 * of another version or kind is passed over, so that a later Vigil may add kinds.
 */
final class JournalCodec {
  private static final int VERSION = 1;
  private static final int OPENED = 1;
  private static final int SEALED = 2;
  private static final int DISCARDED = 3;
  private static final int NOTED = 4;
  private static final int POSITION = 5;
  private static final int ALIVE = 6;

  /** Offsets and ticks of 60 000 keyframes stay below the journal's limit of 1 MiB. */
  private static final int MOST_KEYFRAMES = 60_000;

  private JournalCodec() {}

  static ByteBuffer encode(JournalEntry entry) {
    var bytes = new ByteArrayOutputStream(512);
    try (var out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      if (entry instanceof JournalEntry.Opened opened) {
        out.writeByte(OPENED);
        write(out, opened.stream());
        out.writeUTF(opened.path());
        out.writeLong(opened.run());
        out.writeLong(opened.firstSequence());
        write(out, opened.startedAt());
      } else if (entry instanceof JournalEntry.Sealed sealed) {
        out.writeByte(SEALED);
        write(out, sealed.segment());
        out.writeUTF(sealed.previousSha256());
      } else if (entry instanceof JournalEntry.Discarded discarded) {
        out.writeByte(DISCARDED);
        out.writeUTF(discarded.path());
      } else if (entry instanceof JournalEntry.Noted noted) {
        out.writeByte(NOTED);
        write(out, noted.condition());
      } else if (entry instanceof JournalEntry.Position position) {
        out.writeByte(POSITION);
        write(out, position.stream());
        out.writeLong(position.nextSequence());
        out.writeLong(position.run());
        write(out, position.endedAt());
        out.writeUTF(position.sha256());
      } else if (entry instanceof JournalEntry.Alive alive) {
        out.writeByte(ALIVE);
        write(out, alive.at());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("in memory", e);
    }
    return ByteBuffer.wrap(bytes.toByteArray());
  }

  /** Empty if the entry is of a kind or version that is not known here, or makes no sense. */
  static Optional<JournalEntry> decode(ByteBuffer record) {
    var bytes = new byte[record.remaining()];
    record.duplicate().get(bytes);
    try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      if (in.readUnsignedByte() != VERSION) {
        return Optional.empty();
      }
      return switch (in.readUnsignedByte()) {
        case OPENED ->
            Optional.of(
                new JournalEntry.Opened(
                    readStream(in), in.readUTF(), in.readLong(), in.readLong(), readInstant(in)));
        case SEALED -> Optional.of(new JournalEntry.Sealed(readSegment(in), in.readUTF()));
        case DISCARDED -> Optional.of(new JournalEntry.Discarded(in.readUTF()));
        case NOTED -> Optional.of(new JournalEntry.Noted(readCondition(in)));
        case POSITION ->
            Optional.of(
                new JournalEntry.Position(
                    readStream(in), in.readLong(), in.readLong(), readInstant(in), in.readUTF()));
        case ALIVE -> Optional.of(new JournalEntry.Alive(readInstant(in)));
        default -> Optional.empty();
      };
    } catch (IOException | RuntimeException e) {
      return Optional.empty();
    }
  }

  private static void write(DataOutputStream out, Segment segment) throws IOException {
    out.writeUTF(segment.id());
    write(out, segment.stream());
    out.writeLong(segment.run());
    write(out, segment.startedAt());
    write(out, segment.endedAt());
    out.writeLong(segment.startTicks());
    out.writeLong(segment.endTicks());
    out.writeInt(segment.timescale());
    out.writeInt(segment.initBytes());
    out.writeLong(segment.bytes());
    out.writeLong(segment.accessUnits());
    out.writeLong(segment.firstSequence());
    out.writeLong(segment.lastSequence());
    out.writeUTF(segment.codecs());
    int keyframes = Math.min(segment.keyframes().size(), MOST_KEYFRAMES);
    out.writeInt(keyframes);
    for (Segment.Keyframe keyframe : segment.keyframes().subList(0, keyframes)) {
      out.writeLong(keyframe.offset());
      out.writeLong(keyframe.ticks());
    }
    out.writeUTF(segment.sha256().orElse(""));
    out.writeUTF(segment.state().name());
    out.writeUTF(segment.volume().value());
    out.writeUTF(segment.path());
  }

  private static Segment readSegment(DataInputStream in) throws IOException {
    String id = in.readUTF();
    StreamId stream = readStream(in);
    long run = in.readLong();
    Instant startedAt = readInstant(in);
    Instant endedAt = readInstant(in);
    long startTicks = in.readLong();
    long endTicks = in.readLong();
    int timescale = in.readInt();
    int initBytes = in.readInt();
    long bytes = in.readLong();
    long accessUnits = in.readLong();
    long firstSequence = in.readLong();
    long lastSequence = in.readLong();
    String codecs = in.readUTF();
    var keyframes = new ArrayList<Segment.Keyframe>();
    int count = in.readInt();
    for (int i = 0; i < count; i++) {
      keyframes.add(new Segment.Keyframe(in.readLong(), in.readLong()));
    }
    String sha256 = in.readUTF();
    return new Segment(
        id,
        stream,
        run,
        startedAt,
        endedAt,
        startTicks,
        endTicks,
        timescale,
        initBytes,
        bytes,
        accessUnits,
        firstSequence,
        lastSequence,
        codecs,
        keyframes,
        sha256.isEmpty() ? Optional.empty() : Optional.of(sha256),
        Segment.State.valueOf(in.readUTF()),
        new VolumeId(in.readUTF()),
        in.readUTF());
  }

  private static void write(DataOutputStream out, Condition condition) throws IOException {
    out.writeUTF(condition.camera().value());
    write(out, condition.from());
    out.writeBoolean(condition.to().isPresent());
    write(out, condition.to().orElse(Instant.EPOCH));
    out.writeUTF(condition.cause().name());
  }

  private static Condition readCondition(DataInputStream in) throws IOException {
    var camera = new CameraId(in.readUTF());
    Instant from = readInstant(in);
    boolean ended = in.readBoolean();
    Instant to = readInstant(in);
    return new Condition(
        camera, from, ended ? Optional.of(to) : Optional.empty(), GapCause.valueOf(in.readUTF()));
  }

  private static void write(DataOutputStream out, StreamId stream) throws IOException {
    out.writeUTF(stream.camera().value());
    out.writeUTF(stream.role().word());
  }

  private static StreamId readStream(DataInputStream in) throws IOException {
    return new StreamId(new CameraId(in.readUTF()), StreamRole.of(in.readUTF()));
  }

  private static void write(DataOutputStream out, Instant instant) throws IOException {
    out.writeLong(instant.getEpochSecond());
    out.writeInt(instant.getNano());
  }

  private static Instant readInstant(DataInputStream in) throws IOException {
    return Instant.ofEpochSecond(in.readLong(), in.readInt());
  }
}
