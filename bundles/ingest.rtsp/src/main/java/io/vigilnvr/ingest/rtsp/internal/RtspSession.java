package io.vigilnvr.ingest.rtsp.internal;

import io.vigilnvr.api.camera.CameraException.Kind;
import io.vigilnvr.api.camera.StreamSource;
import io.vigilnvr.api.camera.StreamSource.Transport;
import io.vigilnvr.api.ingest.EngineSession;
import io.vigilnvr.api.ingest.EngineSink;
import io.vigilnvr.ingest.rtsp.internal.RtspMessage.Request;
import io.vigilnvr.ingest.rtsp.internal.RtspMessage.Response;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * One conversation with a camera: OPTIONS, DESCRIBE, SETUP for each track, PLAY, and then what it
 * sends. Everything happens on the loop's thread but {@link #open} and {@link #close}.
 */
final class RtspSession implements EngineSession, Loop.Ready {
  private static final long ANSWER_NANOS = Duration.ofSeconds(10).toNanos();
  private static final long TEARDOWN_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long UDP_PATIENCE_NANOS = Duration.ofSeconds(2).toNanos();
  private static final long SECOND_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long REPORT_NANOS = Duration.ofSeconds(5).toNanos();
  private static final int USUAL_TIMEOUT_SECONDS = 60; // RFC 2326, 12.37
  private static final int MAX_KEEP_ALIVE_SECONDS = 30;

  /** A tick's worth for one camera, so that the others have their turn. */
  private static final int MAX_BYTES_IN_TURN = 1024 * 1024;

  /** The same for what its bytes cost: many small packets are much work. Of a tick, a sixth. */
  private static final long MAX_NANOS_IN_TURN = Duration.ofMillis(5).toNanos();

  /** So many packets are taken between looks at the clock. */
  private static final int PACKETS_BETWEEN_LOOKS = 64;

  /** Asking the system for a datagram costs so much, however short it is. */
  private static final int DATAGRAM_COST_BYTES = 1024;

  /** TLS reads whole records of 16 KiB. */
  private static final int LEAST_ROOM = 32 * 1024;

  /** Messages that nobody asked for, between two reports. */
  private static final int MAX_UNCALLED = 100;

  /** RFC 2326, 3.4 sets no limit; every request carries it back. */
  private static final int MAX_SESSION_ID_CHARS = 512;

  private static final int MAX_REDIRECTS = 3;
  private static final int MAX_NOISE_BYTES = 64 * 1024;
  private static final int MAX_URI_CHARS = 2048;

  /** More is only kept while there is a packet of that size. */
  private static final int MOST_KEPT_BYTES = 128 * 1024;

  private static final int INTERLEAVED = '$';
  private static final int RTP_HEADER_BYTES = 12;
  private static final String RESPONSE = "RTSP/";

  /** What a camera may ask a client: RFC 2326, 10, and RFC 7826, 13. */
  private static final List<String> REQUESTS =
      List.of(
          "OPTIONS ",
          "ANNOUNCE ",
          "REDIRECT ",
          "GET_PARAMETER ",
          "SET_PARAMETER ",
          "PLAY_NOTIFY ",
          "TEARDOWN ");

  private static final int INTERLEAVED_HEADER_BYTES = 4;

  private enum State {
    CONNECTING,
    /** Requests are answered; one at a time. */
    TALKING,
    PLAYING,
    LEAVING,
    GONE
  }

  private record Pending(String method, String uri, List<String> fields) {}

  private record Channel(RtpReceiver receiver, boolean control) {}

  /** A track that is set up: what receives it, and the channel for reports on it. */
  private record Receiving(RtpReceiver receiver, int controlChannel) {}

  private final Loop loop;
  private final StreamSource.Rtsp source;
  private final Presentation presentation;
  private final boolean tls;
  private final int ownSource = ThreadLocalRandom.current().nextInt();

  private volatile State state = State.CONNECTING;
  private @Nullable SocketChannel socket;
  private @Nullable SelectionKey key;
  private @Nullable Wire wire;
  private InetAddress camera = InetAddress.getLoopbackAddress();
  private boolean udp;
  private Authorization authorization;
  private MessageReader reader = new MessageReader();
  private ByteBuffer rest = ByteBuffer.allocate(0);
  private int noise;

