package io.vigilnvr.ingest.rtsp.internal;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Packets as datagrams to ports of their own, put in order again. */
final class UdpPaths implements MediaPaths {
  /** The same turn that a connection has: {@link Framing}. */
  private static final int MAX_BYTES_IN_TURN = 1024 * 1024;

  private static final long MAX_NANOS_IN_TURN = Duration.ofMillis(5).toNanos();

  /** Asking the system for a datagram costs so much, however short it is. */
  private static final int DATAGRAM_COST_BYTES = 1024;

  private static final int MAX_PORT = 65_534;

  /** Does something of a session's, whose trouble it is. */
  @FunctionalInterface
  interface Guard {
    void run(RtspSession.Step step);
  }

  private record Open(UdpPair pair, RtpReceiver receiver, ReorderWindow window) {}

  /** What is done for each datagram or few; made once. */
  private final class Reading implements Loop.Ready, RtspSession.Step {
    private final Open track;
    private @Nullable SelectionKey which;

    Reading(Open track) {
      this.track = track;
    }

    @Override
    public void ready(SelectionKey key) {
      which = key;
      guard.run(this);
    }

    @Override
    public void run() throws IOException, Fault {
      SelectionKey key = which;
      if (key != null) {
        read(track, key);
      }
    }
  }

  private final Loop loop;
  private final InetAddress camera;
  private final InetAddress own;
  private final Guard guard;
  private final Packets packets;
  private final List<UdpPair> pairs = new ArrayList<>();
  private final List<Open> open = new ArrayList<>();
  private final ByteBuffer report = ByteBuffer.allocate(128);

  /**
   * @param own the address by which we talk to the camera
   */
  UdpPaths(Loop loop, InetAddress camera, InetAddress own, Guard guard, Packets packets) {
    this.loop = loop;
    this.camera = camera;
    this.own = own;
    this.guard = guard;
    this.packets = packets;
  }

  @Override
  public String offer() throws IOException {
    UdpPair pair = UdpPair.open(camera, own);
    pairs.add(pair);
    int port = pair.port();
    return "RTP/AVP;unicast;client_port=" + port + "-" + (port + 1);
  }

  @Override
  public void open(RtpReceiver receiver, Parameters transport) throws IOException {
    UdpPair pair = pairs.get(open.size());
    pair.cameraPort(
        transport.firstOfRange("server_port").filter(port -> port <= MAX_PORT).orElse(0));
    var window =
        new ReorderWindow(
            (in, at, length) -> packets.packet(receiver, in, at, length, System.nanoTime()));
    var track = new Open(pair, receiver, window);
    pair.register(loop.selector(), new Reading(track));
    open.add(track);
  }

  @Override
  public void withdraw() {
    while (pairs.size() > open.size()) {
      pairs.remove(pairs.size() - 1).close();
    }
  }

  @Override
  public int count() {
    return open.size();
  }

  private void read(Open track, SelectionKey of) throws IOException, Fault {
    ByteBuffer scratch = loop.scratch();
    long now = System.nanoTime();
    for (int taken = 0; taken < MAX_BYTES_IN_TURN; ) {
      int read = track.pair().read(of, scratch);
      taken += Math.max(DATAGRAM_COST_BYTES, read);
      if (read == UdpPair.NONE || System.nanoTime() - now > MAX_NANOS_IN_TURN) {
        return;
      }
      if (read == UdpPair.STRANGE) {
        continue;
      }
      if (track.pair().isControl(of)) {
        track.receiver().control(scratch, 0, scratch.limit(), now);
      } else {
        track.window().packet(scratch, 0, scratch.limit(), now);
      }
    }
  }

  @Override
  public void tick(long nanos) throws Fault {
    for (int i = 0; i < open.size(); i++) {
      open.get(i).window().tick(nanos);
    }
  }

  @Override
  public void report(Wire wire, int ownSource, long nanos) throws IOException {
    for (int i = 0; i < open.size(); i++) {
      ByteBuffer out = report.clear();
      open.get(i).receiver().report(out, ownSource, nanos);
      if (out.position() > 0) {
        open.get(i).pair().report(out.flip());
      }
    }
  }

  @Override
  public void close() {
    pairs.forEach(UdpPair::close);
    pairs.clear();
    open.clear();
  }
}
