package io.vigilnvr.tck;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One simulated camera: streams, a login, and faults on demand. Every method may be called from any
 * thread and has taken effect when it returns.
 *
 * <p>A camera answers at a port of its own ({@link #uri}), where it can also refuse connections,
 * and at the port of all cameras ({@link #sharedUri}).
 */
public final class SimulatedCamera {
  /**
   * What one client got.
   *
   * @param transport {@code tcp} or {@code udp}
   * @param open whether it is playing now
   * @param firstFrame {@link FrameMark#number} of its first picture; −1 before it
   * @param lastFrame of its last picture that was handed to the network
   * @param frames how many pictures
   * @param dropped pictures left out because the client did not read
   * @param packets RTP packets, those lost on purpose included
   * @param requests RTSP requests that it made
   */
  public record Session(
      String peer,
      String transport,
      Instant since,
      boolean open,
      long firstFrame,
      long lastFrame,
      long frames,
      long dropped,
      long packets,
      long octets,
      long requests) {}

  private final SimulatedCameras cameras;
  private final String name;
  private final Map<String, SimulatedStream> streams = new TreeMap<>();
  private final List<String> order = new ArrayList<>();

  // What follows belongs to the loop's thread.

  String user = "";
  String password = "";
  Authentication authentication = Authentication.DIGEST_BOTH;
  int nonceGeneration;
  int timeoutSeconds = 60;
  boolean timeoutOnTcp;
  boolean tcp = true;
  boolean udp = true;
  boolean startsWithKeyframe = true;
  boolean inBandParameterSets = true;
  boolean parameterSetsInSdp = true;

  boolean refusing;
  boolean halfOpen;
  boolean stalled;
  boolean frozen;
  boolean markersMissing;
  boolean garbled;
  double loss;
  boolean lossOnTcp;
  long jumpMillis;
  Rtcp rtcp = Rtcp.RIGHT;
  boolean metadata;
  long metadataSetUps;
  long soundLateMillis;
  Optional<URI> redirectTo = Optional.empty();
  long refusedLogins;
  long connections;

  SimulatedCamera(SimulatedCameras cameras, String name) {
    this.cameras = cameras;
    this.name = name;
  }

  public String name() {
    return name;
  }

  // Set-up

  /** Adds a stream; the first is what the bare name leads to. */
  public SimulatedCamera stream(String stream, Sample sample) {
    if (!stream.matches("[a-z0-9-]{1,30}")) {
      throw new IllegalArgumentException("not a name for a stream: " + stream);
    }
    return with(
        () -> {
          streams.put(stream, new SimulatedStream(this, stream, sample, System.nanoTime()));
          if (!order.contains(stream)) {
            order.add(stream);
          }
        });
  }

  /** Asks for a login from now on. */
  public SimulatedCamera login(String user, String password, Authentication authentication) {
    return with(
        () -> {
          this.user = user;
          this.password = password;
          this.authentication = authentication;
        });
  }

  /** Which transports it offers; both at first. */
  public SimulatedCamera transports(boolean tcp, boolean udp) {
    return with(
        () -> {
          this.tcp = tcp;
          this.udp = udp;
        });
  }

  /**
   * How long a session lives without a sign of life; 60 s at first.
   *
   * @param alsoOnTcp whether an open TCP connection is no sign of life, as with some cameras
   */
  public SimulatedCamera timeout(Duration timeout, boolean alsoOnTcp) {
    return with(
        () -> {
          timeoutSeconds = Math.toIntExact(timeout.toSeconds());
          timeoutOnTcp = alsoOnTcp;
        });
  }

  /** Whether a client gets a keyframe first (it does at first), or what comes next. */
  public SimulatedCamera startsWithKeyframe(boolean yes) {
    return with(() -> startsWithKeyframe = yes);
  }

  /** Where parameter sets are told; both at first. */
  public SimulatedCamera parameterSets(boolean inSdp, boolean inBand) {
    return with(
        () -> {
          parameterSetsInSdp = inSdp;
          inBandParameterSets = inBand;
        });
  }

  /**
   * Offers a track of metadata as ONVIF cameras do (ONVIF Streaming Specification, 5.1.2.1), in
   * front of the others, and sends {@link Metadata} to those who set it up.
   */
  public SimulatedCamera metadata() {
    return with(() -> metadata = true);
  }

  /** How often somebody wanted the metadata. */
  public long metadataSetUps() {
    return cameras.call(() -> metadataSetUps);
  }

  /**
   * Sends sound so much later than the pictures of the same moment, as cameras do whose encoders
   * take different times; sender reports tell.
   */
  public SimulatedCamera soundLate(Duration by) {
    return with(() -> soundLateMillis = by.toMillis());
  }

  // Addresses

  /** Address of a stream at the camera's own port. */
  public URI uri(String stream) {
    return cameras.call(() -> cameras.uri(cameras.portOf(this), name, require(stream).name));
  }

  /** Address of a stream at the port of all cameras. */
  public URI sharedUri(String stream) {
    return cameras.call(() -> cameras.uri(cameras.port(), name, require(stream).name));
  }

  // Faults

  /** Sends no media, although the connections stay and requests are answered. */
  public void stall() {
    with(() -> stalled = true);
  }

  /** Sends nothing at all and answers nothing, although the connections stay. */
  public void freeze() {
    with(() -> frozen = true);
  }

  /** Ends every fault but a changed password, sample or timestamp; goes on with a keyframe. */
  public void resume() {
    with(
        () -> {
          stalled = false;
          frozen = false;
          halfOpen = false;
          markersMissing = false;
          garbled = false;
          loss = 0;
          rtcp = Rtcp.RIGHT;
          redirectTo = Optional.empty();
          refusing = false;
          cameras.listen(this);
        });
  }

  /** Closes all connections. */
  public void cut() {
    with(() -> cameras.cut(this));
  }

  /** Accepts no connections any more; those that are open stay. */
  public void refuse() {
    with(
        () -> {
          refusing = true;
          cameras.stopListening(this);
        });
  }

  /** As if its plug was pulled: closes all connections and accepts none. */
  public void unplug() {
    refuse();
    cut();
  }

  /** Accepts connections and never answers; those that are open stay as they are. */
  public void halfOpen() {
    with(() -> halfOpen = true);
  }

  /** Takes only this password from now on; sessions that play go on. */
  public void password(String other) {
    with(() -> password = other);
  }

  /** The nonces it gave out are stale from now on. */
  public void expireNonces() {
    with(() -> nonceGeneration++);
  }

  /** Sends so many bytes of noise to each client, once, outside of all framing. */
  public void garbage(int bytes) {
    with(() -> streams.values().forEach(s -> List.copyOf(s.players).forEach(p -> p.noise(bytes))));
  }

  /** Overwrites the payload of each fifth packet by noise, or no longer. */
  public void garble(boolean on) {
    with(() -> garbled = on);
  }

  /** Moves the RTP timestamps of all tracks, forwards or backwards. */
  public void jump(Duration by) {
    with(() -> jumpMillis += by.toMillis());
  }

  /**
   * Sends another sample from now on, starting with its first keyframe. Clients stay connected if
   * the codecs stay, and learn of it by parameter sets in band; else they are cut.
   */
  public void change(String stream, Sample sample) {
    with(() -> require(stream).change(sample, System.nanoTime()));
  }

  /** Leaves RTP marker bits of video out, or no longer. */
  public void missingMarkers(boolean on) {
    with(() -> markersMissing = on);
  }

  public void rtcp(Rtcp mode) {
    with(() -> rtcp = mode);
  }

  /** Answers each DESCRIBE by sending the client there. */
  public void redirect(URI elsewhere) {
    with(() -> redirectTo = Optional.of(elsewhere));
  }

  /**
   * Loses RTP packets at random.
   *
   * @param fraction of the packets, 0 to 1
   * @param alsoOnTcp whether those sent over TCP, too, as overloaded cameras do
   */
  public void loss(double fraction, boolean alsoOnTcp) {
    with(
        () -> {
          loss = fraction;
          lossOnTcp = alsoOnTcp;
        });
  }

  // What happened

  /** Sessions that played, the newest 50, those that play now last. */
  public List<Session> sessions(String stream) {
    return cameras.call(
        () -> {
          SimulatedStream asked = require(stream);
          var sessions = new ArrayList<Session>();
          asked.past.forEach(p -> sessions.add(p.describe()));
          asked.players.forEach(p -> sessions.add(p.describe()));
          return sessions;
        });
  }

  /** How many clients play a stream now. */
  public int players(String stream) {
    return cameras.call(() -> require(stream).players.size());
  }

  /** {@link FrameMark#number} of the next picture of a stream. */
  public long nextFrame(String stream) {
    return cameras.call(() -> require(stream).nextFrame(System.nanoTime()));
  }

  /** Connections that were accepted at the camera's own port. */
  public long connections() {
    return cameras.call(() -> connections);
  }

  /** Requests with a login that was wrong. */
  public long refusedLogins() {
    return cameras.call(() -> refusedLogins);
  }

  // For the loop

  boolean isSilent() {
    return stalled || frozen;
  }

  boolean isDeaf() {
    return frozen || halfOpen;
  }

  List<String> faults() {
    var faults = new ArrayList<String>();
    add(faults, stalled, "stall");
    add(faults, frozen, "freeze");
    add(faults, refusing, "refuse");
    add(faults, halfOpen, "half-open");
    add(faults, garbled, "garble");
    add(faults, markersMissing, "missing-markers");
    add(faults, rtcp == Rtcp.ABSENT, "rtcp-absent");
    add(faults, rtcp == Rtcp.WRONG, "rtcp-wrong");
    add(faults, redirectTo.isPresent(), "redirect");
    add(faults, loss > 0, "loss");
    return faults;
  }

  private static void add(List<String> faults, boolean on, String name) {
    if (on) {
      faults.add(name);
    }
  }

  Iterable<SimulatedStream> streams() {
    return streams.values();
  }

  Optional<SimulatedStream> stream(String stream) {
    return Optional.ofNullable(streams.get(stream));
  }

  SimulatedStream first() {
    return require(order.get(0));
  }

  SimulatedStream require(String stream) {
    return stream(stream)
        .orElseThrow(() -> new NoSuchElementException(name + " has no stream " + stream));
  }

  private SimulatedCamera with(Runnable change) {
    cameras.call(
        () -> {
          change.run();
          return true;
        });
    return this;
  }
}