  /** Whether there is more in {@link #rest} than the beginning of something. */
  private boolean backlog;

  private int uncalled;
  private volatile boolean watched;
  private final ByteBuffer reportBytes = ByteBuffer.allocate(128);

  private @Nullable Pending pending;
  private @Nullable Pending answering;
  private int sequence;
  private String uri;
  private String base = "";
  private String aggregate = "";
  private String sessionId = "";
  private String keepAlive = "OPTIONS";
  private long keepAliveNanos;
  private long lastSent;
  private long lastReport;
  private long lastSecond;
  private int redirects;

  private List<Presentation.Chosen> tracks = List.of();
  private final List<Receiving> receivers = new ArrayList<>();
  private final Channel[] channels = new Channel[256];
  private final List<UdpPair> pairs = new ArrayList<>();
  private final List<ReorderWindow> windows = new ArrayList<>();
  private boolean anyPacket;
  private long playingSince;
  private long tickNanos;
  private final Step ticking = this::ticked;
  private final Step reading = this::selected;
  private @Nullable SelectionKey selectedKey;

  RtspSession(Loop loop, StreamSource.Rtsp source, EngineSink sink) {
    this.loop = loop;
    this.source = source;
    presentation = new Presentation(sink);
    tls = "rtsps".equalsIgnoreCase(source.uri().getScheme());
    // Beside TLS, UDP would carry the pictures in clear: only if that was asked for.
    udp = source.transport() == Transport.UDP || (source.transport() == Transport.AUTO && !tls);
    authorization = authorization();
    uri = requestUri(source.uri());
  }

  private Authorization authorization() {
    return new Authorization(source.credentials(), source.basicAllowed() || tls);
  }

  // Opening and closing, on any thread

  void open() {
    String host = source.uri().getHost() == null ? "" : source.uri().getHost();
    loop.execute(() -> loop.add(this));
    if (host.isEmpty()) {
      loop.execute(() -> resolved(Optional.empty(), host));
    } else {
      // Names are looked up elsewhere: that may take long.
      loop.lookUp(host, found -> resolved(found, host));
    }
  }

  @Override
  public void close() {
    loop.call(this::leave);
  }

  /** While somebody watches, packets are read as they come. */
  @Override
  public void watched(boolean now) {
    watched = now;
    loop.execute(() -> guard(this::interest));
  }

  private void leave() {
    presentation.end();
    if (state == State.PLAYING || (state == State.TALKING && !sessionId.isEmpty())) {
      state = State.LEAVING;
      guard(() -> send("TEARDOWN", aggregate, List.of()));
    } else if (state != State.LEAVING) {
      abandon();
    }
  }

  /** Lets go of everything at once. */
  void abandon() {
    presentation.end();
    state = State.GONE;
    disconnect();
  }

  private void disconnect() {
    pairs.forEach(UdpPair::close);
    pairs.clear();
    windows.clear();
    receivers.clear();
    Arrays.fill(channels, null);
    try {
      if (socket != null) {
        socket.close();
      }
    } catch (IOException e) {
      // Nothing to be done.
    }
    socket = null;
    key = null;
    wire = null;
    pending = null;
    rest = ByteBuffer.allocate(0);
    backlog = false;
  }

  /** The loop cannot go on. */
  void broken() {
    fail(Kind.UNREACHABLE, "receiving failed; the log of the worker says why");
  }

  boolean isGone() {
    return state == State.GONE;
  }

  boolean isPlaying() {
    return state == State.PLAYING;
  }

  // Connecting

  private void resolved(Optional<InetAddress> found, String host) {
    if (state != State.CONNECTING) {
      return;
    }
    if (found.isEmpty()) {
      fail(Kind.UNREACHABLE, "the name " + host + " is not known");
      return;
    }
    camera = found.get();
    guard(this::connect);
  }

