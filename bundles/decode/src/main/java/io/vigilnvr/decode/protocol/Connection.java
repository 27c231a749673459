package io.vigilnvr.decode.protocol;

import io.vigilnvr.api.decode.DecodeOutput;
import io.vigilnvr.api.decode.DecodeRequest;
import io.vigilnvr.api.decode.DecodeSink;
import io.vigilnvr.api.decode.PixelFormat;
import io.vigilnvr.api.media.Codec;
import io.vigilnvr.api.media.Track;
import java.io.EOFException;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One end of the socket. A message is {@code length} (4 bytes, of what follows), {@code type} (1),
 * {@code session} (4), fields, and what is long last. Everything is big-endian. One thread
 * receives; any may send.
 */
public final class Connection implements AutoCloseable {
  private static final int MAX_BODY_BYTES = 64 << 20;
  private static final int MAX_FIELDS_BYTES = 256;
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private static final byte OPEN = 1;
  private static final byte UNIT = 2;
  private static final byte DRAIN = 3;
  private static final byte CLOSE = 4;
  private static final byte HELLO = 5;
  private static final byte TAKEN = 6;
  private static final byte CONFIG = 7;
  private static final byte PICTURE = 8;
  private static final byte DRAINED = 9;
  private static final byte FAILED = 10;
  private static final byte DECODER = 11;
  private static final byte ONE_BY_ONE = 12;
  private static final byte TURN = 13;

  private static final byte JPEG = 1;
  private static final byte PIXELS = 2;
  private static final byte H264 = 3;

  private final SocketChannel channel;
  private final ByteBuffer fields = ByteBuffer.allocateDirect(MAX_FIELDS_BYTES);
  private final ByteBuffer length = ByteBuffer.allocateDirect(4);

  public Connection(SocketChannel channel) {
    this.channel = channel;
  }

  /** Sends a whole message; waits until the other end has room for it. */
  public synchronized void send(Message message) throws IOException {
    fields.clear().position(4);
    ByteBuffer rest = put(message).duplicate();
    fields.flip();
    fields.putInt(0, fields.remaining() - 4 + rest.remaining());
    ByteBuffer[] both = {fields, rest};
    while (fields.hasRemaining() || rest.hasRemaining()) {
      channel.write(both);
    }
  }

  /** Writes the fields, and gives what comes behind them. */
  private ByteBuffer put(Message message) {
    if (message instanceof Message.Open open) {
      DecodeRequest request = open.request();
      head(OPEN, open.session());
      fields.put(flag(request.track().codec() == Codec.H265));
      fields.putInt(request.track().timescale());
      fields.putLong(request.fromPtsTicks()).putLong(request.interval().toNanos());
      put(request.output());
      return request.track().codecConfig();
    } else if (message instanceof Message.Unit unit) {
      head(UNIT, unit.session());
      fields.putLong(unit.ptsTicks()).putLong(unit.dtsTicks()).put(flag(unit.keyframe()));
      return unit.payload();
    } else if (message instanceof Message.Drain drain) {
      return head(DRAIN, drain.session());
    } else if (message instanceof Message.Close close) {
      return head(CLOSE, close.session());
    } else if (message instanceof Message.OneByOne mode) {
      head(ONE_BY_ONE, 0);
      fields.put(flag(mode.on()));
      return NOTHING;
    } else if (message instanceof Message.Turn turn) {
      return head(TURN, turn.session());
    } else if (message instanceof Message.Hello hello) {
      head(HELLO, 0);
      return text(hello.problem());
    } else if (message instanceof Message.Taken taken) {
      return head(TAKEN, taken.session());
    } else if (message instanceof Message.Decoder decoder) {
      head(DECODER, decoder.session());
      return text(lines(decoder));
    } else if (message instanceof Message.Config config) {
      head(CONFIG, config.session());
      return config.codecConfig();
    } else if (message instanceof Message.Picture picture) {
      head(PICTURE, picture.session());
      fields.putLong(picture.ptsTicks()).put(flag(picture.keyframe()));
      fields.putInt(picture.widthPx()).putInt(picture.heightPx());
      return picture.bytes();
    } else if (message instanceof Message.Drained drained) {
      return head(DRAINED, drained.session());
    }
    Message.Failed failed = (Message.Failed) message;
    head(FAILED, failed.session());
    return text(failed.cause());
  }

  private ByteBuffer head(byte type, int session) {
    fields.put(type).putInt(session);
    return NOTHING;
  }

  private static byte flag(boolean set) {
    return (byte) (set ? 1 : 0);
  }

