package io.vigilnvr.rest.internal;

import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.media.StreamFormat;
import io.vigilnvr.api.record.Recordings;
import io.vigilnvr.api.record.Segment;
import io.vigilnvr.media.mp4.InitSegments;
import io.vigilnvr.media.mp4.Retime;
import io.vigilnvr.media.mp4.SegmentReader;
import io.vigilnvr.media.mp4.SegmentReader.Part;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One MP4 of a time of a stream: the recorded fragments as they are, with times that start at zero
 * and go on without a hole. What was not recorded is cut out. Nothing is decoded, and no more than
 * a piece is in memory.
 */
final class Export {
  private static final Logger log = LoggerFactory.getLogger(Export.class);
  private static final int MOST_INIT_BYTES = 1024 * 1024;
  private static final int PIECE_BYTES = 256 * 1024;

  private final Recordings recordings;
  private final List<Cut> cuts;
  private final ByteBuffer init;
  private final StreamFormat format;

  private Export(Recordings recordings, List<Cut> cuts, ByteBuffer init, StreamFormat format) {
    this.recordings = recordings;
    this.cuts = cuts;
    this.init = init;
    this.format = format;
  }

  /**
   * Finds what belongs to it.
   *
   * @throws ProblemException with 404 if there is nothing, 422 if the stream's format changes in it
   */
  static Export of(Recordings recordings, StreamId stream, Instant from, Instant to)
      throws IOException {
    var cuts = new ArrayList<Cut>();
    ByteBuffer init = null;
    Segment before = null;
    var walk = new SegmentWalk(recordings, stream, from, to);
    while (walk.hasNext()) {
      Segment segment = walk.next();
      Cut cut = Cut.of(segment, from, to).orElse(null);
      if (cut == null) {
        continue;
      }
      if (before == null || before.run() != segment.run()) {
        ByteBuffer its = init(recordings, segment);
        if (its == null) {
          continue;
        }
        if (init != null && !init.equals(its)) {
          throw ProblemException.invalid(
              "/to",
              "the camera's format changed at "
                  + Json.text(segment.startedAt())
                  + "; export up to then, and from then on");
        }
        init = its;
      }
      cuts.add(cut);
      before = segment;
    }
    if (init == null) {
      throw new ProblemException(404, "Nothing is recorded in that time.");
    }
    StreamFormat format =
        InitSegments.format(init)
            .orElseThrow(
                () -> ProblemException.invalid("/from", "what was recorded then cannot be read"));
    return new Export(recordings, cuts, init, format);
  }

  /** Null if the file is gone meanwhile. */
  private static @Nullable ByteBuffer init(Recordings recordings, Segment segment)
      throws IOException {
    if (segment.initBytes() > MOST_INIT_BYTES) {
      throw new IOException("the init segment of " + segment.id() + " is too long");
    }
    try (SeekableByteChannel channel = recordings.read(segment)) {
      var bytes = ByteBuffer.allocate(segment.initBytes());
      readFully(channel, 0, bytes);
      return InitSegments.strip(bytes.flip());
    } catch (NoSuchFileException e) {
      log.info("{} was removed before it could be exported", segment.id());
      return null;
    }
  }

  Instant startedAt() {
    return cuts.get(0).startedAt();
  }

  /** About what will be written; a little less comes out. */
  long bytes() {
    return init.remaining() + cuts.stream().mapToLong(Cut::bytes).sum();
  }

  /**
   * Writes it all.
   *
   * @param progress told how many bytes are written, now and then
   */
  void write(OutputStream out, LongConsumer progress) throws IOException {
    var piece = new byte[PIECE_BYTES];
    var head = new byte[init.remaining()];
    init.duplicate().get(head);
    out.write(head);
    long written = head.length;
    var retime = new Retime(format);
    // Where something is missing, time must not: Retime joins what it is told are other runs.
    long stretch = 0;
    Segment before = null;
    for (Cut cut : cuts) {
      if (before == null || !SegmentWalk.adjoin(before, cut.segment())) {
        stretch++;
      }
      try (SeekableByteChannel channel = recordings.read(cut.segment())) {
        List<Part> parts =
            SegmentReader.scan(channel).parts().stream()
                .filter(
                    part ->
                        part.offset() >= cut.offset()
                            && part.offset() + part.bytes() <= cut.endOffset())
                .toList();
        int next = 0;
        while (next < parts.size()) {
          int end = endOfPiece(parts, next, PIECE_BYTES);
          long offset = parts.get(next).offset();
          Part last = parts.get(end - 1);
          int bytes = Math.toIntExact(last.offset() + last.bytes() - offset);
          if (piece.length < bytes) {
            piece = new byte[bytes];
          }
          readFully(channel, offset, ByteBuffer.wrap(piece, 0, bytes));
          written += write(out, retime, stretch, parts.subList(next, end), piece, offset);
          next = end;
          progress.accept(written);
        }
        before = cut.segment();
      } catch (NoSuchFileException e) {
        log.info("{} was removed while it was exported", cut.segment().id());
        before = null;
      }
    }
  }

  /** As many whole fragments as fit, side by side in the file; at least one. */
  private static int endOfPiece(List<Part> parts, int start, int most) {
    long offset = parts.get(start).offset();
    int end = start + 1;
    while (end < parts.size()
        && parts.get(end).offset() == parts.get(end - 1).offset() + parts.get(end - 1).bytes()
        && parts.get(end).offset() + parts.get(end).bytes() - offset <= most) {
      end++;
    }
    return end;
  }

  /** Writes those fragments of a piece that belong to the export, as few writes as can be. */
  private static long write(
      OutputStream out, Retime retime, long stretch, List<Part> parts, byte[] piece, long offset)
      throws IOException {
    long written = 0;
    int start = 0;
    int end = 0;
    for (Part part : parts) {
      int at = Math.toIntExact(part.offset() - offset);
      var header = ByteBuffer.wrap(piece, at, part.headerBytes()).slice();
      if (!retime.next(stretch, part, header)) {
        out.write(piece, start, end - start);
        written += end - start;
        start = at + part.bytes();
      }
      end = at + part.bytes();
    }
    out.write(piece, start, end - start);
    return written + end - start;
  }

  private static void readFully(SeekableByteChannel channel, long position, ByteBuffer into)
      throws IOException {
    channel.position(position);
    while (into.hasRemaining()) {
      if (channel.read(into) < 0) {
        throw new EOFException("the file ended early");
      }
    }
  }
}