  private void connect() throws IOException {
    SocketChannel channel = SocketChannel.open();
    socket = channel;
    channel.configureBlocking(false);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    lastSent = System.nanoTime();
    boolean done = channel.connect(new InetSocketAddress(camera, port(source.uri())));
    key = channel.register(loop.selector(), done ? 0 : SelectionKey.OP_CONNECT, this);
    if (done) {
      connected();
    }
  }

  private void connected() throws IOException {
    SocketChannel channel = socket;
    if (channel == null) {
      return;
    }
    Wire plain = new PlainWire(channel);
    talk(
        tls
            ? new TlsWire(plain, camera.getHostAddress(), port(source.uri()), source.certificate())
            : plain);
  }

  /** There is a connection. */
  void talk(Wire connection) throws IOException {
    wire = connection;
    state = State.TALKING;
    send("OPTIONS", uri, List.of());
  }

  /** Reads what there is. */
  void read(long now) {
    guard(
        () -> {
          receive(now);
          interest();
        });
  }

  @Override
  public void ready(SelectionKey which) {
    selectedKey = which;
    guard(reading);
  }

  private void selected() throws IOException, Fault {
    SelectionKey which = selectedKey;
    if (which == null || which != key) {
      return;
    }
    if (which.isConnectable()) {
      SocketChannel channel = socket;
      if (channel != null && channel.finishConnect()) {
        connected();
      }
    } else {
      if (which.isWritable() && wire != null) {
        wire.flush();
      }
      receive(System.nanoTime());
    }
    interest();
  }

  /** While it plays over TCP, ticks read: nobody has to be woken, but for those who watch. */
  private void interest() {
    SelectionKey own = key;
    Wire connection = wire;
    if (own == null || connection == null || !own.isValid()) {
      return;
    }
    int wanted =
        (state == State.PLAYING && !watched ? 0 : SelectionKey.OP_READ)
            | (connection.isWaiting() ? SelectionKey.OP_WRITE : 0);
    if (own.interestOps() != wanted) {
      own.interestOps(wanted);
    }
  }

  void tick(long now) {
    tickNanos = now;
    guard(ticking);
  }

  private void ticked() throws IOException, Fault {
    long now = tickNanos;
    switch (state) {
      case PLAYING -> playing(now);
      case LEAVING -> {
        if (now - lastSent > TEARDOWN_NANOS) {
          abandon();
        }
      }
      case CONNECTING, TALKING -> {
        if (lastSent != 0 && now - lastSent > ANSWER_NANOS) {
          unanswered();
        }
      }
      case GONE -> {}
    }
    interest();
  }

  private void unanswered() throws Fault {
    Pending request = pending;
    if (request == null || !request.method().equals("PLAY") || !anyPacket) {
      throw new Fault(Kind.UNREACHABLE, "no answer from " + place());
    }
    // It plays without having said so.
    pending = null;
    nowPlaying();
  }

  private void playing(long now) throws IOException, Fault {
    receive(now);
    if (state != State.PLAYING) {
      return;
    }
    for (int i = 0; i < windows.size(); i++) {
      windows.get(i).tick(now);
    }
    if (udp && !anyPacket && now - playingSince > UDP_PATIENCE_NANOS) {
      if (source.transport() == Transport.UDP) {
        throw new Fault(Kind.UNREACHABLE, "the camera plays, but nothing arrives by UDP");
      }
      overTcp();
      return;
    }
    if (now - lastSent > Math.max(keepAliveNanos, pending == null ? 0 : ANSWER_NANOS)) {
      if (pending != null) {
        // One that leaves the one unanswered may answer the other.
        keepAlive = other(keepAlive);
      }
      send(keepAlive, aggregate, List.of());
    }
    if (now - lastSecond > SECOND_NANOS) {
      lastSecond = now;
      presentation.second();
    }
    if (now - lastReport > REPORT_NANOS) {
      lastReport = now;
      uncalled = 0;
      report(now);
    }
  }

  /** UDP does not work here: the same again over TCP. */
  private void overTcp() throws IOException {
    disconnect();
    udp = false;
    sessionId = "";
    reader = new MessageReader();
    authorization = authorization();
    state = State.CONNECTING;
    connect();
  }

  // Receiving

