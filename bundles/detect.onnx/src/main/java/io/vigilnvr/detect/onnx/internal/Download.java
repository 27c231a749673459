package io.vigilnvr.detect.onnx.internal;

import io.vigilnvr.api.plugin.InvalidSettingsException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Fetches a file that a user named, from a place that a user may name: not from this machine, nor
 * from the network it is in, to which Vigil has more access than the user may have.
 */
final class Download {
  private static final int TIMEOUT_MILLIS = 10_000;
  private static final int MOST_REDIRECTS = 3;
  private static final long MOST_NANOS = 300_000_000_000L;

  private final boolean anywhere;

  /**
   * @param anywhere also by http, and from the local network
   */
  Download(boolean anywhere) {
    this.anywhere = anywhere;
  }

  /**
   * @throws InvalidSettingsException if it may not be fetched from there
   * @throws IOException if it cannot be; the message is for users
   */
  byte[] fetch(URI url, int mostBytes)
      throws InvalidSettingsException, IOException, InterruptedException {
    URI next = url;
    for (int redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
      check(next);
      HttpURLConnection connection = (HttpURLConnection) next.toURL().openConnection();
      try {
        connection.setInstanceFollowRedirects(false);
        connection.setConnectTimeout(TIMEOUT_MILLIS);
        connection.setReadTimeout(TIMEOUT_MILLIS);
        connection.setUseCaches(false);
        int status = status(connection, next);
        String location = connection.getHeaderField("Location");
        if (status == 200) {
          return read(connection, mostBytes, next);
        }
        if (status < 300 || status > 308 || location == null) {
          throw new IOException(next.getHost() + " answers " + status + " for it");
        }
        next = resolved(next, location);
      } finally {
        connection.disconnect();
      }
    }
    throw new IOException(url.getHost() + " sends from one address to the next");
  }

  private static int status(HttpURLConnection connection, URI from) throws IOException {
    try {
      return connection.getResponseCode();
    } catch (IOException e) {
      throw new IOException(from.getHost() + " cannot be reached: " + e.getMessage(), e);
    }
  }

  private static URI resolved(URI from, @Nullable String location) throws IOException {
    try {
      return from.resolve(String.valueOf(location));
    } catch (IllegalArgumentException e) {
      throw new IOException(from.getHost() + " sends to an address that is none", e);
    }
  }

  private static byte[] read(HttpURLConnection connection, int mostBytes, URI from)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    var out = new ByteArrayOutputStream();
    var buffer = new byte[64 * 1024];
    try (InputStream in = connection.getInputStream()) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        out.write(buffer, 0, count);
        if (out.size() > mostBytes) {
          throw new IOException("it is larger than " + (mostBytes >> 20) + " MiB");
        }
        if (System.nanoTime() - start > MOST_NANOS) {
          throw new IOException(from.getHost() + " is too slow");
        }
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
      }
    }
    return out.toByteArray();
  }

  private void check(URI url) throws InvalidSettingsException, IOException {
    String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
    boolean fits = scheme.equals("https") || (anywhere && scheme.equals("http"));
    if (!fits || url.getHost() == null || url.getUserInfo() != null) {
      throw new InvalidSettingsException("/url", "must be https://… without a password");
    }
    try {
      for (InetAddress address : InetAddress.getAllByName(url.getHost())) {
        if (!anywhere && isLocal(address)) {
          throw new InvalidSettingsException(
              "/url", "leads to " + url.getHost() + ", which is in the local network");
        }
      }
    } catch (UnknownHostException e) {
      throw new IOException("there is no host " + url.getHost(), e);
    }
  }

  static boolean isLocal(InetAddress address) {
    byte[] bytes = address.getAddress();
    int first = bytes[0] & 0xff;
    int second = bytes[1] & 0xff;
    boolean shared = bytes.length == 4 && first == 100 && second >= 64 && second < 128;
    boolean unique = address instanceof Inet6Address && (first & 0xfe) == 0xfc;
    return address.isAnyLocalAddress()
        || address.isLoopbackAddress()
        || address.isLinkLocalAddress()
        || address.isSiteLocalAddress()
        || address.isMulticastAddress()
        || (bytes.length == 4 && (first == 0 || first >= 240))
        || shared
        || unique;
  }
}
