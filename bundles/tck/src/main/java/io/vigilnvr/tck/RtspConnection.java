package io.vigilnvr.tck;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One client: its RTSP requests (RFC 2326), its session, and what waits to be sent to it. Confined
 * to the loop's thread.
 */
final class RtspConnection {
  /** A client that does not read gets no more once so much waits for it. */
  private static final int MOST_WAITING = 8 << 20;

  private static final int MOST_REQUEST = 64 << 10;
  private static final long REPORT_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final String METHODS =
      "OPTIONS, DESCRIBE, SETUP, PLAY, PAUSE, GET_PARAMETER, SET_PARAMETER, TEARDOWN";

  final Random random;

  private final SimulatedCameras cameras;
  private final SocketChannel channel;
  private final SelectionKey key;
  private final String peer;
  private final Instant since = Instant.now();
  private final boolean ownPort;
  private final String nonce;

  private @Nullable SimulatedCamera camera;
  private @Nullable SimulatedStream stream;
  private final @Nullable RtpTrack[] tracks = new RtpTrack[3];
  private final String session;
  private boolean playing;
  private boolean startsWithKeyframe;
  private boolean closing;
  private boolean closed;
  private int nonceGeneration;
  private long reportNanos = Long.MAX_VALUE;
  private long heardNanos = System.nanoTime();

  private ByteBuffer in = ByteBuffer.allocate(8 << 10);
  private ByteBuffer out = ByteBuffer.allocateDirect(64 << 10);

  private long firstFrame = -1;
  private long lastFrame = -1;
  private long frames;
  private long dropped;
  private long requests;

  /**
   * @param camera whose own port was called; null if it is everybody's port
   */
  RtspConnection(
      SimulatedCameras cameras,
      SocketChannel channel,
      SelectionKey key,
      @Nullable SimulatedCamera camera)
      throws IOException {
    this.cameras = cameras;
    this.channel = channel;
    this.key = key;
    this.camera = camera;
    this.ownPort = camera != null;
    this.random = new Random(cameras.nextSeed());
    this.peer = String.valueOf(channel.getRemoteAddress()).replaceFirst("^/", "");
    this.session = HexFormat.of().toHexDigits(random.nextInt());
    this.nonce = HexFormat.of().toHexDigits(random.nextLong());
  }

  SimulatedCamera camera() {
    if (camera == null) {
      throw new IllegalStateException("no camera was asked for yet");
    }
    return camera;
  }

  boolean calls(SimulatedCamera other) {
    return camera == other;
  }

  boolean isClosed() {
    return closed;
  }

  InetAddress localAddress() throws IOException {
    return ((InetSocketAddress) channel.getLocalAddress()).getAddress();
  }

  SimulatedCamera.Session describe() {
    long packets = 0;
    long octets = 0;
    boolean udp = false;
    for (RtpTrack track : tracks) {
      if (track != null) {
        packets += track.packets();
        octets += track.octets();
        udp |= track.isUdp();
      }
    }
    return new SimulatedCamera.Session(
        peer,
        udp ? "udp" : "tcp",
        since,
        playing && !closed,
        firstFrame,
        lastFrame,
        frames,
        dropped,
        packets,
        octets,
        requests);
  }

  // Reading

  void read() throws IOException {
    int count = channel.read(in);
    if (count < 0) {
      cut();
      return;
    }
    heardNanos = System.nanoTime();
    in.flip();
    while (!closed && request()) {}
    if (closed) {
      return;
    }
    in.compact();
    if (!in.hasRemaining()) {
      if (in.capacity() >= MOST_REQUEST) {
        cut();
      } else {
        in = ByteBuffer.allocate(2 * in.capacity()).put(in.flip());
      }
    }
  }

