package io.vigilnvr.finder.onvif.internal;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A socket in each network, to ask from and to hear answers with. Used by one thread. */
final class ProbeSockets implements Closeable {
  private static final Logger log = LoggerFactory.getLogger(ProbeSockets.class);

  /** What came, until the next comes, and in which network. */
  record Datagram(Link link, InetAddress sender, ByteBuffer bytes) {}

  private final List<DatagramChannel> channels = new ArrayList<>();
  private final Selector selector;

  /** As long as a datagram can be. */
  private final ByteBuffer in = ByteBuffer.allocate(65536);

  /**
   * @throws IOException if there is no network where one can be opened
   */
  ProbeSockets(List<Link> links) throws IOException {
    selector = Selector.open();
    try {
      var failure = new IOException("no network interface can be asked at");
      for (Link link : links) {
        try {
          open(link);
        } catch (IOException e) {
          log.debug("{} is left out", link, e);
          failure.addSuppressed(e);
        }
      }
      if (channels.isEmpty()) {
        throw failure;
      }
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private void open(Link link) throws IOException {
    DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET);
    try {
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.IP_MULTICAST_IF, link.device());
      channel.bind(new InetSocketAddress(link.address(), 0));
      channel.register(selector, SelectionKey.OP_READ, link);
      channels.add(channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /**
   * Asks in all networks; where it fails, the others still hear it.
   *
   * @throws IOException if nobody could be asked
   */
  void send(Probe probe, InetSocketAddress group) throws IOException {
    int sent = 0;
    var failure = new IOException("no network takes the question");
    for (DatagramChannel channel : channels) {
      try {
        sent += channel.send(ByteBuffer.wrap(probe.message()), group) > 0 ? 1 : 0;
      } catch (IOException e) {
        log.debug("{} cannot be asked", channel, e);
        failure.addSuppressed(e);
      }
    }
    if (sent == 0) {
      throw failure;
    }
  }

  /**
   * Waits for the next answer.
   *
   * @param untilNanos by {@link System#nanoTime}
   */
  Optional<Datagram> receive(long untilNanos) throws IOException, InterruptedException {
    while (true) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      // Before what has come: one who floods must not make the search longer.
      long left = untilNanos - System.nanoTime();
      if (left <= 0) {
        return Optional.empty();
      }
      for (Iterator<SelectionKey> ready = selector.selectedKeys().iterator(); ready.hasNext(); ) {
        SelectionKey key = ready.next();
        ready.remove();
        if (key.channel() instanceof DatagramChannel channel
            && key.attachment() instanceof Link link
            && channel.receive(in.clear()) instanceof InetSocketAddress sender) {
          return Optional.of(new Datagram(link, sender.getAddress(), in.flip()));
        }
      }
      selector.select(1 + left / 1_000_000);
    }
  }

  @Override
  public void close() {
    for (DatagramChannel channel : channels) {
      close(channel);
    }
    close(selector);
  }

  private static void close(Closeable socket) {
    try {
      socket.close();
    } catch (IOException e) {
      log.debug("a socket does not close", e);
    }
  }
}
