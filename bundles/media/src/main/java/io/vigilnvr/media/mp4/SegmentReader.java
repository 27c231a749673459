package io.vigilnvr.media.mp4;

import io.vigilnvr.api.media.StreamFormat;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds how much of a recorded file is whole, after a crash or to index it anew. It reads the
 * headers of boxes and never what is in an {@code mdat}: a few milliseconds for a file of a minute.
 *
 * <p>Whole means that boxes have the sizes they say. Bytes that were not synced before a power cut
 * may be anything in between (commonly zeros) although the file is long enough: {@link #isSound}
 * looks at payloads, for the few fragments that may be concerned.
 */
public final class SegmentReader {
  /** Larger than a moov with 16 tracks, and than a moof for many seconds of single samples. */
  private static final int MAX_HEADER_BYTES = 1 << 20;

  /** Holds several headers of small fragments, and is one page to the system. */
  private static final int WINDOW_BYTES = 4096;

  private static final long LOW = 0xffffffffL;
  private static final long WIDE_SIZE = 1;
  private static final int LENGTH_BYTES = 4;

  private SegmentReader() {}

  /**
   * What a file has.
   *
   * @param info from the info box; empty if there is none, or of another version
   * @param format from {@code moov} and info box; empty if they are not Vigil's
   * @param initBytes up to the first fragment; 0 if {@code ftyp} and {@code moov} are not whole,
   *     and then there are no parts
   * @param parts every whole fragment, in the order of the file
   * @param wholeBytes end of the last whole box: cut here, the file is valid
   * @param sealed whether a whole {@code mfra} ends it
   */
  public record Scan(
      Optional<SegmentInfo> info,
      Optional<StreamFormat> format,
      int initBytes,
      List<Part> parts,
      long wholeBytes,
      boolean sealed) {
    public Scan {
      parts = List.copyOf(parts);
    }
  }

  /**
   * One fragment of a file.
   *
   * @param offset of its {@code moof} in the file
   * @param headerBytes {@code moof} and the header of the {@code mdat}: the payload starts there
   * @param bytes {@code moof} and {@code mdat}
   * @param firstSequence number of its first access unit: 64 bits, put together from the info box
   *     and {@code mfhd}
   * @param dtsTicks decoding time of its first access unit
   * @param keyframe whether it starts with a keyframe of the primary track; without info box, of
   *     track 1
   */
  public record Part(
      long offset,
      int headerBytes,
      int bytes,
      int track,
      long firstSequence,
      long lastSequence,
      long dtsTicks,
      long durationTicks,
      boolean keyframe) {}

  /**
   * Walks a file from its start and stops before the first thing that is not whole, or is not
   * Vigil's. Never fails because of what is in the file, takes at most a step for each eight bytes
   * of it, and holds 1 MiB at most beside its result.
   *
   * @param file read at positions of its own; its position afterwards is undefined
   * @throws IOException only from the channel
   */
  public static Scan scan(SeekableByteChannel file) throws IOException {
    return new Walk(file).scan();
  }

  /**
   * Whether the payload of a part can be what was written: for H.264 and H.265, NAL units whose
   * lengths add up and that do not end in zeros; for other codecs, not only zeros. It reads a few
   * bytes of each NAL unit, not whole pictures.
   *
   * @throws IOException from the channel, and if the file ends before the part
   */
  public static boolean isSound(SeekableByteChannel file, StreamFormat format, Part part)
      throws IOException {
    if (part.track() < 1 || part.track() > format.tracks().size()) {
      return false;
    }
    Payload payload = new Payload(file, part);
    return format.track(part.track()).codec().isVideo() ? payload.areUnits() : payload.isAnything();
  }

  /** Reads headers through one window. */
  private static final class Walk {
    /** Boxes that may stand between fragments (ISO/IEC 14496-12, 8.1, 8.16; ISO/IEC 23009-1). */
    private static final Set<Integer> SKIPPED =
        Set.of(
            Boxes.type("free"),
            Boxes.type("skip"),
            Boxes.type("styp"),
            Boxes.type("sidx"),
            Boxes.type("prft"),
            Boxes.type("emsg"),
            Boxes.UUID);

    private final SeekableByteChannel file;
    private final long size;
    private final ByteBuffer window = ByteBuffer.allocate(WINDOW_BYTES);
    private final List<Part> parts = new ArrayList<>();
    private long windowAt;
    private Optional<InfoBox> info = Optional.empty();
    private long sequence;

    Walk(SeekableByteChannel file) throws IOException {
      this.file = file;
      this.size = file.size();
      window.limit(0);
    }

    Scan scan() throws IOException {
      int initBytes = init();
      if (initBytes == 0) {
        return new Scan(info.map(InfoBox::info), Optional.empty(), 0, List.of(), 0, false);
      }
      ByteBuffer init = ByteBuffer.allocate(initBytes);
      read(file, 0, init);
      Optional<StreamFormat> format = InitSegments.format(init.clear());
      sequence = info.map(box -> box.info().firstSequence()).orElse(0L);
      int primary = info.map(box -> box.info().primaryTrack()).orElse(1);
      boolean sealed = false;
      long at = initBytes;
      while (!sealed) {
        long bytes = boxBytes(at);
        if (bytes == 0) {
          break;
        }
        int type = type(at);
        if (type == Boxes.MFRA) {
          sealed = true;
        } else if (type == Boxes.MOOF) {
          Optional<Part> part = part(at, bytes, primary);
          if (part.isEmpty()) {
            break;
          }
          parts.add(part.get());
          sequence = part.get().lastSequence() + 1;
          bytes = part.get().bytes();
        } else if (!SKIPPED.contains(type)) {
          break;
        }
        at += bytes;
      }
      return new Scan(info.map(InfoBox::info), format, initBytes, parts, at, sealed);
    }

    /** Bytes from ftyp to moov, or 0. */
    private int init() throws IOException {
      long at = 0;
      while (at < MAX_HEADER_BYTES) {
        long bytes = boxBytes(at);
        if (bytes == 0 || at + bytes > MAX_HEADER_BYTES) {
          return 0;
        }
        int type = type(at);
        if (at == 0 != (type == Boxes.FTYP)) {
          return 0;
        }
        if (type == Boxes.UUID && info.isEmpty()) {
          info = InfoBox.parse(bytes(at, (int) bytes));
        }
        at += bytes;
        if (type == Boxes.MOOV) {
          return (int) at;
        }
        if (type == Boxes.MOOF || type == Boxes.MDAT) {
          return 0;
        }
      }
      return 0;
    }

    private Optional<Part> part(long at, long moofBytes, int primary) throws IOException {
      if (moofBytes > MAX_HEADER_BYTES) {
        return Optional.empty();
      }
      long mdatAt = at + moofBytes;
      long mdatBytes = boxBytes(mdatAt);
      if (mdatBytes == 0 || type(mdatAt) != Boxes.MDAT) {
        return Optional.empty();
      }
      Optional<Moof> parsed = Moof.parse(bytes(at, (int) moofBytes));
      long bytes = moofBytes + mdatBytes;
      if (parsed.isEmpty()
          || parsed.get().payloadBytes() != mdatBytes - Boxes.HEADER_BYTES
          || bytes > Integer.MAX_VALUE) {
        return Optional.empty();
      }
      Moof moof = parsed.get();
      long last = nearest(sequence + moof.samples() - 1, moof.number() & LOW);
      return Optional.of(
          new Part(
              at,
              (int) moofBytes + Boxes.HEADER_BYTES,
              (int) bytes,
              moof.track(),
              Math.max(0, last - moof.samples() + 1),
              last,
              moof.dtsTicks(),
              moof.durationTicks(),
              moof.track() == primary && moof.sync()));
    }

    /** The number with these low 32 bits that is nearest to what is expected, and not negative. */
    private static long nearest(long expected, long low) {
      long number = expected + (int) (low - expected);
      return number < 0 ? number + LOW + 1 : number;
    }

    /** Size of the box at an offset, or 0 if it is not whole or says none. */
    private long boxBytes(long at) throws IOException {
      if (size - at < Boxes.HEADER_BYTES) {
        return 0;
      }
      ByteBuffer header = bytes(at, Boxes.HEADER_BYTES);
      long bytes = header.getInt(0) & LOW;
      // 64-bit sizes are for boxes beyond 4 GiB; we write none, so this is not ours.
      return bytes == WIDE_SIZE || bytes < Boxes.HEADER_BYTES || bytes > size - at ? 0 : bytes;
    }

    private int type(long at) throws IOException {
      return bytes(at, Boxes.HEADER_BYTES).getInt(4);
    }

    /** Bytes of the file; valid until the next call. Zeros where it got shorter meanwhile. */
    private ByteBuffer bytes(long at, int count) throws IOException {
      if (count > WINDOW_BYTES) {
        ByteBuffer large = ByteBuffer.allocate(count);
        read(file, at, large);
        return large.position(0).limit(count);
      }
      if (at < windowAt || at + count > windowAt + window.limit()) {
        window.clear();
        windowAt = at;
        read(file, at, window);
        int filled = window.position();
        window.clear();
        if (filled < count) {
          window.put(filled, new byte[count - filled]);
        }
        window.limit(Math.max(filled, count));
      }
      return window.slice((int) (at - windowAt), count);
    }
  }

  private static void read(SeekableByteChannel file, long at, ByteBuffer target)
      throws IOException {
    file.position(at);
    while (target.hasRemaining() && file.read(target) >= 0) {
      // Channels may give less than is asked for.
    }
  }

  /** Looks into one payload. */
  private static final class Payload {
    /** Beyond any fragment of ours; bounds the reads that garbage can ask for. */
    private static final int MAX_UNITS = 1 << 16;

    /** No NAL unit ends in so many zeros (H.264 and H.265, 7.4.1), even a sloppily padded one. */
    private static final int TAIL_BYTES = 64;

    private final SeekableByteChannel file;
    private final Part part;
    private final ByteBuffer block = ByteBuffer.allocate(WINDOW_BYTES);

    Payload(SeekableByteChannel file, Part part) {
      this.file = file;
      this.part = part;
    }

    boolean areUnits() throws IOException {
      long at = part.offset() + part.headerBytes();
      long end = part.offset() + part.bytes();
      for (int unit = 0; unit < MAX_UNITS && end - at > LENGTH_BYTES; unit++) {
        long length = block(at, LENGTH_BYTES).getInt(0) & LOW;
        at += LENGTH_BYTES;
        if (length == 0 || length > end - at) {
          return false;
        }
        int tail = (int) Math.min(length, TAIL_BYTES);
        if (isZero(block(at + length - tail, tail))) {
          return false;
        }
        at += length;
      }
      return at == end;
    }

    boolean isAnything() throws IOException {
      long at = part.offset() + part.headerBytes();
      long end = part.offset() + part.bytes();
      while (at < end) {
        int bytes = (int) Math.min(WINDOW_BYTES, end - at);
        if (!isZero(block(at, bytes))) {
          return true;
        }
        at += bytes;
      }
      return false;
    }

    private ByteBuffer block(long at, int bytes) throws IOException {
      block.clear().limit(bytes);
      read(file, at, block);
      if (block.hasRemaining()) {
        throw new EOFException("file ends before " + (at + bytes));
      }
      return block.flip();
    }

    private static boolean isZero(ByteBuffer bytes) {
      for (int at = bytes.position(); at < bytes.limit(); at++) {
        if (bytes.get(at) != 0) {
          return false;
        }
      }
      return true;
    }
  }
}