  /** Takes one request, or an interleaved packet, off the buffer, if it is there whole. */
  private boolean request() throws IOException {
    if (!in.hasRemaining()) {
      return false;
    }
    if (in.get(in.position()) == '$') {
      if (in.remaining() < 4) {
        return false;
      }
      int length = 4 + Short.toUnsignedInt(in.getShort(in.position() + 2));
      if (in.remaining() < length) {
        return false;
      }
      in.position(in.position() + length);
      return true;
    }
    String text =
        new String(in.array(), in.position(), in.remaining(), StandardCharsets.ISO_8859_1);
    int end = text.indexOf("\r\n\r\n");
    if (end < 0) {
      return false;
    }
    String[] lines = text.substring(0, end).strip().split("\r\n", -1);
    var headers = new HashMap<String, String>();
    for (int i = 1; i < lines.length; i++) {
      int colon = lines[i].indexOf(':');
      if (colon > 0) {
        headers.put(
            lines[i].substring(0, colon).strip().toLowerCase(Locale.ROOT),
            lines[i].substring(colon + 1).strip());
      }
    }
    int body;
    try {
      body = Integer.parseInt(headers.getOrDefault("content-length", "0"));
    } catch (NumberFormatException e) {
      body = 0;
    }
    if (text.length() < end + 4 + body) {
      return false;
    }
    in.position(in.position() + end + 4 + body);
    String[] words = lines[0].split(" ", -1);
    requests++;
    if (words.length == 3 && words[2].startsWith("RTSP/")) {
      answer(words[0], words[1], headers);
    } else {
      respond(headers, 400, "Bad Request", "");
    }
    return true;
  }

  // Answering

  private void answer(String method, String uri, Map<String, String> headers) throws IOException {
    String path = path(uri);
    if (stream == null) {
      find(path);
    }
    SimulatedCamera asked = camera;
    if (asked != null && asked.isDeaf()) {
      return;
    }
    if (asked != null && asked.refusing && !ownPort) {
      cut();
      return;
    }
    if (method.equals("OPTIONS")) {
      respond(headers, 200, "OK", "Public: " + METHODS + "\r\n");
      return;
    }
    if (asked == null || stream == null) {
      respond(headers, 404, "Not Found", "");
      return;
    }
    if (asked.redirectTo.isPresent() && method.equals("DESCRIBE")) {
      respond(headers, 302, "Found", "Location: " + asked.redirectTo.get() + "\r\n");
      return;
    }
    if (!authorized(asked, method, headers)) {
      return;
    }
    if (headers.containsKey("session")
        && !headers.getOrDefault("session", "").split(";", -1)[0].strip().equals(session)) {
      respond(headers, 454, "Session Not Found", "");
      return;
    }
    switch (method) {
      case "DESCRIBE" -> describe(stream, uri, headers);
      case "SETUP" -> setUp(stream, uri, headers);
      case "PLAY" -> play(stream, uri, headers);
      case "PAUSE" -> {
        stop();
        respond(headers, 200, "OK", sessionHeader());
      }
      case "GET_PARAMETER", "SET_PARAMETER" -> respond(headers, 200, "OK", sessionHeader());
      case "TEARDOWN" -> {
        stop();
        respond(headers, 200, "OK", sessionHeader());
        closing = true;
      }
      default -> respond(headers, 501, "Not Implemented", "");
    }
  }

  private static String path(String uri) {
    String path = uri.replaceFirst("(?i)^rtsps?://[^/]*", "").replaceFirst("\\?.*$", "");
    return path.replaceFirst("/trackID=\\d+/?$", "").replaceFirst("^/+", "").replaceFirst("/$", "");
  }

  /**
   * Paths are {@code camera/stream} or {@code camera}, on a camera's own port also {@code stream}.
   */
  private void find(String path) {
    String[] parts = path.split("/", -1);
    if (ownPort) {
      String name = parts[parts.length - 1];
      stream =
          path.isEmpty() || path.equals(camera().name())
              ? camera().first()
              : camera().stream(name).orElse(null);
      return;
    }
    Optional<SimulatedCamera> named = cameras.find(parts[0]);
    if (named.isPresent()) {
      camera = named.get();
      stream = parts.length == 1 ? camera.first() : camera.stream(parts[1]).orElse(null);
    }
  }

  private boolean authorized(SimulatedCamera asked, String method, Map<String, String> headers) {
    if (asked.user.isEmpty()) {
      return true;
    }
    String current = nonce + HexFormat.of().toHexDigits((byte) asked.nonceGeneration);
    String given = headers.getOrDefault("authorization", "");
    if (asked.authentication.accepts(given, method, current, asked.user, asked.password)) {
      nonceGeneration = asked.nonceGeneration;
      return true;
    }
    String former = nonce + HexFormat.of().toHexDigits((byte) nonceGeneration);
    boolean stale = nonceGeneration != asked.nonceGeneration && Authentication.names(given, former);
    if (!given.isEmpty() && !stale) {
      asked.refusedLogins++;
    }
    respond(headers, 401, "Unauthorized", asked.authentication.challenge(current, stale));
    return false;
  }