  /** Its name, and of each that has failed the name and the cause; a line each. */
  private static String lines(Message.Decoder decoder) {
    List<String> lines = new ArrayList<>();
    lines.add(decoder.name());
    for (DecodeSink.Left left : decoder.left()) {
      lines.add(left.decoder());
      lines.add(left.cause());
    }
    return lines.stream().map(line -> line.replace('\n', ' ')).collect(Collectors.joining("\n"));
  }

  private static Message.Decoder decoder(int session, String text) {
    String[] lines = text.split("\n", -1);
    List<DecodeSink.Left> left = new ArrayList<>();
    for (int i = 1; i < lines.length; i += 2) {
      left.add(new DecodeSink.Left(lines[i], lines[i + 1]));
    }
    return new Message.Decoder(session, lines[0], left);
  }

  private static ByteBuffer text(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  private void put(DecodeOutput output) {
    if (output instanceof DecodeOutput.Jpeg jpeg) {
      fields.put(JPEG).putInt(jpeg.maxWidthPx()).putInt(jpeg.quality());
    } else if (output instanceof DecodeOutput.Pixels pixels) {
      fields.put(PIXELS).putInt(pixels.widthPx()).putInt(pixels.heightPx());
      fields.put(flag(pixels.format() == PixelFormat.BGR24));
    } else if (output instanceof DecodeOutput.H264 h264) {
      fields.put(H264).putInt(h264.maxWidthPx()).putInt(h264.bitrateBps());
      fields.putLong(h264.keyframeInterval().toMillis());
    }
  }

  /**
   * Waits for the next message.
   *
   * @throws EOFException if the other end is gone
   * @throws IOException also for anything that {@link #send} does not make
   */
  public Message receive() throws IOException {
    length.clear();
    fill(length);
    int bytes = length.getInt(0);
    if (bytes < 5 || bytes > MAX_BODY_BYTES) {
      throw new IOException("a message of " + bytes + " bytes");
    }
    ByteBuffer body = ByteBuffer.allocate(bytes);
    fill(body);
    try {
      return message(body.flip());
    } catch (BufferUnderflowException | IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new IOException("a message that cannot be read", e);
    }
  }

  private void fill(ByteBuffer target) throws IOException {
    while (target.hasRemaining()) {
      if (channel.read(target) < 0) {
        throw new EOFException("the other end is gone");
      }
    }
  }

  private static Message message(ByteBuffer in) throws IOException {
    byte type = in.get();
    int session = in.getInt();
    return switch (type) {
      case OPEN -> new Message.Open(session, request(in));
      case UNIT -> new Message.Unit(session, in.getLong(), in.getLong(), in.get() != 0, in.slice());
      case DRAIN -> new Message.Drain(session);
      case CLOSE -> new Message.Close(session);
      case HELLO -> new Message.Hello(StandardCharsets.UTF_8.decode(in).toString());
      case TAKEN -> new Message.Taken(session);
      case ONE_BY_ONE -> new Message.OneByOne(in.get() != 0);
      case TURN -> new Message.Turn(session);
      case DECODER -> decoder(session, StandardCharsets.UTF_8.decode(in).toString());
      case CONFIG -> new Message.Config(session, in.slice());
      case PICTURE ->
          new Message.Picture(
              session, in.getLong(), in.get() != 0, in.getInt(), in.getInt(), in.slice());
      case DRAINED -> new Message.Drained(session);
      case FAILED -> new Message.Failed(session, StandardCharsets.UTF_8.decode(in).toString());
      default -> throw new IOException("a message of type " + type);
    };
  }

  private static DecodeRequest request(ByteBuffer in) throws IOException {
    Codec codec = in.get() != 0 ? Codec.H265 : Codec.H264;
    int timescale = in.getInt();
    long from = in.getLong();
    Duration interval = Duration.ofNanos(in.getLong());
    DecodeOutput output =
        switch (in.get()) {
          case JPEG -> new DecodeOutput.Jpeg(in.getInt(), in.getInt());
          case PIXELS ->
              new DecodeOutput.Pixels(
                  in.getInt(), in.getInt(), in.get() != 0 ? PixelFormat.BGR24 : PixelFormat.GRAY8);
          case H264 ->
              new DecodeOutput.H264(in.getInt(), in.getInt(), Duration.ofMillis(in.getLong()));
          default -> throw new IOException("an output of an unknown type");
        };
    return new DecodeRequest(new Track(1, codec, timescale, in.slice()), output, from, interval);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
