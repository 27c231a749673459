package io.vigilnvr.ingest.gstreamer.internal;

import io.vigilnvr.api.camera.Credentials;
import io.vigilnvr.api.camera.StreamSource;
import io.vigilnvr.api.media.AccessUnit;
import io.vigilnvr.ingest.protocol.FrameReader;
import io.vigilnvr.ingest.protocol.Frames;
import io.vigilnvr.ingest.protocol.Message;
import java.io.IOException;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A platform that takes what a worker sends, acknowledges it each second and counts: for measuring.
 * Arguments: socket, and for each stream an address.
 */
public final class Drain {
  private final Map<Integer, Long> counts = new TreeMap<>();
  private final Map<Integer, Long> last = new TreeMap<>();
  private long bytes;

  private Drain() {}

  public static void main(String[] arguments) throws IOException {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(arguments[0]))) {
      new Drain().run(channel, arguments);
    }
  }

  private static void send(SocketChannel channel, Message message) throws IOException {
    channel.write(ByteBuffer.wrap(Frames.encode(message)));
  }

  private void run(SocketChannel channel, String[] arguments) throws IOException {
    boolean verbose = Boolean.getBoolean("verbose");
    send(channel, new Message.Hello(1, 1));
    Optional<Credentials> login =
        Optional.ofNullable(System.getProperty("user"))
            .map(user -> new Credentials(user, System.getProperty("password", "")));
    for (int i = 1; i < arguments.length; i++) {
      send(
          channel,
          new Message.Open(
              i,
              arguments[i],
              "x",
              new StreamSource.Rtsp(
                  URI.create(arguments[i]),
                  login,
                  StreamSource.Transport.valueOf(System.getProperty("transport", "TCP")),
                  Boolean.getBoolean("basic")),
              0,
              16 << 20,
              false));
    }
    FrameReader reader = new FrameReader();
    ByteBuffer in = ByteBuffer.allocateDirect(256 << 10);
    long next = System.nanoTime() + 1_000_000_000L;
    int seconds = 0;
    while (channel.read(in.clear()) >= 0) {
      reader.read(
          in.flip(),
          new FrameReader.Handler() {
            @Override
            public void message(Message message) {
              if (!(message instanceof Message.Pulse) || verbose) {
                System.out.println(message);
              }
            }

            @Override
            public void unit(int handle, AccessUnit unit) {
              if (verbose) {
                System.out.println(
                    handle
                        + " "
                        + unit
                        + " late "
                        + (System.currentTimeMillis() - unit.captured().toEpochMilli()));
              }
              counts.merge(handle, 1L, Long::sum);
              last.put(handle, unit.sequence());
              bytes += unit.payloadBytes();
            }
          });
      if (System.nanoTime() - next > 0) {
        next += 1_000_000_000L;
        for (Map.Entry<Integer, Long> each : last.entrySet()) {
          send(channel, new Message.Acknowledge(each.getKey(), each.getValue()));
        }
        if (++seconds % 5 == 0) {
          System.out.println(seconds + " s: " + bytes + " bytes " + counts.values());
        }
      }
    }
  }
}