  private void describe(SimulatedStream asked, String uri, Map<String, String> headers) {
    String sdp = asked.sdp();
    String base = uri.replaceFirst("\\?.*$", "");
    respond(
        headers,
        200,
        "OK",
        "Content-Base: "
            + (base.endsWith("/") ? base : base + "/")
            + "\r\nContent-Type: application/sdp\r\nContent-Length: "
            + sdp.length()
            + "\r\n");
    put(sdp);
  }

  private void setUp(SimulatedStream asked, String uri, Map<String, String> headers)
      throws IOException {
    int track =
        uri.matches(".*/trackID=2/?$")
            ? Sample.DATA
            : uri.matches(".*/trackID=1/?$") ? Sample.AUDIO : Sample.VIDEO;
    int payloadType = asked.sample().payloadType(track);
    if ((track == Sample.AUDIO && !asked.sample().hasAudio())
        || (track == Sample.DATA && !camera().metadata)) {
      respond(headers, 404, "Not Found", "");
      return;
    }
    if (track == Sample.DATA) {
      camera().metadataSetUps++;
    }
    if (playing) {
      respond(headers, 455, "Method Not Valid In This State", "");
      return;
    }
    for (String spec : headers.getOrDefault("transport", "").split(",", -1)) {
      String transport = spec.strip();
      if (transport.startsWith("RTP/AVP/TCP") && camera().tcp) {
        int channel = parameter(transport, "interleaved").orElse(2 * track);
        RtpTrack made = set(track, RtpTrack.tcp(this, payloadType, channel));
        respond(
            headers,
            200,
            "OK",
            "Transport: RTP/AVP/TCP;unicast;interleaved="
                + channel
                + "-"
                + (channel + 1)
                + ssrc(made)
                + sessionHeader());
        return;
      }
      Optional<Integer> port = parameter(transport, "client_port");
      if (transport.matches("RTP/AVP(/UDP)?;.*")
          && port.isPresent()
          && !transport.contains("multicast")
          && camera().udp) {
        InetAddress client = ((InetSocketAddress) channel.getRemoteAddress()).getAddress();
        RtpTrack made = set(track, RtpTrack.udp(this, payloadType, client, port.get()));
        DatagramChannel rtcp = made.rtcp();
        if (rtcp != null) {
          cameras.listen(rtcp, this);
        }
        respond(
            headers,
            200,
            "OK",
            "Transport: RTP/AVP;unicast;client_port="
                + port.get()
                + "-"
                + (port.get() + 1)
                + ";server_port="
                + made.serverPort()
                + "-"
                + (made.serverPort() + 1)
                + ssrc(made)
                + sessionHeader());
        return;
      }
    }
    respond(headers, 461, "Unsupported Transport", "");
  }

  private RtpTrack set(int track, RtpTrack made) {
    RtpTrack before = tracks[track];
    if (before != null) {
      before.release();
    }
    tracks[track] = made;
    return made;
  }

  private static String ssrc(RtpTrack track) {
    return ";ssrc=" + HexFormat.of().withUpperCase().toHexDigits(track.ssrc()) + "\r\n";
  }

  private static Optional<Integer> parameter(String transport, String name) {
    var matcher =
        java.util.regex.Pattern.compile(";\\s*" + name + "=(\\d{1,5})").matcher(transport);
    return matcher.find() ? Optional.of(Integer.parseInt(matcher.group(1))) : Optional.empty();
  }

  private String sessionHeader() {
    return "Session: " + session + ";timeout=" + camera().timeoutSeconds + "\r\n";
  }

  private void play(SimulatedStream asked, String uri, Map<String, String> headers) {
    if (Arrays.stream(tracks).allMatch(Objects::isNull)) {
      respond(headers, 455, "Method Not Valid In This State", "");
      return;
    }
    long now = System.nanoTime();
    var info = new StringBuilder();
    String base = uri.replaceFirst("/$", "");
    for (int i = 0; i < tracks.length; i++) {
      RtpTrack track = tracks[i];
      if (track != null) {
        long first = i == Sample.VIDEO ? asked.nextKeyframeTicks(now) : asked.ticksAt(i, now);
        info.append(info.length() == 0 ? "" : ",")
            .append("url=" + base + "/trackID=" + i)
            .append(";seq=" + track.nextSequence())
            .append(";rtptime=" + track.timestamp(first));
      }
    }
    respond(headers, 200, "OK", "Range: npt=now-\r\nRTP-Info: " + info + "\r\n" + sessionHeader());
    if (!playing) {
      playing = true;
      startsWithKeyframe = asked.camera.startsWithKeyframe && tracks[Sample.VIDEO] != null;
      asked.join(this, now);
      reportNanos = now;
    }
  }

