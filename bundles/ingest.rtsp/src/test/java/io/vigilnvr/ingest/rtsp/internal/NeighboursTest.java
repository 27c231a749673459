package io.vigilnvr.ingest.rtsp.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.vigilnvr.api.camera.CameraException.Kind;
import io.vigilnvr.api.camera.StreamSource;
import io.vigilnvr.api.ingest.EngineRequest;
import io.vigilnvr.api.ingest.EngineSink;
import io.vigilnvr.api.media.StreamFormat;
import io.vigilnvr.tck.Sample;
import io.vigilnvr.tck.SimulatedCameras;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What cameras cost each other, and the collector. */
@Timeout(180)
@SuppressWarnings("try")
final class NeighboursTest {
  private static final int MOST_ROUNDS = 40;

  /** Less than an object has. */
  private static final double LEAST_BYTES = 16;

  private static final class Sink implements EngineSink {
    final AtomicLong units = new AtomicLong();
    final AtomicLong lost = new AtomicLong();
    volatile String failure = "";

    @Override
    public void format(StreamFormat format) {}

    @Override
    public void unit(int track, long pts, long dts, boolean keyframe, ByteBuffer payload) {
      units.incrementAndGet();
    }

    @Override
    public void lostPackets(long count) {
      lost.addAndGet(count);
    }

    @Override
    public void failed(Kind kind, String cause) {
      failure = cause;
    }
  }

  private static EngineRequest request(URI uri) {
    return new EngineRequest(
        uri.getPath(),
        new StreamSource.Rtsp(uri, Optional.empty(), StreamSource.Transport.TCP, false),
        Duration.ofSeconds(10));
  }

  /** Answers as a camera does, and then sends as fast as it can what nobody asked for. */
  private static void flood(ServerSocket server, AtomicLong flooded) {
    try (Socket socket = server.accept();
        InputStream in = socket.getInputStream();
        OutputStream out = socket.getOutputStream()) {
      byte[] bytes = new byte[4096];
      int requests = 0;
      for (int count = in.read(bytes); count > 0 && requests < 4; count = in.read(bytes)) {
        out.write(Conversation.good(new String(bytes, 0, count, StandardCharsets.UTF_8)));
        if (++requests == 4) {
          break;
        }
      }
      byte[] packet = Rtp.interleaved(77, new byte[16]);
      byte[] many = new byte[packet.length * 10_000];
      for (int at = 0; at < many.length; at += packet.length) {
        System.arraycopy(packet, 0, many, at, packet.length);
      }
      while (true) {
        out.write(many);
        flooded.addAndGet(many.length);
      }
    } catch (IOException e) {
      // The session is over.
    }
  }

  @Test
  void aFloodTakesNothingFromTheCameraBesideIt() throws Exception {
    var engine = new RtspEngine();
    var flooded = new AtomicLong();
    try (var server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        var cameras = SimulatedCameras.start()) {
      var thread = new Thread(() -> flood(server, flooded), "flood");
      thread.setDaemon(true);
      thread.start();
      var hostile = new Sink();
      var good = new Sink();
      var uri = URI.create("rtsp://127.0.0.1:" + server.getLocalPort() + "/flood");
      try (var one = engine.open(request(uri), hostile);
          var other =
              engine.open(
                  request(cameras.camera("good").stream("main", Sample.main()).uri("main")),
                  good)) {
        while (flooded.get() == 0 || good.units.get() == 0) {
          assertThat(hostile.failure + good.failure).isEmpty();
          LockSupport.parkNanos(1_000_000);
        }
        long from = good.units.get();
        long bytes = flooded.get();
        while (good.units.get() < from + 75 || flooded.get() < bytes + (10 << 20)) {
          assertThat(good.failure).isEmpty();
          LockSupport.parkNanos(1_000_000);
        }
        assertThat(good.lost).hasValue(0);
      }
    } finally {
      engine.close();
    }
  }

