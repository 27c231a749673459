package io.vigilnvr.ingest.protocol;

import io.vigilnvr.api.camera.CameraException;
import io.vigilnvr.api.camera.Credentials;
import io.vigilnvr.api.camera.StreamSource;
import io.vigilnvr.api.ingest.IngestStatus.Phase;
import io.vigilnvr.api.media.Codec;
import io.vigilnvr.api.media.StreamFormat;
import io.vigilnvr.api.media.Track;
import io.vigilnvr.api.record.GapCause;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The bytes of messages. A frame is its length without these four bytes, one byte of type, and the
 * body; everything is big-endian. Whoever knows an older version skips what follows the part of a
 * body that it knows, and types that it does not know.
 */
public final class Frames {
  public static final int OLDEST_VERSION = 1;
  public static final int NEWEST_VERSION = 2;

  /** The first one in which a source may name its engine and its certificate. */
  public static final int SOURCE_CHOICES_VERSION = 2;

  /** Longest body of a unit, that is, of a picture. */
  public static final int MAX_UNIT_BYTES = 32 << 20;

  /** Longest body of anything else. */
  public static final int MAX_MESSAGE_BYTES = 1 << 20;

  /** Length and type. */
  public static final int PREFIX_BYTES = 5;

  /** Prefix, handle, sequence, captured, pts, dts, track, flags. */
  public static final int UNIT_HEADER_BYTES = PREFIX_BYTES + 4 + 4 * 8 + 2;

  public static final int KEYFRAME_FLAG = 1;

  static final int MAGIC = 0x5647_4957; // "VGIW"

  static final byte UNIT = 1;
  private static final byte HELLO = 2;
  private static final byte WELCOME = 3;
  private static final byte OPEN = 4;
  private static final byte RESUME = 5;
  private static final byte ACKNOWLEDGE = 6;
  private static final byte CLOSE = 7;
  private static final byte STOP = 8;
  private static final byte STATUS = 9;
  private static final byte RUN = 10;
  private static final byte LOST = 11;
  private static final byte INTERRUPTED = 12;
  private static final byte PULSE = 13;
  private static final byte WATCHED = 14;

  private static final byte RTSP_SOURCE = 1;

  private Frames() {}

  /** Writes the header of a unit's frame; the payload follows it. */
  public static void unitHeader(
      ByteBuffer out,
      int handle,
      long sequence,
      long capturedMicros,
      long ptsTicks,
      long dtsTicks,
      int track,
      boolean keyframe,
      int payloadBytes) {
    out.putInt(UNIT_HEADER_BYTES - 4 + payloadBytes)
        .put(UNIT)
        .putInt(handle)
        .putLong(sequence)
        .putLong(capturedMicros)
        .putLong(ptsTicks)
        .putLong(dtsTicks)
        .put((byte) track)
        .put((byte) (keyframe ? KEYFRAME_FLAG : 0));
  }

  /** A whole frame. */
  public static byte[] encode(Message message) {
    var bytes = new ByteArrayOutputStream(64);
    try {
      var out = new DataOutputStream(bytes);
      out.writeInt(0);
      body(message, out);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // never: it is memory
    }
    byte[] frame = bytes.toByteArray();
    if (frame.length - 4 > MAX_MESSAGE_BYTES) {
      throw new IllegalArgumentException("a message of " + frame.length + " bytes");
    }
    ByteBuffer.wrap(frame).putInt(frame.length - 4);
    return frame;
  }

