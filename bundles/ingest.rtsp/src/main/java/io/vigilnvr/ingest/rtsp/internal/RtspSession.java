package io.vigilnvr.ingest.rtsp.internal;

import io.vigilnvr.api.camera.CameraException.Kind;
import io.vigilnvr.api.camera.StreamSource;
import io.vigilnvr.api.camera.StreamSource.Transport;
import io.vigilnvr.api.ingest.EngineSession;
import io.vigilnvr.api.ingest.EngineSink;
import io.vigilnvr.ingest.rtsp.internal.Dialogue.Asked;
import io.vigilnvr.ingest.rtsp.internal.RtspMessage.Request;
import io.vigilnvr.ingest.rtsp.internal.RtspMessage.Response;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The life of one conversation with a camera: OPTIONS, DESCRIBE, SETUP for each track, PLAY, and
 * then what it sends. Everything happens on the loop's thread but {@link #open} and {@link #close}.
 */
final class RtspSession implements EngineSession, Loop.Ready, Framing.Taker {
  private static final long ANSWER_NANOS = Duration.ofSeconds(10).toNanos();
  private static final long TEARDOWN_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long UDP_PATIENCE_NANOS = Duration.ofSeconds(2).toNanos();
  private static final long SECOND_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long REPORT_NANOS = Duration.ofSeconds(5).toNanos();

  /** Messages that nobody asked for, between two reports. */
  private static final int MAX_UNCALLED = 100;

  private enum State {
    CONNECTING,
    /** Requests are answered; one at a time. */
    TALKING,
    PLAYING,
    LEAVING,
    GONE
  }

  /** What may go wrong. */
  @FunctionalInterface
  interface Step {
    void run() throws IOException, Fault;
  }

  private final Loop loop;
  private final StreamSource.Rtsp source;
  private final Addresses addresses;
  private final Presentation presentation;
  private final int ownSource = ThreadLocalRandom.current().nextInt();

  private volatile State state = State.CONNECTING;
  private @Nullable SocketChannel socket;
  private @Nullable SelectionKey key;
  private @Nullable Wire wire;
  private @Nullable Framing framing;
  private InetAddress camera = InetAddress.getLoopbackAddress();
  private boolean udp;
  private Dialogue dialogue;
  private long lastSent;
  private long lastReport;
  private long lastSecond;
  private int uncalled;
  private volatile boolean watched;

  private List<Presentation.Chosen> tracks = List.of();
  private String aggregate = "";
  private MediaPaths paths = new InterleavedPaths(this::media);
  private Optional<RtpReceiver> leading = Optional.empty();
  private boolean anyPacket;
  private long playingSince;

  private long tickNanos;
  private final Step ticking = this::ticked;
  private final Step reading = this::selected;
  private @Nullable SelectionKey selectedKey;

  RtspSession(Loop loop, StreamSource.Rtsp source, EngineSink sink) {
    this.loop = loop;
    this.source = source;
    addresses = new Addresses(source.uri());
    presentation = new Presentation(sink);
    // Beside TLS, UDP would carry the pictures in clear: only if that was asked for.
    udp =
        source.transport() == Transport.UDP
            || (source.transport() == Transport.AUTO && !addresses.isTls());
    dialogue = newDialogue();
  }

  private Dialogue newDialogue() {
    return new Dialogue(
        new Authorization(source.credentials(), source.basicAllowed() || addresses.isTls()));
  }

  // Opening and closing, on any thread

  void open() {
    String host = addresses.host();
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
    if (state == State.PLAYING || (state == State.TALKING && dialogue.hasSession())) {
      state = State.LEAVING;
      guard(() -> send("TEARDOWN", aggregate));
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
    paths.close();
    paths = new InterleavedPaths(this::media);
    if (framing != null) {
      framing.end();
    }
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
    framing = null;
    dialogue.forget();
  }

  /** The loop cannot go on. */
  void broken() {
    fail(Kind.UNREACHABLE, "receiving failed; the log of the worker says why");
  }

  boolean isGone() {
    return state == State.GONE;
  }

  @Override
  public boolean isPlaying() {
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
    boolean done = channel.connect(new InetSocketAddress(camera, addresses.port()));
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
        addresses.isTls()
            ? new TlsWire(plain, camera.getHostAddress(), addresses.port(), source.certificate())
            : plain);
  }

