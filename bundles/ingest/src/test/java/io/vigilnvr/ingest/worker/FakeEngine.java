package io.vigilnvr.ingest.worker;

import io.vigilnvr.api.camera.CameraException;
import io.vigilnvr.api.camera.StreamSource;
import io.vigilnvr.api.ingest.EngineRequest;
import io.vigilnvr.api.ingest.EngineSession;
import io.vigilnvr.api.ingest.EngineSink;
import io.vigilnvr.api.ingest.IngestEngine;
import io.vigilnvr.api.media.Codec;
import io.vigilnvr.api.media.StreamFormat;
import io.vigilnvr.api.media.Track;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * An engine without cameras: {@code fake://made/<rate>.<bytes>} sends so many units in a second,
 * each of so many bytes, beginning with its count; each tenth is a keyframe. {@code
 * fake://refused/} refuses the login, {@code fake://missing/} has no such stream, {@code
 * fake://dead/} never says anything, and {@code fake://strange/} says what this engine does not
 * understand; {@code fake://watched/} counts from a million on while it is watched, and {@code
 * fake://telephone/} sends G.711, too, that counts -1. {@code fake://handing/} lets three units
 * gather and then hands them over. {@code fake://locked/} refuses the login after thirty units.
 */
public final class FakeEngine implements IngestEngine {
  /** avcC of 640x360. */
  public static final ByteBuffer CONFIG =
      ByteBuffer.wrap(
          HexFormat.of()
              .parseHex(
                  "0142c01effe1001667"
                      + "42c01ed900a02ff96100000300010000030032"
                      + "0f162e48"
                      + "01000468cb83cb"));

  public static final StreamFormat FORMAT =
      new StreamFormat(List.of(new Track(1, Codec.H264, 90_000, CONFIG)));

  /** The same, and sound that MP4 does not carry. */
  public static final StreamFormat WITH_G711 =
      new StreamFormat(
          List.of(FORMAT.primary(), new Track(2, Codec.PCMA, 8000, ByteBuffer.allocate(0))));

  @Override
  public String id() {
    return "fake";
  }

  @Override
  public Set<String> schemes() {
    return Set.of("fake");
  }

  @Override
  public EngineSession open(EngineRequest request, EngineSink sink) {
    URI uri = ((StreamSource.Rtsp) request.source()).uri();
    switch (uri.getHost()) {
      case "refused" -> sink.failed(CameraException.Kind.UNAUTHORIZED, "wrong password");
      case "missing" -> sink.failed(CameraException.Kind.NOT_FOUND, "no such stream");
      case "dead" -> {}
      case "strange" -> sink.failed(CameraException.Kind.PROTOCOL, "not understood");
      default -> {
        return send(request, sink);
      }
    }
    return () -> {};
  }

  static EngineSession send(EngineRequest request, EngineSink sink) {
    URI uri = ((StreamSource.Rtsp) request.source()).uri();
    String rates = uri.getPath().substring(1);
    int dot = rates.indexOf('.');
    return new Session(
        Integer.parseInt(rates.substring(0, dot)),
        Integer.parseInt(rates.substring(dot + 1)),
        uri.getHost(),
        sink);
  }

  @Override
  public void close() {}

  private static final class Session implements EngineSession {
    private final Thread thread;
    private final boolean countsWatched;
    private final boolean sounds;
    private final boolean handsOver;
    private final boolean locks;
    private volatile boolean closed;
    private volatile boolean watched;

    Session(int rate, int bytes, String host, EngineSink sink) {
      this.countsWatched = host.equals("watched");
      this.sounds = host.equals("telephone");
      this.handsOver = host.equals("handing");
      this.locks = host.equals("locked");
      thread = new Thread(() -> send(rate, bytes, sink), "fake");
      thread.setDaemon(true);
      thread.start();
    }

    private void send(int rate, int bytes, EngineSink sink) {
      sink.format(sounds ? WITH_G711 : FORMAT);
      ByteBuffer sound = ByteBuffer.allocate(160).putLong(0, -1);
      ByteBuffer payload = ByteBuffer.allocate(bytes);
      long start = System.nanoTime();
      for (long count = 0; !closed; count++) {
        payload.clear();
        payload.putLong(0, watched ? 1_000_000 + count : count);
        long ticks = 1_000_000 + count * 90_000 / rate;
        sink.unit(1, ticks, ticks, count % 10 == 0, payload);
        if (sounds) {
          long soundTicks = ticks * 8000 / 90_000;
          sink.unit(2, soundTicks, soundTicks, true, sound.clear());
        }
        if (handsOver && count % 3 == 2) {
          sink.handOver();
        }
        if (locks && count == 29) {
          sink.failed(CameraException.Kind.UNAUTHORIZED, "locked");
          return;
        }
        LockSupport.parkNanos(
            start + (count + 1) * TimeUnit.SECONDS.toNanos(1) / rate - System.nanoTime());
      }
    }

    @Override
    public void watched(boolean now) {
      watched = now && countsWatched;
    }

    @Override
    public void close() {
      closed = true;
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