  private void receive(long now) throws IOException, Fault {
    ByteBuffer scratch = loop.scratch();
    Wire connection = wire;
    long until = now + MAX_NANOS_IN_TURN;
    for (int taken = 0; connection != null && taken < MAX_BYTES_IN_TURN; ) {
      scratch.clear();
      scratch.put(rest);
      int read = scratch.remaining() < LEAST_ROOM ? 0 : connection.read(scratch);
      scratch.flip();
      if (read > 0 || backlog) {
        taken += Math.max(0, read);
        backlog = !consume(scratch, connection, now, until);
      }
      if (wire != connection) {
        return; // what is left is of another connection
      }
      keep(scratch);
      if (read < 0) {
        if (state == State.LEAVING) {
          abandon();
          return;
        }
        throw new IOException("end");
      }
      if (read == 0 || backlog) {
        return;
      }
    }
  }

  private void keep(ByteBuffer scratch) {
    int left = scratch.remaining();
    if (left == 0 && rest.capacity() <= MOST_KEPT_BYTES) {
      rest.clear().limit(0);
      return;
    }
    if (rest.capacity() < left || rest.capacity() > MOST_KEPT_BYTES) {
      rest = ByteBuffer.allocate(Math.max(2048, Integer.highestOneBit(left) * 2));
    }
    rest.clear().put(scratch).flip();
  }

  /**
   * Takes what is whole.
   *
   * @return false if there is more to take, but this camera's time is over
   */
  private boolean consume(ByteBuffer in, Wire from, long now, long until)
      throws IOException, Fault {
    int packets = 0;
    while (in.hasRemaining() && wire == from) {
      if (++packets % PACKETS_BETWEEN_LOOKS == 0 && System.nanoTime() - until > 0) {
        return false;
      }
      int at = in.position();
      int first = in.get(at);
      if (reader.isInside()) {
        message(in);
      } else if (first == INTERLEAVED) {
        if (in.remaining() < INTERLEAVED_HEADER_BYTES) {
          return true;
        }
        int length = in.getShort(at + 2) & 0xffff;
        if (noise > 0 && !isLikely(in, at, length)) {
          skip(in);
          continue;
        }
        if (in.remaining() < INTERLEAVED_HEADER_BYTES + length) {
          return true;
        }
        packet(in.get(at + 1) & 0xff, in, at + INTERLEAVED_HEADER_BYTES, length, now);
        in.position(at + INTERLEAVED_HEADER_BYTES + length);
      } else {
        switch (state == State.PLAYING ? beginsMessage(in) : said(first)) {
          case YES -> message(in);
          case NO -> skip(in);
          case MAYBE -> {
            return true;
          }
        }
      }
    }
    return true;
  }

  private enum Guess {
    YES,
    NO,
    MAYBE
  }

  private static Guess said(int first) {
    return first >= 'A' && first <= 'Z' ? Guess.YES : Guess.NO;
  }

  /** Among packets, a letter may be anything: only what begins as a message does is one. */
  private static Guess beginsMessage(ByteBuffer in) {
    Guess guess = begins(in, RESPONSE);
    for (int i = 0; guess == Guess.NO && i < REQUESTS.size(); i++) {
      guess = begins(in, REQUESTS.get(i));
    }
    return guess;
  }

  private static Guess begins(ByteBuffer in, String text) {
    int length = Math.min(text.length(), in.remaining());
    for (int i = 0; i < length; i++) {
      if (in.get(in.position() + i) != text.charAt(i)) {
        return Guess.NO;
      }
    }
    return length == text.length() ? Guess.YES : Guess.MAYBE;
  }

  /** Some cameras lose count of their own bytes: look for the next packet, but not for long. */
  private void skip(ByteBuffer in) throws Fault {
    byte passed = in.get();
    // Empty lines are to be passed over: RFC 7826, 4; after a body they are more than announced.
    boolean emptyLine = noise == 0 && (passed == '\r' || passed == '\n');
    if (!emptyLine && ++noise > MAX_NOISE_BYTES) {
      throw Fault.protocol("the camera sends what is neither RTSP nor RTP");
    }
  }

