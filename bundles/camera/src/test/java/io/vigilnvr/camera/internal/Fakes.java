package io.vigilnvr.camera.internal;

import io.vigilnvr.api.auth.SecretBox;
import io.vigilnvr.api.camera.Camera;
import io.vigilnvr.api.camera.CameraConfig;
import io.vigilnvr.api.camera.CameraDescription;
import io.vigilnvr.api.camera.CameraDraft;
import io.vigilnvr.api.camera.CameraDriver;
import io.vigilnvr.api.camera.CameraException;
import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.CameraObserver;
import io.vigilnvr.api.camera.CameraSession;
import io.vigilnvr.api.camera.CameraStatus;
import io.vigilnvr.api.camera.CameraStore;
import io.vigilnvr.api.camera.Credentials;
import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.camera.StreamProbe;
import io.vigilnvr.api.camera.StreamRole;
import io.vigilnvr.api.camera.StreamSource;
import io.vigilnvr.api.ingest.Ingest;
import io.vigilnvr.api.ingest.IngestStatus;
import io.vigilnvr.api.ingest.IngestStatus.Phase;
import io.vigilnvr.api.plugin.InvalidSettingsException;
import io.vigilnvr.api.plugin.PluginCatalog;
import io.vigilnvr.api.record.Ledger;
import io.vigilnvr.api.record.RecordingPlan;
import io.vigilnvr.api.record.Recordings;
import io.vigilnvr.api.record.Segment;
import io.vigilnvr.api.record.StoreUnavailableException;
import io.vigilnvr.api.task.Tasks;
import java.net.URI;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;

/** Hand-written stand-ins for what is around the registry. */
final class Fakes {
  static final Instant NOW = Instant.parse("2026-11-22T14:00:00Z");

  private Fakes() {}

  static CameraDraft draft(String name, Map<String, Object> settings) {
    return new CameraDraft(
        name,
        "fake",
        true,
        settings,
        RecordingPlan.DEFAULT,
        List.of(),
        List.of(),
        List.of(),
        List.of());
  }

  static CameraDraft draft(String name, String url) {
    return draft(name, Map.of("url", url));
  }

