package io.vigilnvr.ingest.rtsp.internal;

import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * TLS over a wire. Who is at the other end is known if the fingerprint of its certificate is; else
 * it is encryption alone.
 */
final class TlsWire implements Wire {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  /** The certificate is another one than was asked for. */
  static final class Untrusted extends IOException {
    private static final long serialVersionUID = 1L;

    Untrusted() {
      super("another certificate");
    }
  }

  private final Wire below;
  private final SSLEngine engine;
  private final Peer peer;
  private ByteBuffer encrypted;
  private ByteBuffer outgoing;

  /** What is to be sent once the handshake is done. */
  private ByteBuffer early = NOTHING;

  /**
   * @param certificate SHA-256 of it in hexadecimal, colons or not; empty if anybody will do
   */
  TlsWire(Wire below, String host, int port, String certificate) throws IOException {
    this.below = below;
    peer = new Peer(certificate.replace(":", "").toLowerCase(Locale.ROOT));
    engine = context(peer).createSSLEngine(host, port);
    engine.setUseClientMode(true);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
    engine.setSSLParameters(parameters);
    encrypted = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    outgoing = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    engine.beginHandshake();
    shake();
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    try {
      return decrypt(into);
    } catch (SSLException e) {
      throw peer.refused ? new Untrusted() : e;
    }
  }

  private int decrypt(ByteBuffer into) throws IOException {
    int before = into.position();
    while (true) {
      int read = below.read(encrypted);
      encrypted.flip();
      unwrap(into);
      encrypted.compact();
      shake();
      if (into.position() > before) {
        return into.position() - before;
      }
      if (read < 0 || engine.isInboundDone()) {
        return -1;
      }
      if (read == 0) {
        return 0;
      }
    }
  }

  private void unwrap(ByteBuffer into) throws IOException {
    while (encrypted.hasRemaining() && !engine.isInboundDone()) {
      SSLEngineResult result = engine.unwrap(encrypted, into);
      if (result.getStatus() == Status.BUFFER_UNDERFLOW) {
        if (encrypted.remaining() == encrypted.capacity()) {
          throw new IOException("a record that is too long");
        }
        return;
      }
      if (result.getStatus() != Status.OK) {
        return; // no room now, or closed
      }
      advance(result.getHandshakeStatus());
    }
  }

  /** Does what the handshake waits for. */
  private void advance(HandshakeStatus status) throws IOException {
    switch (status) {
      case NEED_TASK -> {
        for (Runnable task = engine.getDelegatedTask(); task != null; ) {
          task.run();
          task = engine.getDelegatedTask();
        }
        shake();
      }
      case NEED_WRAP, FINISHED -> shake();
      default -> {}
    }
  }

  /** Sends what the handshake has to say, and what waited for its end. */
  private void shake() throws IOException {
    while (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
      if (wrap(NOTHING) != Status.OK) {
        return;
      }
    }
    if (early.hasRemaining() && isShaken()) {
      ByteBuffer bytes = early;
      early = NOTHING;
      write(bytes);
    }
  }

  private boolean isShaken() {
    return engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING
        || engine.getHandshakeStatus() == HandshakeStatus.FINISHED;
  }

  @Override
  public void write(ByteBuffer bytes) throws IOException {
    if (!isShaken()) {
      early = ByteBuffer.allocate(early.remaining() + bytes.remaining()).put(early).put(bytes);
      early.flip();
      return;
    }
    while (bytes.hasRemaining()) {
      if (wrap(bytes) != Status.OK) {
        throw new IOException("closed");
      }
    }
  }

  private Status wrap(ByteBuffer bytes) throws IOException {
    outgoing.clear();
    SSLEngineResult result = engine.wrap(bytes, outgoing);
    outgoing.flip();
    below.write(outgoing);
    return result.getStatus();
  }

  @Override
  public void flush() throws IOException {
    below.flush();
  }

  @Override
  public boolean isWaiting() {
    return below.isWaiting();
  }

  private static SSLContext context(Peer peer) throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {peer}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("no TLS", e);
    }
  }

  /**
   * A camera's certificate is its own; there is nobody who could have signed it. So it is the one
   * that the user named, or any.
   */
  private static final class Peer extends X509ExtendedTrustManager {
    private final String fingerprint;
    private boolean refused;

    Peer(String fingerprint) {
      this.fingerprint = fingerprint;
    }

    private void check(X509Certificate[] chain) throws CertificateException {
      if (fingerprint.isEmpty()) {
        return;
      }
      try {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(chain[0].getEncoded());
        refused = !HexFormat.of().formatHex(digest).equals(fingerprint);
      } catch (NoSuchAlgorithmException e) {
        throw new CertificateException(e);
      }
      if (refused) {
        throw new CertificateException("another certificate");
      }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      throw new CertificateException("not a server");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      throw new CertificateException("not a server");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      throw new CertificateException("not a server");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