  /** Whether a dollar sign, once count was lost, is a packet's beginning. */
  private boolean isLikely(ByteBuffer in, int at, int length) {
    return channels[in.get(at + 1) & 0xff] != null
        && length >= 8
        && (in.remaining() == INTERLEAVED_HEADER_BYTES
            || (in.get(at + INTERLEAVED_HEADER_BYTES) & 0xc0) == 0x80);
  }

  private void packet(int number, ByteBuffer in, int at, int length, long now) throws Fault {
    Channel channel = channels[number];
    if (channel == null || state == State.LEAVING) {
      return;
    }
    if (channel.control()) {
      channel.receiver().control(in, at, length, now);
      return;
    }
    if (length >= RTP_HEADER_BYTES) {
      noise = 0;
    }
    media(channel.receiver(), in, at, length, now);
  }

  private void media(RtpReceiver receiver, ByteBuffer in, int at, int length, long now)
      throws Fault {
    anyPacket = true;
    int missing = receiver.packet(in, at, length, now);
    if (missing > 0) {
      presentation.lostPackets(missing);
    }
  }

  private void message(ByteBuffer in) throws IOException, Fault {
    Optional<RtspMessage> message = reader.read(in);
    if (message.isEmpty()) {
      return;
    }
    if (message.get() instanceof Response response) {
      answered(response);
    } else if (message.get() instanceof Request request) {
      asked(request);
    }
  }

  private void uncalled() throws Fault {
    if (++uncalled > MAX_UNCALLED) {
      throw Fault.protocol("the camera talks without being asked");
    }
  }

  /** A camera's own request: RFC 2326, 10. None is needed to receive. */
  private void asked(Request request) throws IOException, Fault {
    uncalled();
    boolean known = request.method().equals("OPTIONS");
    write(
        "RTSP/1.0 "
            + (known ? "200 OK" : "501 Not Implemented")
            + "\r\nCSeq: "
            + request.headers().first("CSeq").map(RtspSession::word).orElse("0")
            + "\r\n\r\n");
  }

  private static String word(String text) {
    return text.substring(0, Math.min(32, text.length())).replaceAll("[^A-Za-z0-9]", "");
  }

  // Talking

  private void send(String method, String to, List<String> fields) throws IOException {
    pending = new Pending(method, to, fields);
    lastSent = System.nanoTime();
    var text = new StringBuilder(256);
    text.append(method).append(' ').append(to).append(" RTSP/1.0\r\n");
    text.append("CSeq: ").append(++sequence).append("\r\nUser-Agent: Vigil\r\n");
    authorization
        .header(method, to)
        .ifPresent(value -> text.append("Authorization: ").append(value).append("\r\n"));
    if (!sessionId.isEmpty()) {
      text.append("Session: ").append(sessionId).append("\r\n");
    }
    for (String field : fields) {
      text.append(field).append("\r\n");
    }
    write(text.append("\r\n").toString());
  }

  private void write(String text) throws IOException {
    if (wire != null) {
      wire.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
      interest();
    }
  }

  private void answered(Response response) throws IOException, Fault {
    Pending request = pending;
    if (request == null || isEarlier(response)) {
      uncalled(); // an answer to nothing, or the second one
      return;
    }
    pending = null;
    answering = request;
    if (state == State.LEAVING) {
      abandon();
      return;
    }
    if (response.status() == 401) {
      authorization.challenged(response.headers().all("WWW-Authenticate"));
      send(request.method(), request.uri(), request.fields());
      return;
    }
    if (response.isSuccess()) {
      authorization.accepted();
    }
    switch (request.method()) {
      case "OPTIONS", "GET_PARAMETER" -> {
        if (state == State.PLAYING) {
          // One that does not know the one may know the other: both keep a session alive.
          keepAlive = response.isSuccess() ? request.method() : other(request.method());
        } else {
          options(response);
        }
      }
      case "DESCRIBE" -> described(response);
      case "SETUP" -> setUp(response);
      case "PLAY" -> plays(response);
      default -> {}
    }
  }