  static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("did not come true within 60 s");
      }
      Thread.onSpinWait();
    }
  }

  /** Threads as they are, all stopped in the end. */
  static final class Threads implements Tasks {
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

    @Override
    public Handle start(String name, Body body) {
      var thread =
          new Thread(
              () -> {
                try {
                  body.run();
                } catch (Exception e) {
                  Thread.currentThread().interrupt();
                }
              },
              "vigil-" + name);
      thread.setDaemon(true);
      threads.add(thread);
      thread.start();
      return () -> stop(thread);
    }

    @Override
    public Handle repeat(String name, Duration pause, Body body) {
      throw new UnsupportedOperationException("not needed");
    }

    private static void stop(Thread thread) {
      thread.interrupt();
      try {
        thread.join(5000);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    /** What happens when the component has gone. */
    void release() {
      threads.forEach(Threads::stop);
    }

    long alive() {
      return threads.stream().filter(Thread::isAlive).count();
    }
  }

  /** Settings {@code url} (required), {@code subUrl}, {@code username}, {@code password}. */
  static final class Catalog implements PluginCatalog {
    final Set<String> recorders = ConcurrentHashMap.newKeySet();
    final Set<String> detectors = ConcurrentHashMap.newKeySet();
    volatile boolean hasDriver = true;
    volatile Set<String> detectorSettings = Set.of("sensitivity");

    Catalog() {
      recorders.add("continuous");
      detectors.add("motion");
    }

    @Override
    public List<Plugin> plugins() {
      return List.of();
    }

    @Override
    public List<Type> types(Kind kind) {
      Set<String> ids =
          switch (kind) {
            case CAMERA_DRIVER -> hasDriver ? Set.of("fake") : Set.of();
            case RECORDER -> recorders;
            case DETECTOR -> detectors;
            default -> Set.of();
          };
      return ids.stream()
          .sorted()
          .map(id -> new Type(kind, id, id, "", List.of(), Map.of()))
          .toList();
    }

    @Override
    public Optional<Type> type(Kind kind, String id) {
      return types(kind).stream().filter(type -> type.id().equals(id)).findFirst();
    }

    @Override
    public List<String> secrets(Kind kind, String id) {
      return kind == Kind.CAMERA_DRIVER ? List.of("password") : List.of();
    }

    @Override
    public Map<String, Object> check(Kind kind, String id, Map<String, Object> settings)
        throws InvalidSettingsException {
      if (type(kind, id).isEmpty()) {
        throw new NoSuchElementException(id);
      }
      var known =
          kind == Kind.CAMERA_DRIVER
              ? Set.of("url", "subUrl", "username", "password", "port")
              : detectorSettings;
      for (String name : settings.keySet()) {
        if (!known.contains(name)) {
          throw new InvalidSettingsException("/" + name, "is not known");
        }
      }
      if (kind == Kind.CAMERA_DRIVER && !settings.containsKey("url")) {
        throw new InvalidSettingsException("/url", "is missing");
      }
      var checked = new HashMap<>(settings);
      if (kind == Kind.CAMERA_DRIVER) {
        checked.putIfAbsent("port", 554);
      }
      return checked;
    }
  }

  /** Base64, which hides a secret from nobody but a search for it. */
  static final class Box implements SecretBox {
    @Override
    public byte[] seal(String secret, String owner) {
      return Base64.getEncoder().encode((owner + "\n" + secret).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String open(byte[] sealed, String owner) {
      String text = new String(Base64.getDecoder().decode(sealed), StandardCharsets.UTF_8);
      if (!text.startsWith(owner + "\n")) {
        throw new IllegalArgumentException("of another owner");
      }
      return text.substring(owner.length() + 1);
    }
  }

  /** A database in memory. */
  static final class Store implements CameraStore {
    final Map<CameraId, Stored> rows = new ConcurrentHashMap<>();
    volatile boolean away;

    private void check() {
      if (away) {
        throw new StoreUnavailableException("away", new IllegalStateException("planted"));
      }
    }

    @Override
    public List<Stored> cameras() {
      check();
      return List.copyOf(rows.values());
    }

    @Override
    public void insert(Stored camera) {
      check();
      if (rows.putIfAbsent(camera.camera().id(), camera) != null) {
        throw new IllegalStateException("there is such a camera");
      }
    }

    @Override
    public boolean replace(Stored camera, long version) {
      check();
      Stored now = rows.get(camera.camera().id());
      if (now == null || now.camera().version() != version) {
        return false;
      }
      rows.put(camera.camera().id(), camera);
      return true;
    }

    @Override
    public boolean delete(CameraId id) {
      check();
      return rows.remove(id) != null;
    }

    @Override
    public Optional<Stored> camera(CameraId id) {
      check();
      return Optional.ofNullable(rows.get(id));
    }
  }

  /** Offers what its settings say; fails when told to. */
  static final class Driver implements CameraDriver {
    final List<Map<String, Object>> connected = new CopyOnWriteArrayList<>();
    final List<Session> sessions = new CopyOnWriteArrayList<>();
    volatile Optional<CameraException> failure = Optional.empty();
    volatile boolean hangs;
    volatile boolean interrupted;

    static final class Session implements CameraSession {
      private final CameraDescription description;
      private final CountDownLatch end = new CountDownLatch(1);
      private volatile Optional<CameraException> failure = Optional.empty();
      volatile boolean closed;

      Session(CameraDescription description) {
        this.description = description;
      }

      void fail(CameraException e) {
        failure = Optional.of(e);
        end.countDown();
      }

      @Override
      public CameraDescription description() {
        return description;
      }

      @Override
      public void awaitEnd() throws CameraException, InterruptedException {
        end.await();
        if (failure.isPresent()) {
          throw failure.orElseThrow();
        }
      }

      @Override
      public void close() {
        closed = true;
        end.countDown();
      }
    }

    /** Takes a login out of the address, as the RTSP driver does. */
    @Override
    public Map<String, Object> accept(Map<String, Object> settings)
        throws InvalidSettingsException {
      var accepted = new HashMap<>(settings);
      URI uri = URI.create(String.valueOf(settings.get("url")));
      if ("refused.example".equals(uri.getHost())) {
        throw new InvalidSettingsException("/url", "is refused");
      }
      String login = uri.getUserInfo();
      if (login != null) {
        accepted.put("username", login.substring(0, login.indexOf(':')));
        accepted.put("password", login.substring(login.indexOf(':') + 1));
        accepted.put("url", uri.toString().replace(login + "@", ""));
      }
      return accepted;
    }

    @Override
    public CameraSession connect(CameraConfig camera) throws CameraException, InterruptedException {
      connected.add(camera.settings());
      if (hangs) {
        try {
          new CountDownLatch(1).await();
        } catch (InterruptedException e) {
          interrupted = true;
          throw e;
        }
      }
      Optional<CameraException> planned = failure;
      if (planned.isPresent()) {
        throw planned.orElseThrow();
      }
      var streams = new EnumMap<StreamRole, StreamSource>(StreamRole.class);
      streams.put(StreamRole.MAIN, source(camera.settings(), "url"));
      if (camera.settings().containsKey("subUrl")) {
        streams.put(StreamRole.SUB, source(camera.settings(), "subUrl"));
      }
      var session = new Session(new CameraDescription("", "", streams));
      sessions.add(session);
      return session;
    }

    private static StreamSource source(Map<String, Object> settings, String name) {
      Optional<Credentials> credentials =
          settings.containsKey("password")
              ? Optional.of(
                  new Credentials(
                      String.valueOf(settings.get("username")),
                      String.valueOf(settings.get("password"))))
              : Optional.empty();
      return new StreamSource.Rtsp(
          URI.create((String) settings.get(name)), credentials, StreamSource.Transport.TCP, false);
    }
  }

  /** Notes lines, and says of each what it is told to. */
  static final class Puller implements Ingest {
    final List<Line> all = new CopyOnWriteArrayList<>();

    static final class Line implements Ingest.Line {
      final StreamId stream;
      final StreamSource source;
      final Listener listener;
      volatile IngestStatus status =
          new IngestStatus(Phase.CONNECTING, NOW, Optional.empty(), 0, "");
      volatile String end = "";

      Line(StreamId stream, StreamSource source, Listener listener) {
        this.stream = stream;
        this.source = source;
        this.listener = listener;
      }

      void is(Phase phase, String cause) {
        is(phase, cause, 1);
      }

      /**
       * @param second at which it began
       */
      void is(Phase phase, String cause, long second) {
        status =
            new IngestStatus(
                phase,
                NOW.plusSeconds(second),
                cause.isEmpty() ? Optional.empty() : Optional.of(cause),
                1,
                "fake");
        listener.changed(stream, status);
      }

      @Override
      public IngestStatus status() {
        return status;
      }

      @Override
      public void close() {
        end = "closed";
      }

      @Override
      public void release() {
        end = "released";
      }
    }

    @Override
    public Line open(StreamId stream, StreamSource source, Listener listener) {
      var line = new Line(stream, source, listener);
      all.add(line);
      return line;
    }

    List<Line> open() {
      return all.stream().filter(line -> line.end.isEmpty()).toList();
    }

    @Override
    public StreamProbe probe(StreamRole role, StreamSource source, Duration timeout)
        throws CameraException {
      if (((StreamSource.Rtsp) source).uri().getHost().equals("silent.example")) {
        throw new CameraException(CameraException.Kind.UNREACHABLE, "no answer");
      }
      return new StreamProbe(role, "avc1.42c01e", 640, 480, 25, "");
    }

    @Override
    public List<Worker> workers() {
      return List.of();
    }
  }

  /** Notes what it is told, and whether two told it at a time. */
  static final class Observer implements CameraObserver {
    final List<String> news = new CopyOnWriteArrayList<>();
    final Map<CameraId, CameraStatus> statuses = new TreeMap<>();
    private volatile boolean inside;
    volatile Optional<CountDownLatch> gate = Optional.empty();

    private void tell(String one) {
      if (inside) {
        news.add("TWO AT A TIME");
      }
      inside = true;
      gate.ifPresent(
          latch -> {
            try {
              latch.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          });
      news.add(one);
      inside = false;
    }

    @Override
    public void changed(Camera camera) {
      tell("changed " + camera.id() + " v" + camera.version());
    }

    @Override
    public void removed(CameraId camera) {
      tell("removed " + camera);
    }

    @Override
    public void status(CameraId camera, CameraStatus status) {
      tell(camera + " " + status.state().word());
    }

    List<String> copy() {
      return new ArrayList<>(news);
    }
  }

  /** Recordings of some streams, of which nothing but that is known. */
  record Recorded(Set<StreamId> streams) implements Recordings {
    @Override
    public StreamRecording status(StreamId stream) {
      return new StreamRecording(
          State.IDLE, 0, 0, Optional.of(NOW).filter(at -> streams.contains(stream)), "");
    }

    @Override
    public Ledger ledger(CameraId camera, Instant from, Instant to) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Ledger ledger(StreamId stream, Instant from, Instant to) {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<Segment> segments(StreamId stream, Instant from, Instant to) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Optional<Segment> segment(String id) {
      throw new UnsupportedOperationException();
    }

    @Override
    public SeekableByteChannel read(Segment segment) {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<VolumeStatus> volumes() {
      throw new UnsupportedOperationException();
    }

    @Override
    public CheckResult check(boolean hashes) {
      throw new UnsupportedOperationException();
    }
  }
}
