package io.vigilnvr.rest.internal;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.util.Optional;
import javax.ws.rs.core.HttpHeaders;
import javax.ws.rs.core.Response;
import javax.ws.rs.core.StreamingOutput;
import org.jspecify.annotations.Nullable;

/** Answers with a file, or the part of it that is asked for, piece by piece. */
final class FileBody {
  private static final int PIECE_BYTES = 128 * 1024;

  private FileBody() {}

  /** Opens what is sent; called once, when it is known that it is wanted. */
  @FunctionalInterface
  interface Source {
    SeekableByteChannel open() throws IOException;
  }

  /**
   * What a client asked for.
   *
   * @param headOnly whether it wants no body
   */
  record Wish(boolean headOnly, @Nullable String range, @Nullable String ifRange) {}

  /**
   * @param bytes length of the file, or of its part that is done
   * @param etag strong, with quotes
   */
  static Response answer(Wish wish, String mediaType, long bytes, String etag, Source source)
      throws IOException {
    Optional<ByteRange> part = Optional.empty();
    String range = wish.range();
    String ifRange = wish.ifRange();
    if (range != null && (ifRange == null || ifRange.trim().equals(etag))) {
      try {
        part = ByteRange.of(range, bytes);
      } catch (ByteRange.UnsatisfiableException e) {
        throw new ProblemException(416, "The file has " + bytes + " bytes.")
            .header("Content-Range", "bytes */" + bytes);
      }
    }
    ByteRange sent = part.orElse(new ByteRange(0, bytes));
    var builder =
        Response.status(part.isPresent() ? 206 : 200)
            .type(mediaType)
            .header("Accept-Ranges", "bytes")
            .header(HttpHeaders.ETAG, etag)
            .header(HttpHeaders.CONTENT_LENGTH, sent.count());
    if (part.isPresent()) {
      builder.header(
          "Content-Range",
          "bytes " + sent.first() + "-" + (sent.first() + sent.count() - 1) + "/" + bytes);
    }
    if (wish.headOnly()) {
      return builder.build();
    }
    // Opened now, so that a file that is gone is a 404 and not half an answer.
    SeekableByteChannel channel = source.open();
    return builder
        .entity(
            new Streamed(
                out -> {
                  try (channel) {
                    copy(channel, sent.first(), sent.count(), out);
                  }
                }))
        .build();
  }

  /**
   * Answers with what is made while it is sent. In chunks even if the client wants the connection
   * closed after it: only so does it see that an answer that broke off is not whole.
   */
  static Response.ResponseBuilder streamed(StreamingOutput body, String mediaType) {
    return Response.ok(new Streamed(body), mediaType).header("Transfer-Encoding", "chunked");
  }

  /** Copies a part of a file. */
  static void copy(SeekableByteChannel in, long first, long count, OutputStream out)
      throws IOException {
    in.position(first);
    var piece = new byte[(int) Math.min(PIECE_BYTES, count)];
    var buffer = ByteBuffer.wrap(piece);
    long left = count;
    while (left > 0) {
      buffer.clear().limit((int) Math.min(piece.length, left));
      int got = in.read(buffer);
      if (got < 0) {
        throw new EOFException("the file ended " + left + " bytes early");
      }
      out.write(piece, 0, got);
      left -= got;
    }
  }
}