  /**
   * Whether it answers an earlier request: RFC 2326, 12.17. That a camera says no number, or one
   * that was never asked, is let pass.
   */
  private boolean isEarlier(Response response) {
    return response
        .headers()
        .first("CSeq")
        .flatMap(RtspSession::number)
        .filter(number -> number < sequence)
        .isPresent();
  }

  private static String other(String method) {
    return method.equals("OPTIONS") ? "GET_PARAMETER" : "OPTIONS";
  }

  private void options(Response response) throws IOException {
    // A camera that does not answer OPTIONS well may still describe its stream.
    String methods = String.join(",", response.headers().all("Public"));
    keepAlive =
        methods.toUpperCase(Locale.ROOT).contains("GET_PARAMETER") ? "GET_PARAMETER" : "OPTIONS";
    send("DESCRIBE", uri, List.of("Accept: application/sdp"));
  }

  private void described(Response response) throws IOException, Fault {
    if (response.status() / 100 == 3) {
      redirected(response);
      return;
    }
    check(response);
    base =
        response
            .headers()
            .first("Content-Base")
            .or(() -> response.headers().first("Content-Location"))
            .filter(RtspSession::isAddress)
            .orElse(uri);
    Sdp description = Sdp.parse(response.body());
    aggregate = resolve(description.control().isEmpty() ? "*" : description.control());
    tracks = presentation.choose(description);
    receivers.clear();
    setUpNext();
  }

  /** RFC 2326, 11.3: to another place of the same camera, and nowhere else. */
  private void redirected(Response response) throws IOException, Fault {
    Optional<URI> to = response.headers().first("Location").flatMap(RtspSession::address);
    boolean ours =
        to.isPresent()
            && source.uri().getHost().equalsIgnoreCase(to.get().getHost())
            && port(source.uri()) == port(to.get())
            && tls == "rtsps".equalsIgnoreCase(to.get().getScheme())
            && to.get().getRawUserInfo() == null;
    if (!ours || ++redirects > MAX_REDIRECTS) {
      throw Fault.protocol("the camera sends us on to another host, which is refused");
    }
    uri = requestUri(to.get());
    send("DESCRIBE", uri, List.of("Accept: application/sdp"));
  }

  private void setUpNext() throws IOException {
    int index = receivers.size();
    Presentation.Chosen track = tracks.get(index);
    String transport;
    if (udp) {
      SocketChannel channel = socket;
      InetAddress own =
          channel == null ? camera : ((InetSocketAddress) channel.getLocalAddress()).getAddress();
      UdpPair pair = UdpPair.open(camera, own);
      pairs.add(pair);
      int port = pair.port();
      transport = "RTP/AVP;unicast;client_port=" + port + "-" + (port + 1);
    } else {
      transport = "RTP/AVP/TCP;unicast;interleaved=" + 2 * index + "-" + (2 * index + 1);
    }
    send("SETUP", resolve(track.media().control()), List.of("Transport: " + transport));
  }