  /** What is announced costs nothing, and what was sent a few times itself. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "RTSP/1.0 200 OK\r\nContent-Length: 262144\r\n\r\n",
        "RTSP/1.0 200 OK\r\nContent-Length: 2147483647\r\n\r\n",
        "RTSP/1.0 200 OK\r\nX: ",
        "RTSP/1.0 200 OK\nCSeq: 1\n\nRTSP/1.0 200 OK\nCSeq: 2\nContent-Length: 99999\n\nm=video 0",
        "$\0\u00ff\u00ff"
      })
  void whatIsAnnouncedAllocatesNothing(String start) throws Exception {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    byte[] sent = Rtp.text(start + "x".repeat(30_000));
    long best = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      try (var conversation = new Conversation(request -> new byte[0])) {
        conversation.talk();
        conversation.wire.send(sent);
        long before = threads.getCurrentThreadAllocatedBytes();
        conversation.read();
        best = Math.min(best, threads.getCurrentThreadAllocatedBytes() - before);
      }
    }
    assertThat(best).isLessThan(6L * sent.length);
  }

  /** What the system's own classes need for a datagram is all there is. */
  @Test
  void aDatagramCostsNoObject() throws Exception {
    var loop = new Loop(Duration.ofDays(1));
    var taken = new AtomicLong();
    InetAddress here = InetAddress.getLoopbackAddress();
    var paths =
        new UdpPaths(
            loop,
            here,
            here,
            step -> {
              try {
                step.run();
              } catch (IOException | Fault e) {
                throw new IllegalStateException(e);
              }
            },
            (receiver, in, at, length, nanos) -> taken.incrementAndGet());
    try (var camera = DatagramChannel.open()) {
      String offer = paths.offer();
      int port = Integer.parseInt(offer.replaceAll(".*client_port=(\\d+)-.*", "$1"));
      var thread = new AtomicLong();
      loop.call(
          () -> {
            thread.set(Thread.currentThread().getId());
            try {
              paths.open(
                  new RtpReceiver(Rtp.TYPE, 90_000, new WholeDepacketizer((t, p) -> {})),
                  new Parameters(""));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
      camera.bind(new InetSocketAddress(here, 0)).connect(new InetSocketAddress(here, port));
      var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      ByteBuffer packet = ByteBuffer.allocateDirect(1000);
      long best = Long.MAX_VALUE;
      int number = 0;
      for (int round = 0; round < 5; round++) {
        long before = threads.getThreadAllocatedBytes(thread.get());
        for (int i = 0; i < 500; i++) {
          camera.write(packet.clear().put(0, (byte) 0x80).putShort(2, (short) number++));
          long sent = number;
          while (taken.get() < sent) {
            LockSupport.parkNanos(10_000);
          }
        }
        best = Math.min(best, threads.getThreadAllocatedBytes(thread.get()) - before);
      }
      assertThat(best / 500.0).as("bytes for a datagram").isLessThan(32);
    } finally {
      loop.call(paths::close);
      loop.close();
    }
  }

  /** A picture costs two small objects; a packet none. */
  @Test
  void aPacketCostsNoObject() throws Exception {
    try (var conversation = new Conversation(Conversation::good)) {
      conversation.talk();
      int pictures = 100;
      int fragments = 40;
      byte[][] packets = new byte[pictures * fragments][];
      int number = 0;
      for (int picture = 0; picture < pictures; picture++) {
        for (int i = 0; i < fragments; i++) {
          byte[] payload = new byte[1000];
          payload[0] = 0x7c;
          payload[1] = (byte) (5 | (i == 0 ? 0x80 : i == fragments - 1 ? 0x40 : 0));
          payload[2] = (byte) 0x88;
          packets[number] =
              Rtp.interleaved(0, Rtp.packet(number, picture * 3600L, i == fragments - 1, payload));
          number++;
        }
      }
      byte[] all = Rtp.join(packets);
      var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      double best = Double.MAX_VALUE;
      int rounds = 0;
      for (; rounds < MOST_ROUNDS && best >= LEAST_BYTES; rounds++) {
        conversation.session.tick(System.nanoTime() + Duration.ofSeconds(2 + rounds).toNanos());
        conversation.wire.send(all);
        int before = conversation.units;
        long allocated = threads.getCurrentThreadAllocatedBytes();
        for (int turn = 0; turn < 2000 && conversation.units < before + pictures; turn++) {
          conversation.session.read(System.nanoTime());
        }
        allocated = threads.getCurrentThreadAllocatedBytes() - allocated;
        best = Math.min(best, (double) allocated / packets.length);
        // The next round's numbers would be taken for duplicates.
        for (int i = 0; i < packets.length; i++) {
          int at = i * packets[0].length + 6;
          var header = ByteBuffer.wrap(all);
          header.putShort(at, (short) (header.getShort(at) + packets.length));
          header.putInt(at + 2, header.getInt(at + 2) + pictures * 3600);
        }
        // What is interpreted makes more objects; the compiler has its turn when it is let.
        LockSupport.parkNanos(100_000_000);
      }
      assertThat(conversation.units).isEqualTo(rounds * pictures);
      assertThat(best).as("bytes for a packet").isLessThan(LEAST_BYTES);
    }
  }
}
