package io.vigilnvr.ingest.rtsp.internal;

import io.vigilnvr.ingest.rtsp.internal.RtspMessage.Request;
import io.vigilnvr.ingest.rtsp.internal.RtspMessage.Response;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Reads messages from a connection, piece by piece as they arrive. What it keeps is what was sent:
 * a length that is announced allocates nothing.
 */
final class MessageReader {
  static final int MAX_HEADER_BYTES = 64 * 1024;
  static final int MAX_BODY_BYTES = 256 * 1024;
  private static final int MAX_FIELDS = 256;

  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private String startLine = "";
  private String lastName = "";
  private Headers headers = new Headers();
  private int headerBytes;
  private int lines;
  private int bodyBytes;
  private boolean inBody;

  /** Whether a message has begun and is not whole yet. */
  boolean isInside() {
    return inBody || !startLine.isEmpty() || line.size() > 0;
  }

  /** Takes what belongs to a message; a whole one, or empty if more is needed. */
  Optional<RtspMessage> read(ByteBuffer in) throws Fault {
    while (in.hasRemaining() && !inBody) {
      byte next = in.get();
      if (++headerBytes > MAX_HEADER_BYTES) {
        throw Fault.protocol("the camera sends more header than anybody needs");
      }
      // A line may end with LF alone: RFC 2326, 4 asks receivers to take it.
      if (next == '\n') {
        line();
        if (startLine.isEmpty()) {
          return Optional.empty(); // what follows an empty line need not be a message
        }
      } else if (next != '\r') {
        line.write(next);
      }
    }
    if (!inBody) {
      return Optional.empty();
    }
    int wanted = Math.min(bodyBytes - body.size(), in.remaining());
    byte[] part = new byte[wanted];
    in.get(part);
    body.writeBytes(part);
    return body.size() < bodyBytes ? Optional.empty() : Optional.of(finish());
  }

  private void line() throws Fault {
    if (++lines > MAX_FIELDS) {
      throw Fault.protocol("the camera sends more header than anybody needs");
    }
    String text = line.toString(StandardCharsets.UTF_8);
    line.reset();
    if (startLine.isEmpty()) {
      // Empty lines before a message are to be passed over: RFC 7826, 4.
      startLine = text;
    } else if (text.isEmpty()) {
      bodyBytes = contentLength();
      inBody = true;
    } else if (text.charAt(0) == ' ' || text.charAt(0) == '\t') {
      headers.add(lastName, text.strip()); // a folded line: RFC 2068, 4.2
    } else {
      int colon = text.indexOf(':');
      if (colon > 0) {
        lastName = text.substring(0, colon).strip();
        headers.add(lastName, text.substring(colon + 1).strip());
      }
      // A line without a colon means nothing; it is passed over rather than losing the camera.
    }
  }

  private int contentLength() throws Fault {
    String text = headers.first("Content-Length").orElse("0");
    try {
      int length = Integer.parseInt(text);
      if (length >= 0 && length <= MAX_BODY_BYTES) {
        return length;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw Fault.protocol("the camera announces a body of nonsensical length");
  }

  private RtspMessage finish() throws Fault {
    String start = startLine;
    Headers fields = headers;
    String content = body.toString(StandardCharsets.UTF_8);
    startLine = "";
    lastName = "";
    headers = new Headers();
    headerBytes = 0;
    lines = 0;
    body.reset();
    inBody = false;
    if (!start.startsWith("RTSP/")) {
      int space = start.indexOf(' ');
      return new Request(space < 0 ? start : start.substring(0, space), fields);
    }
    int space = start.indexOf(' ');
    if (space > 0 && start.length() >= space + 4) {
      try {
        return new Response(
            Integer.parseInt(start.substring(space + 1, space + 4)), fields, content);
      } catch (NumberFormatException e) {
        // Said below.
      }
    }
    throw Fault.protocol("the camera does not answer as RTSP says");
  }
}
