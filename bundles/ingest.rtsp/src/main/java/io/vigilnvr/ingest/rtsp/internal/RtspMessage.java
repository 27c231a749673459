package io.vigilnvr.ingest.rtsp.internal;

/** What a camera says in words (RFC 2326, 6 and 7). */
sealed interface RtspMessage {
  Headers headers();

  /** An answer to a request of ours. */
  record Response(int status, Headers headers, String body) implements RtspMessage {
    boolean isSuccess() {
      return status / 100 == 2;
    }
  }

  /** A camera may ask, too; most never do. */
  record Request(String method, Headers headers) implements RtspMessage {}
}