  private void respond(Map<String, String> headers, int status, String reason, String lines) {
    put(
        "RTSP/1.0 "
            + status
            + " "
            + reason
            + "\r\nCSeq: "
            + headers.getOrDefault("cseq", "0")
            + "\r\nServer: Vigil simulated camera\r\n"
            + lines
            + "\r\n");
  }

  private void put(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    room(bytes.length).put(bytes);
  }

  // Sending

  /** The output buffer, with room for so many more bytes. */
  ByteBuffer room(int bytes) {
    if (out.remaining() < bytes) {
      out = ByteBuffer.allocateDirect(2 * (out.position() + bytes)).put(out.flip());
    }
    return out;
  }

  void awaitKeyframe() {
    startsWithKeyframe = tracks[Sample.VIDEO] != null;
  }

  void sendPicture(Sample sample, Picture picture, boolean keyframe, long frame, long ticks) {
    RtpTrack track = tracks[Sample.VIDEO];
    if (track == null) {
      return;
    }
    if (camera().isSilent()) {
      awaitKeyframe();
      return;
    }
    if (startsWithKeyframe && !keyframe) {
      return;
    }
    if (out.position() > MOST_WAITING) {
      dropped++;
      awaitKeyframe();
      return;
    }
    startsWithKeyframe = false;
    track.sendPicture(sample, picture, ticks);
    firstFrame = firstFrame < 0 ? frame : firstFrame;
    lastFrame = frame;
    frames++;
  }

  void sendAudio(Sample sample, Sample.Unit unit, long ticks) {
    RtpTrack track = tracks[Sample.AUDIO];
    if (track != null
        && !camera().isSilent()
        && !startsWithKeyframe
        && out.position() <= MOST_WAITING) {
      track.sendAudio(sample, unit, ticks);
    }
  }

  boolean wantsData() {
    return tracks[Sample.DATA] != null && !camera().isSilent() && out.position() <= MOST_WAITING;
  }

  void sendData(byte[] document, long ticks) {
    RtpTrack track = tracks[Sample.DATA];
    if (track != null) {
      track.sendData(document, ticks);
    }
  }

  /** Sends reports that are due; ends a session that was not kept alive. */
  void tick(long nowNanos, long wallMicros) {
    SimulatedStream current = stream;
    if (!playing || current == null) {
      return;
    }
    if (nowNanos >= reportNanos && !camera().isSilent()) {
      reportNanos = nowNanos + REPORT_NANOS;
      for (int i = 0; i < tracks.length; i++) {
        RtpTrack track = tracks[i];
        if (track != null) {
          track.report(wallMicros, current.ticksAt(i, nowNanos), camera().rtcp);
        }
      }
    }
    boolean udp = tracks[0] != null && tracks[0].isUdp();
    if ((udp || camera().timeoutOnTcp)
        && nowNanos - heardNanos > TimeUnit.SECONDS.toNanos(camera().timeoutSeconds) * 5 / 4) {
      cut();
    }
  }

  /** A packet came from the client: it lives. */
  void heard() {
    heardNanos = System.nanoTime();
  }

  /** Sends bytes that mean nothing in the middle of the stream. */
  void noise(int bytes) {
    for (RtpTrack track : tracks) {
      if (track != null && track.noise()) {
        return;
      }
    }
    byte[] noise = new byte[bytes];
    random.nextBytes(noise);
    room(bytes).put(noise);
  }

  void flush() {
    if (closed || out.position() == 0) {
      return;
    }
    try {
      out.flip();
      channel.write(out);
      out.compact();
      boolean waiting = out.position() > 0;
      int wanted = waiting ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ;
      if (key.interestOps() != wanted) {
        key.interestOps(wanted);
      }
      if (closing && !waiting) {
        cut();
      }
    } catch (IOException e) {
      cut();
    }
  }

  private void stop() {
    if (playing && stream != null) {
      playing = false;
      stream.leave(this);
    }
  }

  /** Closes the connection at once; what waits to be sent is lost. Any number of times. */
  void cut() {
    if (closed) {
      return;
    }
    closed = true;
    stop();
    for (RtpTrack track : tracks) {
      if (track != null) {
        track.release();
      }
    }
    try {
      channel.close();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    // What is kept of a session that ended are its counters.
    out = ByteBuffer.allocate(0);
    in = ByteBuffer.allocate(0);
  }
}