  private void setUp(Response response) throws IOException, Fault {
    if (response.status() == 461) {
      if (source.transport() == Transport.AUTO && udp) {
        overTcp();
        return;
      }
      throw Fault.protocol(
          "the camera does not send over " + (udp ? "UDP" : "TCP") + "; choose another transport");
    }
    if (!response.isSuccess() && !receivers.isEmpty()) {
      // The pictures are there; a sound that is offered and refused must not lose them.
      tracks = presentation.only(receivers.size());
      channelsOf(receivers.size());
      play();
      return;
    }
    check(response);
    String session = response.headers().first("Session").orElse("");
    int semicolon = session.indexOf(';');
    String id = (semicolon < 0 ? session : session.substring(0, semicolon)).strip();
    if (id.length() > MAX_SESSION_ID_CHARS || !id.chars().allMatch(c -> c > ' ' && c < 127)) {
      throw Fault.protocol("the camera names the session as nobody can");
    }
    if (!id.isEmpty()) {
      sessionId = id;
    }
    int timeout =
        parameter(session, "timeout").flatMap(RtspSession::number).orElse(USUAL_TIMEOUT_SECONDS);
    keepAliveNanos =
        Duration.ofSeconds(Math.max(2, Math.min(MAX_KEEP_ALIVE_SECONDS, timeout / 2))).toNanos();
    Presentation.Chosen track = tracks.get(receivers.size());
    var receiver =
        new RtpReceiver(track.media().payloadType(), track.timescale(), track.depacketizer());
    String transport = response.headers().first("Transport").orElse("");
    int channel = 2 * receivers.size();
    if (udp) {
      UdpPair pair = pairs.get(receivers.size());
      pair.cameraPort(
          parameter(transport, "server_port")
              .flatMap(RtspSession::firstNumber)
              .filter(port -> port < 65_535)
              .orElse(0));
      var window =
          new ReorderWindow((in, at, length) -> media(receiver, in, at, length, System.nanoTime()));
      windows.add(window);
      pair.register(
          loop.selector(), which -> guard(() -> datagrams(pair, receiver, window, which)));
    } else {
      // The camera may choose other channels than those it was offered: RFC 2326, 12.39.
      channel =
          parameter(transport, "interleaved")
              .flatMap(RtspSession::firstNumber)
              .filter(number -> number < 255 && channels[number] == null)
              .orElse(channel);
      channels[channel] = new Channel(receiver, false);
      channels[channel + 1] = new Channel(receiver, true);
    }
    receivers.add(new Receiving(receiver, channel + 1));
    if (receivers.size() < tracks.size()) {
      setUpNext();
    } else {
      play();
    }
  }

  private void play() throws IOException {
    send("PLAY", aggregate, List.of("Range: npt=0.000-"));
  }

  /** Closes the ports that were opened for more tracks than these. */
  private void channelsOf(int count) {
    while (pairs.size() > count) {
      pairs.remove(pairs.size() - 1).close();
    }
  }

  private void datagrams(UdpPair pair, RtpReceiver receiver, ReorderWindow window, SelectionKey of)
      throws IOException, Fault {
    ByteBuffer scratch = loop.scratch();
    long now = System.nanoTime();
    for (int taken = 0; taken < MAX_BYTES_IN_TURN; ) {
      int read = pair.read(of, scratch);
      taken += Math.max(DATAGRAM_COST_BYTES, read);
      if (read == UdpPair.NONE || System.nanoTime() - now > MAX_NANOS_IN_TURN) {
        return;
      }
      if (read == UdpPair.STRANGE) {
        continue;
      }
      if (pair.isControl(of)) {
        receiver.control(scratch, 0, scratch.limit(), now);
      } else {
        window.packet(scratch, 0, scratch.limit(), now);
      }
    }
  }

  private void plays(Response response) throws IOException, Fault {
    Pending answered = answering;
    if (response.status() == 457 && answered != null && !answered.fields().isEmpty()) {
      send("PLAY", aggregate, List.of()); // RFC 2326, 10.5: a live stream needs no range
      return;
    }
    check(response);
    nowPlaying();
  }

  private void nowPlaying() {
    state = State.PLAYING;
    playingSince = System.nanoTime();
    lastReport = playingSince;
  }

  private void check(Response response) throws Fault {
    if (response.isSuccess()) {
      return;
    }
    throw switch (response.status()) {
      case 403 ->
          new Fault(Kind.UNAUTHORIZED, "the camera does not allow this login to see the stream");
      case 404, 451 -> Fault.protocol("the camera has no stream " + path() + " (not found)");
      case 453, 503 -> new Fault(Kind.UNREACHABLE, "the camera serves nobody else just now");
      default ->
          Fault.protocol(
              "the camera refuses to send the stream (RTSP status " + response.status() + ")");
    };
  }

  private void report(long now) throws IOException {
    int start = udp ? 0 : INTERLEAVED_HEADER_BYTES;
    for (int i = 0; i < receivers.size(); i++) {
      Receiving track = receivers.get(i);
      ByteBuffer out = reportBytes.clear().position(start);
      track.receiver().report(out, ownSource, now);
      int length = out.position() - start;
      if (length == 0) {
        continue;
      }
      out.flip();
      if (udp) {
        pairs.get(i).report(out);
      } else if (wire != null) {
        out.put(0, (byte) INTERLEAVED).put(1, (byte) track.controlChannel());
        wire.write(out.putShort(2, (short) length));
      }
    }
  }