  /** There is a connection. */
  void talk(Wire connection) throws IOException {
    wire = connection;
    framing = new Framing(connection, this);
    state = State.TALKING;
    send("OPTIONS", addresses.request());
  }

  /** UDP does not work here: the same again over TCP. */
  private void overTcp() throws IOException {
    disconnect();
    udp = false;
    dialogue = newDialogue();
    state = State.CONNECTING;
    connect();
  }

  // When there is something to read, and at ticks

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

  private void receive(long now) throws IOException, Fault {
    Framing from = framing;
    if (from == null) {
      return;
    }
    try {
      from.read(loop.scratch(), now);
    } catch (EOFException e) {
      if (state != State.LEAVING) {
        throw e;
      }
      abandon();
    }
  }

  void tick(long now) {
    tickNanos = now;
    guard(ticking);
  }

  /** What was read may go on its way. */
  void handOver() {
    presentation.handOver();
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
    if (!anyPacket || dialogue.pending().filter(it -> it.method().equals("PLAY")).isEmpty()) {
      throw new Fault(Kind.UNREACHABLE, "no answer from " + addresses.place());
    }
    // It plays without having said so.
    dialogue.forget();
    nowPlaying();
  }

  private void playing(long now) throws IOException, Fault {
    receive(now);
    Wire connection = wire;
    if (state != State.PLAYING || connection == null) {
      return;
    }
    paths.tick(now);
    if (udp && !anyPacket && now - playingSince > UDP_PATIENCE_NANOS) {
      if (source.transport() == Transport.UDP) {
        throw new Fault(Kind.UNREACHABLE, "the camera plays, but nothing arrives by UDP");
      }
      overTcp();
      return;
    }
    long answerNanos = dialogue.pending().isPresent() ? ANSWER_NANOS : 0;
    if (now - lastSent > Math.max(dialogue.keepAliveNanos(), answerNanos)) {
      send(dialogue.keepAlive(), aggregate);
    }
    if (now - lastSecond > SECOND_NANOS) {
      lastSecond = now;
      presentation.second();
    }
    if (now - lastReport > REPORT_NANOS) {
      lastReport = now;
      uncalled = 0;
      paths.report(connection, ownSource, now);
    }
  }

  // What comes

  @Override
  public boolean isChannel(int channel) {
    return paths.isChannel(channel);
  }

  @Override
  public boolean packet(int channel, ByteBuffer in, int at, int length, long nanos) throws Fault {
    return state != State.LEAVING && paths.packet(channel, in, at, length, nanos);
  }

  private void media(RtpReceiver receiver, ByteBuffer in, int at, int length, long nanos)
      throws Fault {
    anyPacket = true;
    int missing = receiver.packet(in, at, length, nanos);
    if (missing > 0) {
      presentation.lostPackets(missing);
    }
  }

