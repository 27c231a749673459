package io.vigilnvr.ingest.protocol;

import io.vigilnvr.api.media.AccessUnit;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * Puts frames together from bytes as they come, in pieces of any size. A unit's payload is copied
 * once, to where it stays. One thread.
 */
public final class FrameReader {
  /** Takes what was read. */
  public interface Handler {
    void message(Message message) throws IOException;

    void unit(int handle, AccessUnit unit) throws IOException;
  }

  private final ByteBuffer header = ByteBuffer.allocate(Frames.UNIT_HEADER_BYTES);
  private @Nullable ByteBuffer body;
  private boolean unit;

  /**
   * Consumes all of {@code bytes}.
   *
   * @throws ProtocolException if they are not frames; the reader is of no use then
   */
  public void read(ByteBuffer bytes, Handler handler) throws IOException {
    while (true) {
      ByteBuffer target = body;
      if (target == null) {
        target = readHeader(bytes);
        if (target == null) {
          return;
        }
        body = target;
      }
      move(bytes, target);
      if (target.hasRemaining()) {
        return;
      }
      body = null;
      target.flip();
      if (unit) {
        deliver(target, handler);
      } else {
        handler.message(Frames.decode(target));
      }
      header.clear();
    }
  }

  /** The buffer for what follows the header; null if the header is not whole yet. */
  private @Nullable ByteBuffer readHeader(ByteBuffer bytes) throws ProtocolException {
    if (header.position() < Frames.PREFIX_BYTES) {
      header.limit(Frames.PREFIX_BYTES);
      move(bytes, header);
      if (header.hasRemaining()) {
        return null;
      }
    }
    int length = header.getInt(0);
    unit = header.get(4) == Frames.UNIT;
    if (!unit) {
      if (length < 1 || length > Frames.MAX_MESSAGE_BYTES) {
        throw new ProtocolException("a message of " + length + " bytes");
      }
      return ByteBuffer.allocate(length).put(header.get(4));
    }
    int payload = length - (Frames.UNIT_HEADER_BYTES - 4);
    if (payload < 0 || payload > Frames.MAX_UNIT_BYTES) {
      throw new ProtocolException("a unit of " + length + " bytes");
    }
    header.limit(Frames.UNIT_HEADER_BYTES);
    move(bytes, header);
    return header.hasRemaining()
        ? null
        : ByteBuffer.allocate(AccessUnit.HEADROOM + payload).position(AccessUnit.HEADROOM);
  }

  private void deliver(ByteBuffer buffer, Handler handler) throws IOException {
    header.position(Frames.PREFIX_BYTES);
    int handle = header.getInt();
    long sequence = header.getLong();
    Instant captured = Instant.EPOCH.plus(header.getLong(), ChronoUnit.MICROS);
    long ptsTicks = header.getLong();
    long dtsTicks = header.getLong();
    int track = header.get();
    boolean keyframe = (header.get() & Frames.KEYFRAME_FLAG) != 0;
    if (track < 1 || track > 16 || sequence < 0) {
      throw new ProtocolException("a unit that cannot be");
    }
    handler.unit(
        handle, new AccessUnit(sequence, track, captured, ptsTicks, dtsTicks, keyframe, buffer));
  }

  private static void move(ByteBuffer from, ByteBuffer to) {
    int count = Math.min(from.remaining(), to.remaining());
    to.put(to.position(), from, from.position(), count);
    to.position(to.position() + count);
    from.position(from.position() + count);
  }
}
