package io.vigilnvr.ingest.rtsp.internal;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;

/** Two ports for a track's packets and their reports: RFC 3550, 11, an even one and the next. */
final class UdpPair implements AutoCloseable {
  /** A keyframe comes all at once. */
  private static final int RECEIVE_BYTES = 1024 * 1024;

  static final int NONE = -1;
  static final int STRANGE = -2;

  private static final int TRIES = 50;

  private final DatagramChannel media;
  private final DatagramChannel control;
  private final InetAddress camera;
  private int cameraPort;

  private UdpPair(DatagramChannel media, DatagramChannel control, InetAddress camera) {
    this.media = media;
    this.control = control;
    this.camera = camera;
  }

  /** Opens two ports; packets from others than the camera are not looked at. */
  static UdpPair open(InetAddress camera, InetAddress own) throws IOException {
    IOException last = new IOException("no ports");
    for (int i = 0; i < TRIES; i++) {
      DatagramChannel one = channel(camera);
      DatagramChannel other = channel(camera);
      try {
        one.bind(new InetSocketAddress(own, 0));
        int port = ((InetSocketAddress) one.getLocalAddress()).getPort();
        if (port % 2 == 0) {
          other.bind(new InetSocketAddress(own, port + 1));
          return new UdpPair(one, other, camera);
        }
      } catch (IOException e) {
        last = e; // the next one is somebody's
      }
      one.close();
      other.close();
    }
    throw last;
  }

  private static DatagramChannel channel(InetAddress camera) throws IOException {
    DatagramChannel channel =
        DatagramChannel.open(
            camera instanceof java.net.Inet6Address
                ? StandardProtocolFamily.INET6
                : StandardProtocolFamily.INET);
    channel.configureBlocking(false);
    channel.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BYTES);
    return channel;
  }

  int port() throws IOException {
    return ((InetSocketAddress) media.getLocalAddress()).getPort();
  }

  /** Where the camera sends from, as it said; 0 if it did not. */
  void cameraPort(int port) {
    cameraPort = port;
  }

  /** Wakes the loop for each datagram: the system's buffers hold less than a keyframe. */
  void register(Selector selector, Loop.Ready ready) throws IOException {
    media.register(selector, SelectionKey.OP_READ, ready);
    control.register(selector, SelectionKey.OP_READ, ready);
  }

  boolean isControl(SelectionKey key) {
    return key.channel() == control;
  }

  /**
   * Reads one datagram.
   *
   * @return its bytes, {@link #STRANGE} if it is not of the camera's, {@link #NONE} if there is
   *     none
   */
  int read(SelectionKey key, ByteBuffer into) throws IOException {
    into.clear();
    InetSocketAddress from = (InetSocketAddress) ((DatagramChannel) key.channel()).receive(into);
    into.flip();
    if (from == null) {
      return NONE;
    }
    return from.getAddress().equals(camera) ? into.limit() : STRANGE;
  }

  /** Sends a report; that it is lost does not matter. */
  void report(ByteBuffer report) throws IOException {
    if (cameraPort > 0) {
      control.send(report, new InetSocketAddress(camera, cameraPort + 1));
    }
  }

  @Override
  public void close() {
    try {
      media.close();
      control.close();
    } catch (IOException e) {
      // Nothing to be done.
    }
  }
}
