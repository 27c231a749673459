package io.vigilnvr.finder.onvif.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * One question by HTTP to a device that need not mean well. The JDK's client would do, but for its
 * threads, which are nobody's, and its time limit, which ends with the headers. This one has none
 * of the one, and one limit for all of it; it connects to the address that it is given, sends no
 * login, follows nothing, and can be interrupted. It says HTTP/1.0, so that nobody answers in
 * chunks.
 */
final class HttpQuestion {
  static final int MAX_ANSWER_BYTES = 256 * 1024;

  private static final int MAX_HEAD_BYTES = 16 * 1024;
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([0-9]{3})(?: .*)?");

  private HttpQuestion() {}

  /**
   * @param to what is asked for; where it is, is {@code address}
   * @param deadlineNanos by {@link System#nanoTime}
   * @return the body of an answer with status 200
   * @throws IOException if there is no such answer in time; nothing is left open
   */
  static byte[] post(
      InetAddress address, URI to, String contentType, byte[] body, long deadlineNanos)
      throws IOException, InterruptedException {
    String head =
        "POST "
            + to.getRawPath()
            + " HTTP/1.0\r\nHost: "
            + to.getRawAuthority()
            + "\r\nContent-Type: "
            + contentType
            + "\r\nContent-Length: "
            + body.length
            + "\r\nConnection: close\r\n\r\n";
    ByteBuffer request =
        ByteBuffer.allocate(head.length() + body.length)
            .put(head.getBytes(StandardCharsets.US_ASCII))
            .put(body)
            .flip();
    int port = to.getPort() < 0 ? 80 : to.getPort();
    try (var selector = Selector.open();
        var channel = SocketChannel.open()) {
      channel.configureBlocking(false);
      SelectionKey key = channel.register(selector, 0);
      if (!channel.connect(new InetSocketAddress(address, port))) {
        await(key, SelectionKey.OP_CONNECT, deadlineNanos);
        channel.finishConnect();
      }
      while (request.hasRemaining()) {
        if (channel.write(request) == 0) {
          await(key, SelectionKey.OP_WRITE, deadlineNanos);
        }
      }
      var answer = new Answer();
      ByteBuffer in = ByteBuffer.allocate(8192);
      while (!answer.isWhole()) {
        await(key, SelectionKey.OP_READ, deadlineNanos);
        int read = channel.read(in.clear());
        if (read < 0) {
          answer.end();
        } else {
          answer.add(in.array(), read);
        }
      }
      return answer.body();
    }
  }

  private static void await(SelectionKey key, int operation, long deadlineNanos)
      throws IOException, InterruptedException {
    key.interestOps(operation);
    do {
      long left = deadlineNanos - System.nanoTime();
      if (left <= 0) {
        throw new SocketTimeoutException("it did not answer in time");
      }
      key.selector().selectedKeys().clear();
      key.selector().select(1 + left / 1_000_000);
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    } while (key.selector().selectedKeys().isEmpty());
  }

  /** What has come so far. */
  static final class Answer {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** The last four bytes, to see the end of the headers; -1 once they have ended. */
    private int tail;

    private int headLength = -1;
    private int bodyLength = -1;
    private boolean ended;

    boolean isWhole() {
      return ended || (bodyLength >= 0 && bytes.size() - headLength >= bodyLength);
    }

    void add(byte[] from, int length) throws ProtocolException {
      for (int i = 0; i < length; i++) {
        bytes.write(from[i]);
        if (headLength < 0) {
          tail = tail << 8 | (from[i] & 0xff);
          if (tail == 0x0d0a0d0a) {
            headLength = bytes.size();
            readHead();
          } else if (bytes.size() >= MAX_HEAD_BYTES) {
            throw new ProtocolException("its headers are too long");
          }
        }
      }
      if (bytes.size() > MAX_ANSWER_BYTES) {
        throw new ProtocolException("its answer is longer than " + MAX_ANSWER_BYTES + " bytes");
      }
    }

    private void readHead() throws ProtocolException {
      String[] lines = bytes.toString(StandardCharsets.ISO_8859_1).split("\r\n", -1);
      var status = STATUS.matcher(lines[0]);
      if (!status.matches()) {
        throw new ProtocolException("it does not speak HTTP");
      }
      if (!status.group(1).equals("200")) {
        throw new ProtocolException("it answers " + status.group(1));
      }
      for (String line : lines) {
        String header = line.toLowerCase(Locale.ROOT);
        if (header.startsWith("content-length:")) {
          String length = header.substring("content-length:".length()).strip();
          if (!length.matches("[0-9]{1,6}") || bodyLength >= 0) {
            throw new ProtocolException("its answer has no length that can be");
          }
          bodyLength = Integer.parseInt(length);
        } else if (header.startsWith("transfer-encoding:")) {
          throw new ProtocolException("it answers in chunks, which HTTP/1.0 does not know");
        }
      }
    }

    void end() throws ProtocolException {
      if (headLength < 0 || (bodyLength >= 0 && bytes.size() - headLength < bodyLength)) {
        throw new ProtocolException("it hung up");
      }
      ended = true;
    }

    byte[] body() {
      byte[] all = bytes.toByteArray();
      return Arrays.copyOfRange(
          all, headLength, bodyLength < 0 ? all.length : headLength + bodyLength);
    }
  }
}