  @Override
  public void message(RtspMessage message) throws IOException, Fault {
    if (message instanceof Response response) {
      answered(response);
    } else if (message instanceof Request request) {
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

  private void send(String method, String to, String... fields) throws IOException {
    send(new Asked(method, to, List.of(fields)));
  }

  private void send(Asked request) throws IOException {
    lastSent = System.nanoTime();
    write(dialogue.ask(request));
  }

  private void write(String text) throws IOException {
    if (wire != null) {
      wire.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
      interest();
    }
  }

  private void answered(Response response) throws IOException, Fault {
    Optional<Asked> answered = dialogue.answered(response);
    if (answered.isEmpty()) {
      uncalled(); // an answer to nothing, or the second one
      return;
    }
    Asked request = answered.get();
    if (state == State.LEAVING) {
      abandon();
      return;
    }
    if (dialogue.isChallenge(response)) {
      send(request);
      return;
    }
    switch (request.method()) {
      case "OPTIONS", "GET_PARAMETER" -> {
        if (state == State.PLAYING) {
          dialogue.keptAlive(request.method(), response);
        } else {
          // Who refuses OPTIONS may still describe its stream, which needs no OPTIONS before:
          // RFC 2326, 14.2.
          dialogue.knows(response);
          describe();
        }
      }
      case "DESCRIBE" -> described(response);
      case "SETUP" -> setUp(response);
      case "PLAY" -> plays(request, response);
      default -> {}
    }
  }

  private void describe() throws IOException {
    send("DESCRIBE", addresses.request(), "Accept: application/sdp");
  }

  private void described(Response response) throws IOException, Fault {
    if (response.status() / 100 == 3) {
      addresses.redirected(response.headers().first("Location"));
      describe();
      return;
    }
    check(response);
    addresses.described(response.headers());
    Sdp description = Sdp.parse(response.body());
    aggregate = addresses.resolve(description.control());
    tracks = presentation.choose(description);
    paths.close();
    paths = newPaths();
    leading = Optional.empty();
    setUpNext();
  }

  private MediaPaths newPaths() throws IOException {
    if (!udp) {
      return new InterleavedPaths(this::media);
    }
    SocketChannel channel = socket;
    InetAddress own =
        channel == null ? camera : ((InetSocketAddress) channel.getLocalAddress()).getAddress();
    return new UdpPaths(loop, camera, own, this::guard, this::media);
  }

  private void setUpNext() throws IOException {
    Presentation.Chosen track = tracks.get(paths.count());
    send("SETUP", addresses.resolve(track.media().control()), "Transport: " + paths.offer());
  }

  private void setUp(Response response) throws IOException, Fault {
    if (response.status() == 461) { // RFC 2326, 11.3.12
      if (source.transport() == Transport.AUTO && udp) {
        overTcp();
        return;
      }
      throw Fault.protocol(
          "the camera does not send over " + (udp ? "UDP" : "TCP") + "; choose another transport");
    }
    if (!response.isSuccess() && paths.count() > 0) {
      // The pictures are there; a sound that is offered and refused must not lose them. Each track
      // is set up by itself: RFC 2326, 10.4.
      tracks = presentation.without(tracks.get(paths.count()));
      paths.withdraw();
      goOn();
      return;
    }
    check(response);
    dialogue.begun(response);
    Presentation.Chosen track = tracks.get(paths.count());
    var receiver =
        new RtpReceiver(
            track.media().payloadType(),
            track.timescale(),
            track.depacketizer(),
            // Data does not wait for reports: an event is told once, and at the beginning most.
            track.codec().isEmpty() ? Optional.empty() : leading);
    if (leading.isEmpty()) {
      leading = Optional.of(receiver);
    }
    paths.open(receiver, new Parameters(response.headers().first("Transport").orElse("")));
    goOn();
  }

  private void goOn() throws IOException {
    if (paths.count() < tracks.size()) {
      setUpNext();
    } else {
      play();
    }
  }

  private void play() throws IOException {
    send("PLAY", aggregate, "Range: npt=0.000-");
  }

  private void plays(Asked request, Response response) throws IOException, Fault {
    if (response.status() == 457 && !request.fields().isEmpty()) {
      send("PLAY", aggregate); // RFC 2326, 10.5: a live stream needs no range
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
      case 404, 451 ->
          new Fault(
              Kind.NOT_FOUND, "the camera has no stream " + addresses.path() + " (not found)");
      case 453, 503 -> new Fault(Kind.UNREACHABLE, "the camera serves nobody else just now");
      default ->
          Fault.protocol(
              "the camera refuses to send the stream (RTSP status " + response.status() + ")");
    };
  }

  // What goes wrong

  /** A session's trouble is its own. */
  private void guard(Step step) {
    if (state == State.GONE) {
      return;
    }
    String place = addresses.place();
    try {
      step.run();
    } catch (Fault e) {
      fail(e.kind(), e.getMessage());
    } catch (TlsWire.Untrusted e) {
      fail(
          Kind.UNREACHABLE,
          "the certificate of " + place + " is not the one that the camera's settings name");
    } catch (ConnectException e) {
      fail(Kind.UNREACHABLE, "nothing listens at " + place + " (connection refused)");
    } catch (NoRouteToHostException e) {
      fail(Kind.UNREACHABLE, "no way to " + place + " (no route to host)");
    } catch (IOException e) {
      fail(
          Kind.UNREACHABLE,
          state == State.CONNECTING
              ? "no answer from " + place
              : "the connection to " + place + " broke");
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