  // Addresses

  /**
   * RFC 2326, C.1.1. Cameras mean by a relative one: behind the base with a slash between, whether
   * the base ends in one or not, which is not what RFC 3986 makes of it.
   */
  private String resolve(String control) {
    String from = base.isEmpty() ? uri : base;
    if (control.isEmpty() || control.equals("*")) {
      return from;
    }
    if (control.regionMatches(true, 0, "rtsp://", 0, 7)
        || control.regionMatches(true, 0, "rtsps://", 0, 8)) {
      return isAddress(control) ? control : from;
    }
    String path = control.startsWith("/") ? control.substring(1) : control;
    String resolved = from + (from.endsWith("/") ? "" : "/") + path;
    return isAddress(resolved) ? resolved : from;
  }

  /** What may stand in the first line of a request. */
  private static boolean isAddress(String text) {
    return text.length() <= MAX_URI_CHARS
        && text.chars().allMatch(each -> each > ' ' && each < 127)
        && (text.regionMatches(true, 0, "rtsp://", 0, 7)
            || text.regionMatches(true, 0, "rtsps://", 0, 8));
  }

  private static Optional<URI> address(String text) {
    try {
      return isAddress(text) ? Optional.of(URI.create(text)) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static String requestUri(URI uri) {
    String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    return uri.getScheme().toLowerCase(Locale.ROOT)
        + "://"
        + uri.getHost()
        + ":"
        + port(uri)
        + path
        + query;
  }

  /** RFC 2326, 3.2, and RFC 7826, 19.2. */
  private static int port(URI uri) {
    return uri.getPort() > 0
        ? uri.getPort()
        : "rtsps".equalsIgnoreCase(uri.getScheme()) ? 322 : 554;
  }

  private String place() {
    URI address = source.uri();
    return address.getPort() < 0 ? address.getHost() : address.getHost() + ":" + address.getPort();
  }

  /** Without the query, which may hold a key. */
  private String path() {
    String path = source.uri().getRawPath();
    return path == null || path.isEmpty() ? "/" : path;
  }

  private static Optional<String> parameter(String header, String name) {
    for (String part : header.split(";", 32)) {
      String text = part.strip();
      if (text.regionMatches(true, 0, name + "=", 0, name.length() + 1)) {
        return Optional.of(text.substring(name.length() + 1));
      }
    }
    return Optional.empty();
  }

  private static Optional<Integer> firstNumber(String range) {
    int dash = range.indexOf('-');
    return number(dash < 0 ? range : range.substring(0, dash));
  }

  private static Optional<Integer> number(String text) {
    try {
      return Optional.of(Integer.parseInt(text.strip())).filter(value -> value >= 0);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  // What goes wrong

  @FunctionalInterface
  private interface Step {
    void run() throws IOException, Fault;
  }

  /** A session's trouble is its own. */
  private void guard(Step step) {
    if (state == State.GONE) {
      return;
    }
    try {
      step.run();
    } catch (Fault e) {
      fail(e.kind(), e.getMessage());
    } catch (TlsWire.Untrusted e) {
      fail(
          Kind.UNREACHABLE,
          "the certificate of " + place() + " is not the one that the camera's settings name");
    } catch (ConnectException e) {
      fail(Kind.UNREACHABLE, "nothing listens at " + place() + " (connection refused)");
    } catch (NoRouteToHostException e) {
      fail(Kind.UNREACHABLE, "no way to " + place() + " (no route to host)");
    } catch (IOException e) {
      fail(
          Kind.UNREACHABLE,
          state == State.CONNECTING
              ? "no answer from " + place()
              : "the connection to " + place() + " broke");
    } catch (RuntimeException e) {
      fail(Kind.PROTOCOL, "what the camera sends cannot be read");
    }
  }

  private void fail(Kind kind, @Nullable String cause) {
    state = State.GONE;
    disconnect();
    presentation.failed(kind, cause == null ? "the camera cannot be received" : cause);
  }
}