  private static void body(Message message, DataOutputStream out) throws IOException {
    if (message instanceof Message.Hello hello) {
      out.writeByte(HELLO);
      out.writeInt(MAGIC);
      out.writeShort(hello.oldestVersion());
      out.writeShort(hello.newestVersion());
    } else if (message instanceof Message.Welcome welcome) {
      out.writeByte(WELCOME);
      out.writeInt(MAGIC);
      out.writeShort(welcome.version());
      text(out, welcome.worker());
      out.writeLong(welcome.pid());
      out.writeLong(welcome.startedAtMillis());
      text(out, welcome.codeDigest());
      text(out, welcome.salt());
      out.writeShort(welcome.schemes().size());
      for (String scheme : welcome.schemes()) {
        text(out, scheme);
      }
      out.writeShort(welcome.streams().size());
      for (Message.Held held : welcome.streams()) {
        out.writeInt(held.handle());
        text(out, held.name());
        text(out, held.fingerprint());
      }
    } else if (message instanceof Message.Open open) {
      out.writeByte(OPEN);
      out.writeInt(open.handle());
      text(out, open.name());
      text(out, open.fingerprint());
      out.writeLong(open.sequence());
      out.writeLong(open.windowBytes());
      out.writeBoolean(open.passing());
      source(out, open.source());
    } else if (message instanceof Message.Resume resume) {
      out.writeByte(RESUME);
      out.writeInt(resume.handle());
      out.writeLong(resume.sequence());
      out.writeLong(resume.windowBytes());
    } else if (message instanceof Message.Acknowledge acknowledge) {
      out.writeByte(ACKNOWLEDGE);
      out.writeInt(acknowledge.handle());
      out.writeLong(acknowledge.sequence());
    } else if (message instanceof Message.Watched watched) {
      out.writeByte(WATCHED);
      out.writeInt(watched.handle());
      out.writeBoolean(watched.watched());
    } else if (message instanceof Message.Close close) {
      out.writeByte(CLOSE);
      out.writeInt(close.handle());
    } else if (message instanceof Message.Stop) {
      out.writeByte(STOP);
    } else if (message instanceof Message.Status status) {
      out.writeByte(STATUS);
      out.writeInt(status.handle());
      text(out, status.phase().name());
      out.writeLong(status.sinceMillis());
      text(out, status.cause());
      text(out, status.engine());
      out.writeLong(status.received());
      text(out, status.kind().map(Enum::name).orElse(""));
    } else if (message instanceof Message.Run run) {
      out.writeByte(RUN);
      out.writeInt(run.handle());
      out.writeLong(run.run());
      format(out, run.format());
    } else if (message instanceof Message.Lost lost) {
      out.writeByte(LOST);
      out.writeInt(lost.handle());
      out.writeLong(lost.firstSequence());
      out.writeLong(lost.lastSequence());
      text(out, lost.cause().word());
    } else if (message instanceof Message.Interrupted interrupted) {
      out.writeByte(INTERRUPTED);
      out.writeInt(interrupted.handle());
      text(out, interrupted.cause().word());
    } else if (message instanceof Message.Pulse pulse) {
      out.writeByte(PULSE);
      out.writeLong(pulse.ringBytes());
      out.writeShort(pulse.counts().size());
      for (Message.Count count : pulse.counts()) {
        out.writeInt(count.handle());
        out.writeLong(count.received());
      }
    } else {
      throw new IllegalArgumentException("cannot be sent: " + message.getClass().getSimpleName());
    }
  }

  private static void source(DataOutputStream out, StreamSource source) throws IOException {
    if (source instanceof StreamSource.Rtsp rtsp) {
      out.writeByte(RTSP_SOURCE);
      text(out, rtsp.uri().toString());
      text(out, rtsp.transport().name());
      out.writeBoolean(rtsp.basicAllowed());
      out.writeBoolean(rtsp.credentials().isPresent());
      if (rtsp.credentials().isPresent()) {
        text(out, rtsp.credentials().get().username());
        text(out, rtsp.credentials().get().password());
      }
      // Left out where there is no choice: such a source has the fingerprint that it ever had.
      if (choices(rtsp)) {
        text(out, rtsp.engine());
        text(out, rtsp.certificate());
      }
    }
  }

  private static boolean choices(StreamSource.Rtsp source) {
    return !source.engine().isEmpty() || !source.certificate().isEmpty();
  }

  /** Whether a worker that speaks this version understands all that a source asks for. */
  public static boolean carries(int version, StreamSource source) {
    return version >= SOURCE_CHOICES_VERSION
        || !(source instanceof StreamSource.Rtsp rtsp)
        || !choices(rtsp);
  }

  /** The bytes by which two sources are told apart, secrets included. */
  static byte[] encode(StreamSource source) {
    var bytes = new ByteArrayOutputStream();
    try {
      source(new DataOutputStream(bytes), source);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // never: it is memory
    }
    return bytes.toByteArray();
  }

  private static void format(DataOutputStream out, StreamFormat format) throws IOException {
    out.writeByte(format.tracks().size());
    for (Track track : format.tracks()) {
      text(out, track.codec().name());
      out.writeInt(track.timescale());
      byte[] config = new byte[track.codecConfig().remaining()];
      track.codecConfig().duplicate().get(config);
      bytes(out, config);
    }
  }

  private static void text(DataOutputStream out, String text) throws IOException {
    bytes(out, text.getBytes(StandardCharsets.UTF_8));
  }

  private static void bytes(DataOutputStream out, byte[] bytes) throws IOException {
    if (bytes.length > 0xffff) {
      throw new IllegalArgumentException("too long to be sent: " + bytes.length + " bytes");
    }
    out.writeShort(bytes.length);
    out.write(bytes);
  }

