package io.vigilnvr.api.camera;

import java.net.URI;
import java.util.Optional;

/** Where ingest gets a stream's media. */
public sealed interface StreamSource {
  /** How RTP is carried. */
  enum Transport {
    /** TCP, interleaved in the RTSP connection (RFC 2326, 10.12). */
    TCP,
    /** UDP unicast. */
    UDP,
    /** UDP first, TCP if nothing arrives. */
    AUTO
  }

  /**
   * Ingest pulls from this address; the login travels apart from it and never leaves its host.
   *
   * @param uri {@code rtsp} or {@code rtsps}, without user info
   * @param basicAllowed whether the password may be sent as HTTP Basic without TLS
   * @param engine id of the ingest engine that is to receive it; empty for whichever is best
   * @param certificate SHA-256 of the server's certificate in hexadecimal, 64 digits; empty if it
   *     is not verified. An engine that cannot verify it must not be used.
   */
  record Rtsp(
      URI uri,
      Optional<Credentials> credentials,
      Transport transport,
      boolean basicAllowed,
      String engine,
      String certificate)
      implements StreamSource {
    public Rtsp {
      if (uri.getRawUserInfo() != null) {
        throw new IllegalArgumentException("the login must be apart from the address");
      }
    }

    /** With any engine, and any certificate. */
    public Rtsp(
        URI uri, Optional<Credentials> credentials, Transport transport, boolean basicAllowed) {
      this(uri, credentials, transport, basicAllowed, "", "");
    }
  }
}
