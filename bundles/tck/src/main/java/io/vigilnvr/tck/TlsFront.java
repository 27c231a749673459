package io.vigilnvr.tck;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/**
 * Takes TLS off connections and passes them on to the port of simulated cameras: these are then at
 * {@code rtsps} addresses, too. Its certificate is self-signed, as those of most cameras are.
 */
public final class TlsFront implements AutoCloseable {
  /** The key is public, like everything here. */
  private static final char[] PASSWORD = "simulated".toCharArray();

  private final SSLServerSocket listener;
  private final InetSocketAddress behind;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  private TlsFront(SSLServerSocket listener, InetSocketAddress behind) {
    this.listener = listener;
    this.behind = behind;
  }

  /** Starts on the loopback address. */
  public static TlsFront of(SimulatedCameras cameras) throws IOException {
    return of(cameras, 0);
  }

  /**
   * @param port 0 for one that is free
   */
  public static TlsFront of(SimulatedCameras cameras, int port) throws IOException {
    InetAddress host = InetAddress.getLoopbackAddress();
    var listener =
        (SSLServerSocket) context().getServerSocketFactory().createServerSocket(port, 50, host);
    var front = new TlsFront(listener, new InetSocketAddress(host, cameras.port()));
    start("accept", front::accept);
    return front;
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** Where a stream is, that is at this address without TLS. */
  public URI uri(URI plain) {
    return URI.create(
        "rtsps://" + plain.getHost() + ":" + port() + Objects.requireNonNull(plain.getRawPath()));
  }

  /** Ends all connections. Any number of times. */
  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : open) {
      socket.close();
    }
  }

  private void accept() {
    try {
      while (true) {
        var client = (SSLSocket) listener.accept();
        start("connection", () -> connect(client));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void connect(SSLSocket client) {
    open.add(client);
    try (client;
        var camera = new Socket(behind.getAddress(), behind.getPort())) {
      open.add(camera);
      camera.setTcpNoDelay(true);
      client.startHandshake();
      start("answers", () -> copy(camera, client));
      client.getInputStream().transferTo(camera.getOutputStream());
      open.remove(camera);
    } catch (IOException e) {
      // One of them has gone; so does the other.
    } finally {
      open.remove(client);
    }
  }

  private static void copy(Socket from, Socket to) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      in.transferTo(out);
    } catch (IOException e) {
      // One of them has gone; so does the other.
    }
  }

  private static void start(String what, Runnable action) {
    var thread = new Thread(action, "simulated-tls-" + what);
    thread.setDaemon(true);
    thread.start();
  }

  private static SSLContext context() throws IOException {
    try (InputStream stored = TlsFront.class.getResourceAsStream("tls.p12")) {
      var keys = KeyStore.getInstance("PKCS12");
      keys.load(Objects.requireNonNull(stored), PASSWORD);
      var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(keys, PASSWORD);
      var context = SSLContext.getInstance("TLS");
      context.init(factory.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("no TLS here", e);
    }
  }
}
