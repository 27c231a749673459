package io.vigilnvr.tck;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;

/** A small RTSP client over TCP, written from RFC 2326 and nothing else. */
final class RtspProbe implements Closeable {
  record Answer(int status, String head, String body) {
    String header(String name) {
      for (String line : head.split("\r\n", -1)) {
        if (line.regionMatches(true, 0, name + ":", 0, name.length() + 1)) {
          return line.substring(name.length() + 1).strip();
        }
      }
      return "";
    }
  }

  record Packet(int channel, ByteBuffer bytes) {
    int sequence() {
      return Short.toUnsignedInt(bytes.getShort(2));
    }

    boolean marker() {
      return bytes.get(1) < 0;
    }

    long timestamp() {
      return Integer.toUnsignedLong(bytes.getInt(4));
    }

    List<FrameMark> marks() {
      return FrameMark.in(bytes);
    }

    /** NAL unit types in it, an FU counted at its start. */
    List<Integer> nalTypes() {
      var types = new ArrayList<Integer>();
      int type = bytes.get(12) & 0x1f;
      if (type == 24) {
        for (int at = 13; at + 2 < bytes.limit(); at += 2 + bytes.getShort(at)) {
          types.add(bytes.get(at + 2) & 0x1f);
        }
      } else if (type == 28) {
        if (bytes.get(13) < 0) {
          types.add(bytes.get(13) & 0x1f);
        }
      } else {
        types.add(type);
      }
      return types;
    }
  }

  private final URI uri;
  private final Socket socket;
  private final DataInputStream in;
  private final Queue<Packet> packets = new ArrayDeque<>();
  private String authorization = "";
  private int sequence;

  RtspProbe(URI uri) throws IOException {
    this.uri = uri;
    this.socket = new Socket(uri.getHost(), uri.getPort());
    socket.setSoTimeout(5000);
    this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 65536));
  }

  static RtspProbe playing(URI uri) throws IOException {
    var probe = new RtspProbe(uri);
    probe.play();
    return probe;
  }

  Socket socket() {
    return socket;
  }

  void play() throws IOException {
    ask("SETUP", "/trackID=0", "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n");
    ask("PLAY", "", "");
  }

  Answer ask(String method, String suffix, String headers) throws IOException {
    String request =
        method
            + " "
            + uri
            + suffix
            + " RTSP/1.0\r\nCSeq: "
            + ++sequence
            + "\r\n"
            + authorization
            + headers
            + "\r\n";
    socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
    while (true) {
      in.mark(1);
      int first = in.read();
      if (first < 0) {
        throw new EOFException();
      }
      if (first == '$') {
        packets.add(packet());
        continue;
      }
      in.reset();
      return answer();
    }
  }

  /** Proves the login from now on, with the nonce and algorithm of a 401 answer. */
  void login(Answer challenge, String method, String suffix, String user, String password)
      throws Exception {
    String header = challenge.header("WWW-Authenticate");
    String nonce = header.replaceFirst(".*nonce=\"([^\"]*)\".*", "$1");
    String algorithm = header.replaceFirst(".*algorithm=([^,]*).*", "$1");
    String realm = header.replaceFirst(".*realm=\"([^\"]*)\".*", "$1");
    String login = hash(algorithm, user + ":" + realm + ":" + password);
    String request = hash(algorithm, method + ":" + uri + suffix);
    authorization =
        "Authorization: Digest username=\"%s\", realm=\"%s\", nonce=\"%s\", uri=\"%s\", algorithm=%s, response=\"%s\"\r\n"
            .formatted(
                user,
                realm,
                nonce,
                uri + suffix,
                algorithm,
                hash(algorithm, login + ":" + nonce + ":" + request));
  }

  void authorization(String header) {
    authorization = header;
  }

  Packet next() throws IOException {
    Packet queued = packets.poll();
    if (queued != null) {
      return queued;
    }
    int first = in.read();
    if (first < 0) {
      throw new EOFException();
    }
    if (first != '$') {
      throw new IOException("not a packet: " + first);
    }
    return packet();
  }

  Packet nextRtp() throws IOException {
    Packet packet = next();
    while (packet.channel() != 0) {
      packet = next();
    }
    return packet;
  }

  /** Reads until so many pictures have begun; their packets. */
  List<Packet> pictures(int count) throws IOException {
    var read = new ArrayList<Packet>();
    int marks = 0;
    while (marks < count) {
      Packet packet = nextRtp();
      read.add(packet);
      marks += packet.marks().size();
    }
    return read;
  }

  static List<FrameMark> marks(List<Packet> packets) {
    return packets.stream().flatMap(packet -> packet.marks().stream()).toList();
  }

  private Packet packet() throws IOException {
    int channel = in.readUnsignedByte();
    byte[] bytes = new byte[in.readUnsignedShort()];
    in.readFully(bytes);
    return new Packet(channel, ByteBuffer.wrap(bytes));
  }

  private Answer answer() throws IOException {
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) in.readUnsignedByte());
    }
    var answer = new Answer(Integer.parseInt(head.substring(9, 12)), head.toString(), "");
    String length = answer.header("Content-Length");
    byte[] body = new byte[length.isEmpty() ? 0 : Integer.parseInt(length)];
    in.readFully(body);
    return new Answer(answer.status, answer.head, new String(body, StandardCharsets.UTF_8));
  }

  private static String hash(String algorithm, String text) throws Exception {
    return HexFormat.of()
        .formatHex(
            MessageDigest.getInstance(algorithm).digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