  /**
   * Reads a frame without its length.
   *
   * @throws ProtocolException on anything that {@link #encode(Message)} does not make
   */
  static Message decode(ByteBuffer frame) throws ProtocolException {
    try {
      return message(frame);
    } catch (BufferUnderflowException e) {
      throw new ProtocolException("a message is cut short");
    } catch (IllegalArgumentException e) {
      // The value itself may be a secret.
      throw new ProtocolException("a message holds a value that cannot be");
    }
  }

  private static Message message(ByteBuffer in) throws ProtocolException {
    byte type = in.get();
    return switch (type) {
      case HELLO -> {
        magic(in);
        yield new Message.Hello(in.getShort(), in.getShort());
      }
      case WELCOME -> {
        magic(in);
        int version = in.getShort();
        String worker = text(in);
        long pid = in.getLong();
        long startedAtMillis = in.getLong();
        String codeDigest = text(in);
        String salt = text(in);
        List<String> schemes = new ArrayList<>();
        for (int left = count(in); left > 0; left--) {
          schemes.add(text(in));
        }
        List<Message.Held> streams = new ArrayList<>();
        for (int left = count(in); left > 0; left--) {
          streams.add(new Message.Held(in.getInt(), text(in), text(in)));
        }
        yield new Message.Welcome(
            version, worker, pid, startedAtMillis, codeDigest, salt, schemes, streams);
      }
      case OPEN -> {
        int handle = in.getInt();
        String name = text(in);
        String fingerprint = text(in);
        long sequence = in.getLong();
        long windowBytes = in.getLong();
        boolean passing = in.get() != 0;
        yield new Message.Open(
            handle, name, fingerprint, source(in), sequence, windowBytes, passing);
      }
      case RESUME -> new Message.Resume(in.getInt(), in.getLong(), in.getLong());
      case ACKNOWLEDGE -> new Message.Acknowledge(in.getInt(), in.getLong());
      case WATCHED -> new Message.Watched(in.getInt(), in.get() != 0);
      case CLOSE -> new Message.Close(in.getInt());
      case STOP -> new Message.Stop();
      case STATUS ->
          new Message.Status(
              in.getInt(),
              Phase.valueOf(text(in)),
              in.getLong(),
              text(in),
              text(in),
              in.getLong(),
              in.hasRemaining() ? kind(text(in)) : Optional.empty());
      case RUN -> new Message.Run(in.getInt(), in.getLong(), format(in));
      case LOST -> new Message.Lost(in.getInt(), in.getLong(), in.getLong(), GapCause.of(text(in)));
      case INTERRUPTED -> new Message.Interrupted(in.getInt(), GapCause.of(text(in)));
      case PULSE -> {
        long ringBytes = in.getLong();
        List<Message.Count> counts = new ArrayList<>();
        for (int left = count(in); left > 0; left--) {
          counts.add(new Message.Count(in.getInt(), in.getLong()));
        }
        yield new Message.Pulse(ringBytes, counts);
      }
      default -> new Message.Unknown(type);
    };
  }

  /** Of a kind that is not known, a newer worker's, no more is known than that it is one. */
  private static Optional<CameraException.Kind> kind(String name) {
    return Arrays.stream(CameraException.Kind.values())
        .filter(kind -> kind.name().equals(name))
        .findFirst();
  }

  private static void magic(ByteBuffer in) throws ProtocolException {
    if (in.getInt() != MAGIC) {
      throw new ProtocolException("not a worker's protocol");
    }
  }

  private static StreamSource source(ByteBuffer in) throws ProtocolException {
    if (in.get() != RTSP_SOURCE) {
      throw new ProtocolException("a kind of source that is not known");
    }
    URI uri = URI.create(text(in));
    StreamSource.Transport transport = StreamSource.Transport.valueOf(text(in));
    boolean basicAllowed = in.get() != 0;
    Optional<Credentials> credentials =
        in.get() != 0 ? Optional.of(new Credentials(text(in), text(in))) : Optional.empty();
    boolean choices = in.hasRemaining();
    return new StreamSource.Rtsp(
        uri,
        credentials,
        transport,
        basicAllowed,
        choices ? text(in) : "",
        choices ? text(in) : "");
  }

  private static StreamFormat format(ByteBuffer in) {
    int count = in.get();
    List<Track> tracks = new ArrayList<>();
    for (int number = 1; number <= count; number++) {
      tracks.add(
          new Track(number, Codec.valueOf(text(in)), in.getInt(), ByteBuffer.wrap(bytes(in))));
    }
    return new StreamFormat(tracks);
  }

  private static int count(ByteBuffer in) {
    return in.getShort() & 0xffff;
  }

  private static String text(ByteBuffer in) {
    return new String(bytes(in), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(ByteBuffer in) {
    int length = count(in);
    if (length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }
}
