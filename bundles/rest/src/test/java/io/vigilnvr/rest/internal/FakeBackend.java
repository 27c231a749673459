package io.vigilnvr.rest.internal;

import io.vigilnvr.api.auth.Access;
import io.vigilnvr.api.auth.AccountStore;
import io.vigilnvr.api.auth.Accounts;
import io.vigilnvr.api.auth.Action;
import io.vigilnvr.api.auth.Identity;
import io.vigilnvr.api.auth.Role;
import io.vigilnvr.api.camera.Camera;
import io.vigilnvr.api.camera.CameraDraft;
import io.vigilnvr.api.camera.CameraException;
import io.vigilnvr.api.camera.CameraFinder;
import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.CameraRegistry;
import io.vigilnvr.api.camera.CameraState;
import io.vigilnvr.api.camera.CameraStatus;
import io.vigilnvr.api.camera.StaleVersionException;
import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.camera.StreamProbe;
import io.vigilnvr.api.camera.StreamRole;
import io.vigilnvr.api.camera.StreamSource;
import io.vigilnvr.api.event.Change;
import io.vigilnvr.api.event.EventLog;
import io.vigilnvr.api.event.EventReview;
import io.vigilnvr.api.event.EventStore;
import io.vigilnvr.api.health.HealthCheck;
import io.vigilnvr.api.health.WorkerSource;
import io.vigilnvr.api.ingest.Ingest;
import io.vigilnvr.api.plugin.InvalidSettingsException;
import io.vigilnvr.api.plugin.PluginCatalog;
import io.vigilnvr.api.plugin.PluginInstaller;
import io.vigilnvr.api.record.GapCause;
import io.vigilnvr.api.record.Ledger;
import io.vigilnvr.api.record.Recordings;
import io.vigilnvr.api.record.Segment;
import io.vigilnvr.api.record.Volumes;
import io.vigilnvr.api.storage.Volume;
import io.vigilnvr.api.storage.VolumeId;
import io.vigilnvr.api.stream.StreamHub;
import io.vigilnvr.api.stream.StreamStatus;
import io.vigilnvr.api.stream.StreamViewer;
import io.vigilnvr.api.view.SavedView;
import io.vigilnvr.api.view.ViewStore;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Everything behind the API, in memory. */
final class FakeBackend implements Backend {
  static final Instant NOW = Instant.parse("2026-11-22T14:00:00Z");
  static final String PASSWORD = "correct horse battery staple";

  final FakeAccounts accounts = new FakeAccounts();
  volatile boolean unsettled;
  final FakeCameras cameras = new FakeCameras();
  final FakeRecordings recordings = new FakeRecordings();
  final FakeVolumes volumes = new FakeVolumes();
  final List<AccountStore.AuditEntry> audit = new CopyOnWriteArrayList<>();
  final List<HealthCheck> checks = new CopyOnWriteArrayList<>();
  final FakeInstaller installer = new FakeInstaller();
  final FakeViews views = new FakeViews();
  final FakeEvents events = new FakeEvents();
  final FakeEventLog eventLog = new FakeEventLog(events, this::tell);
  final Map<String, CameraFinder> finders = new ConcurrentHashMap<>();
  final List<WorkerSource> workerSources = new CopyOnWriteArrayList<>();
  final List<Change> told = new CopyOnWriteArrayList<>();
  final List<StreamStatus> streams = new CopyOnWriteArrayList<>();

  @Override
  public Accounts accounts() {
    return accounts;
  }

  /** Only the audit is used. */
  @Override
  public AccountStore accountStore() {
    return (AccountStore)
        Proxy.newProxyInstance(
            AccountStore.class.getClassLoader(),
            new Class<?>[] {AccountStore.class},
            (proxy, method, arguments) -> {
              if (!method.getName().equals("audit")) {
                throw new UnsupportedOperationException(method.getName());
              }
              if (method.getReturnType() == void.class) {
                audit.add(
                    new AccountStore.AuditEntry(
                        audit.size() + 1,
                        (Instant) arguments[0],
                        (String) arguments[1],
                        (String) arguments[2],
                        (String) arguments[3],
                        (String) arguments[4],
                        (String) arguments[5]));
                return null;
              }
              return audit.stream()
                  .filter(entry -> entry.id() < (Long) arguments[0])
                  .sorted(Comparator.comparing(AccountStore.AuditEntry::id).reversed())
                  .limit((Integer) arguments[1])
                  .toList();
            });
  }

  @Override
  public Access access() {
    return new Access() {
      @Override
      public boolean allows(Identity who, Action action, CameraId camera) {
        return who.role().compareTo(action.least()) <= 0
            && (who.cameras().isEmpty() || who.cameras().get().contains(camera));
      }

      @Override
      public boolean allows(Identity who, Action action) {
        return who.role().compareTo(action.least()) <= 0 && who.cameras().isEmpty();
      }
    };
  }

  @Override
  public CameraRegistry cameras() {
    return cameras;
  }

  @Override
  public Recordings recordings() {
    return recordings;
  }

  @Override
  public StreamHub hub() {
    return new StreamHub() {
      @Override
      public Feed feed(StreamId stream, Upstream upstream) {
        throw new UnsupportedOperationException();
      }

      @Override
      public Subscription watch(StreamId stream, long maxQueuedBytes, StreamViewer viewer) {
        throw new UnsupportedOperationException();
      }

      @Override
      public Subscription follow(StreamId stream, long maxQueuedBytes, StreamViewer viewer) {
        throw new UnsupportedOperationException();
      }

      @Override
      public Optional<StreamStatus> status(StreamId stream) {
        return streams.stream().filter(one -> one.stream().equals(stream)).findFirst();
      }

      @Override
      public List<StreamStatus> streams() {
        return streams;
      }
    };
  }

  @Override
  public Ingest ingest() {
    return new Ingest() {
      @Override
      public Line open(StreamId stream, StreamSource source, Listener listener) {
        throw new UnsupportedOperationException();
      }

      @Override
      public StreamProbe probe(StreamRole role, StreamSource source, Duration timeout) {
        throw new UnsupportedOperationException();
      }

      @Override
      public List<Worker> workers() {
        return List.of(new Worker("w1", 1, "running", false, NOW, List.of(), 4096));
      }
    };
  }

  @Override
  public PluginCatalog catalog() {
    return new FakeCatalog();
  }

  @Override
  public PluginInstaller installer() {
    return installer;
  }

  @Override
  public Volumes volumes() {
    return volumes;
  }

  @Override
  public ViewStore views() {
    return views;
  }

  @Override
  public EventStore events() {
    return events;
  }

  @Override
  public EventLog eventLog() {
    return eventLog;
  }

  @Override
  public EventReview eventReview() {
    return eventLog;
  }

  @Override
  public Map<String, CameraFinder> finders() {
    return finders;
  }

  @Override
  public List<WorkerSource> workerSources() {
    return workerSources;
  }

  @Override
  public void tell(Change change) {
    told.add(change);
  }

  @Override
  public boolean isUnsettled() {
    return unsettled;
  }

  @Override
  public List<HealthCheck> healthChecks() {
    return checks;
  }

  @Override
  public Clock clock() {
    return Clock.fixed(NOW, ZoneOffset.UTC);
  }

  @Override
  public String version() {
    return "0.1.0";
  }

  @Override
  public Instant startedAt() {
    return NOW.minusSeconds(60);
  }

  /** Passwords and secrets in clear; for tests alone. */
  static final class FakeAccounts implements Accounts {
    final Map<String, User> users = new ConcurrentHashMap<>();
    final Map<String, String> passwords = new ConcurrentHashMap<>();
    final Map<String, Identity> sessions = new ConcurrentHashMap<>();
    final Map<String, Identity> tokens = new ConcurrentHashMap<>();
    final Map<String, Token> issued = new ConcurrentHashMap<>();
    int failures;
    private int next;

    String tokenFor(String username, Role role, Optional<Set<CameraId>> cameras) {
      String secret = "token-" + ++next;
      tokens.put(secret, new Identity(username, role, cameras, "t" + next));
      return secret;
    }

    String sessionFor(String username, Role role) {
      String secret = "session-" + ++next;
      sessions.put(secret, new Identity(username, role, Optional.empty(), "s" + next));
      return secret;
    }

    @Override
    public boolean needsSetup() {
      return users.isEmpty();
    }

    @Override
    public Optional<User> setUp(String token, String username, String password)
        throws InvalidSettingsException {
      return token.equals("setup") && needsSetup()
          ? Optional.of(addUser(username, password, Role.ADMIN, Optional.empty()))
          : Optional.empty();
    }

    @Override
    public SignIn signIn(String username, String password, String from) {
      if (failures >= 3) {
        return new SignIn.Throttled(Duration.ofSeconds(7));
      }
      User user = users.get(username);
      if (user == null || !password.equals(passwords.get(username))) {
        failures++;
        return new SignIn.Refused();
      }
      String secret = "session-" + ++next;
      var identity = new Identity(username, user.role(), user.cameras(), "s" + next);
      sessions.put(secret, identity);
      return new SignIn.Accepted(new Issued<>(identity, secret));
    }

    @Override
    public Optional<Identity> session(String secret) {
      return Optional.ofNullable(sessions.get(secret));
    }

    @Override
    public Optional<Identity> peek(String secret) {
      return session(secret).or(() -> token(secret));
    }

    @Override
    public void signOut(String sessionSecret) {
      sessions.remove(sessionSecret);
    }

    @Override
    public Optional<Identity> token(String secret) {
      return Optional.ofNullable(tokens.get(secret));
    }

    @Override
    public Issued<Token> issueToken(
        Identity who,
        String name,
        Role role,
        Optional<Set<CameraId>> cameras,
        Optional<Instant> expiresAt)
        throws InvalidSettingsException {
      if (role.compareTo(who.role()) < 0) {
        throw new InvalidSettingsException("/role", "must not be more than your own");
      }
      if (who.cameras().isPresent()
          && (cameras.isEmpty() || !who.cameras().get().containsAll(cameras.get()))) {
        throw new InvalidSettingsException("/cameras", "must be among your own");
      }
      String secret = tokenFor(who.username(), role, cameras);
      var token = new Token("t" + next, who.username(), name, role, cameras, NOW, expiresAt);
      issued.put(token.id(), token);
      return new Issued<>(token, secret);
    }

    @Override
    public List<Token> tokens(Optional<String> username) {
      return issued.values().stream()
          .filter(token -> username.isEmpty() || username.get().equals(token.username()))
          .toList();
    }

    @Override
    public boolean revokeToken(String id) {
      tokens.values().removeIf(identity -> identity.session().equals(id));
      return issued.remove(id) != null;
    }

    @Override
    public List<User> users() {
      return List.copyOf(users.values());
    }

    @Override
    public User addUser(
        String username, String password, Role role, Optional<Set<CameraId>> cameras)
        throws InvalidSettingsException {
      if (password.length() < 12) {
        throw new InvalidSettingsException("/password", "must have 12 to 128 characters");
      }
      var user = new User(username, role, cameras, true, NOW);
      users.put(username, user);
      passwords.put(username, password);
      return user;
    }

    @Override
    public User changeUser(
        String username, Role role, Optional<Set<CameraId>> cameras, boolean enabled) {
      var user = new User(username, role, cameras, enabled, NOW);
      users.put(username, user);
      return user;
    }

    @Override
    public void changePassword(String username, String password) {
      passwords.put(username, password);
    }

    @Override
    public boolean removeUser(String username) {
      return users.remove(username) != null;
    }
  }

  /** Takes any file for the plugin {@code com.acme.camera}, but not an empty one. */
  static final class FakeInstaller implements PluginInstaller {
    final List<String> calls = new CopyOnWriteArrayList<>();

    @Override
    public Upload examine(Path file) throws InvalidSettingsException, IOException {
      calls.add("examine " + Files.size(file));
      return upload(file);
    }

    @Override
    public Upload install(Path file) throws InvalidSettingsException, IOException {
      calls.add("install " + Files.size(file));
      return upload(file);
    }

    private static Upload upload(Path file) throws InvalidSettingsException, IOException {
      if (Files.size(file) == 0) {
        throw new InvalidSettingsException("/file", "is not a jar");
      }
      return new Upload(
          "com.acme.camera",
          "1.0.0",
          "Acme",
          Files.size(file),
          "00",
          Optional.empty(),
          Optional.empty());
    }

    @Override
    public void start(String id) {
      known(id);
      calls.add("start " + id);
    }

    @Override
    public void stop(String id) {
      known(id);
      calls.add("stop " + id);
    }

    @Override
    public void remove(String id) {
      known(id);
      calls.add("remove " + id);
    }

    private static void known(String id) {
      if (id.startsWith("io.vigilnvr.")) {
        throw new IllegalStateException("It came with Vigil.");
      }
      if (!id.equals("com.acme.camera")) {
        throw new NoSuchElementException(id);
      }
    }
  }

  /** In memory. */
  static final class FakeViews implements ViewStore {
    final Map<String, SavedView> all = new ConcurrentHashMap<>();
    final Map<String, Map<String, Object>> preferences = new ConcurrentHashMap<>();

    @Override
    public List<SavedView> views(String username) {
      return all.values().stream()
          .filter(view -> view.shared() || view.owner().equals(username))
          .sorted(Comparator.comparing(SavedView::name))
          .toList();
    }

    @Override
    public Optional<SavedView> view(String id) {
      return Optional.ofNullable(all.get(id));
    }

    @Override
    public void insert(SavedView view) {
      all.put(view.id(), view);
    }

    @Override
    public boolean replace(SavedView view) {
      return all.replace(view.id(), view) != null;
    }

    @Override
    public boolean removeView(String id) {
      return all.remove(id) != null;
    }

    @Override
    public Map<String, Object> preferences(String username) {
      return preferences.getOrDefault(username, Map.of());
    }

    @Override
    public boolean setPreferences(String username, Map<String, Object> wanted) {
      preferences.put(username, wanted);
      return true;
    }
  }

  /** Knows one driver, {@code rtsp}, with the secret {@code password}. */
  private static final class FakeCatalog implements PluginCatalog {
    @Override
    public List<Plugin> plugins() {
      return List.of(
          new Plugin(
              "io.vigilnvr.camera.rtsp",
              "0.1.0",
              "RTSP cameras",
              "active",
              List.of("camera-driver:rtsp"),
              true,
              "distribution",
              Optional.empty()));
    }

    @Override
    public List<Type> types(Kind kind) {
      return kind == Kind.CAMERA_DRIVER
          ? List.of(
              new Type(kind, "rtsp", "RTSP", "Any camera", List.of(), Map.of("type", "object")))
          : List.of();
    }

    @Override
    public Optional<Type> type(Kind kind, String id) {
      return types(kind).stream().filter(type -> type.id().equals(id)).findFirst();
    }

    @Override
    public List<String> secrets(Kind kind, String id) {
      return id.equals("rtsp") ? List.of("password") : List.of();
    }

    @Override
    public Map<String, Object> check(Kind kind, String id, Map<String, Object> settings) {
      return settings;
    }
  }

  /** Keeps drafts as they are; ids come from names. */
  static final class FakeCameras implements CameraRegistry {
    final Map<CameraId, Camera> all = new ConcurrentHashMap<>();
    final Map<CameraId, Map<String, Object>> secrets = new HashMap<>();
    final Map<CameraId, CameraStatus> states = new HashMap<>();

    Camera add(String name) {
      try {
        return create(
            new CameraDraft(
                name,
                "rtsp",
                true,
                Map.of("url", "rtsp://192.0.2.10/main"),
                io.vigilnvr.api.record.RecordingPlan.DEFAULT,
                List.of(),
                List.of(),
                List.of(),
                List.of()));
      } catch (InvalidSettingsException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public List<Camera> cameras() {
      return all.values().stream().sorted(Comparator.comparing(Camera::name)).toList();
    }

    @Override
    public Optional<Camera> camera(CameraId id) {
      return Optional.ofNullable(all.get(id));
    }

    @Override
    public Camera create(CameraDraft draft) throws InvalidSettingsException {
      var id = new CameraId(draft.name().toLowerCase(Locale.ROOT).replace(' ', '-'));
      return keep(id, 1, draft);
    }

    private Camera keep(CameraId id, long version, CameraDraft draft)
        throws InvalidSettingsException {
      if (!draft.settings().containsKey("url")) {
        throw new InvalidSettingsException("/settings/url", "is required");
      }
      var kept = new HashMap<String, Object>(secrets.getOrDefault(id, Map.of()));
      var open = new HashMap<>(draft.settings());
      Object password = open.remove("password");
      if (password != null && password.equals("")) {
        kept.remove("password");
      } else if (password != null) {
        kept.put("password", password);
      }
      secrets.put(id, kept);
      var camera =
          new Camera(
              id,
              version,
              draft.name(),
              draft.driver(),
              draft.enabled(),
              open,
              List.copyOf(kept.keySet()),
              draft.recording(),
              draft.detectors(),
              draft.zones(),
              draft.masks(),
              draft.labels(),
              NOW.minus(Duration.ofDays(8)));
      all.put(id, camera);
      return camera;
    }

    @Override
    public Camera replace(CameraId id, long version, CameraDraft draft)
        throws InvalidSettingsException, StaleVersionException {
      Camera before = all.get(id);
      if (before == null) {
        throw new NoSuchElementException();
      }
      if (before.version() != version) {
        throw new StaleVersionException(before.version());
      }
      return keep(id, version + 1, draft);
    }

    @Override
    public boolean delete(CameraId id) {
      return all.remove(id) != null;
    }

    @Override
    public CameraStatus status(CameraId id) {
      return states.getOrDefault(
          id,
          new CameraStatus(
              CameraState.CONNECTING, NOW.minusSeconds(5), Optional.empty(), List.of()));
    }

    @Override
    public List<StreamProbe> test(String driver, Map<String, Object> settings)
        throws CameraException {
      if ("rtsp://192.0.2.99/".equals(settings.get("url"))) {
        throw new CameraException(
            CameraException.Kind.UNREACHABLE, "no answer from 192.0.2.99:554");
      }
      return List.of(new StreamProbe(StreamRole.MAIN, "avc1.4d0028", 1920, 1080, 25, ""));
    }

    @Override
    public List<StreamProbe> test(CameraId camera, String driver, Map<String, Object> settings)
        throws InvalidSettingsException, CameraException {
      Camera known = camera(camera).orElseThrow();
      if (!known.settings().entrySet().containsAll(settings.entrySet())) {
        throw new InvalidSettingsException("/settings/url", "is another host or port");
      }
      if (!known.secretsSet().contains("password")) {
        throw new CameraException(CameraException.Kind.UNAUTHORIZED, "no password");
      }
      return test(driver, settings);
    }
  }

  /** Segments whose files are on disk. */
  static final class FakeRecordings implements Recordings {
    final List<Segment> segments = new ArrayList<>();
    final Map<String, Path> files = new HashMap<>();
    final Set<StreamId> asked = new HashSet<>();
    int queries;

    @Override
    public Ledger ledger(CameraId camera, Instant from, Instant to) {
      Instant middle = from.plus(Duration.between(from, to).dividedBy(2));
      return new Ledger(
          List.of(new Ledger.Span(from, middle, 1000, StreamRole.MAIN)),
          List.of(new Ledger.Gap(middle, to, GapCause.NOT_SCHEDULED)));
    }

    @Override
    public Ledger ledger(StreamId stream, Instant from, Instant to) {
      return new Ledger(List.of(new Ledger.Span(from, to, 500, stream.role())), List.of());
    }

    @Override
    public List<Segment> segments(StreamId stream, Instant from, Instant to) {
      queries++;
      asked.add(stream);
      return segments.stream()
          .filter(one -> one.stream().equals(stream))
          .filter(one -> one.startedAt().isBefore(to) && one.endedAt().isAfter(from))
          .sorted(Comparator.comparing(Segment::startedAt))
          .toList();
    }

    @Override
    public Optional<Segment> segment(String id) {
      return segments.stream().filter(one -> one.id().equals(id)).findFirst();
    }

    @Override
    public SeekableByteChannel read(Segment segment) throws IOException {
      Path file = files.get(segment.id());
      if (file == null) {
        throw new NoSuchFileException(segment.id());
      }
      return Files.newByteChannel(file);
    }

    @Override
    public StreamRecording status(StreamId stream) {
      return new StreamRecording(State.RECORDING, 90, 2, Optional.of(NOW), "");
    }

    @Override
    public List<VolumeStatus> volumes() {
      return List.of(
          new VolumeStatus(
              new VolumeId("first"),
              "file",
              "/recordings",
              "online",
              "",
              Optional.of(new Volume.Capacity(1000, 400)),
              500,
              3));
    }

    @Override
    public CheckResult check(boolean hashes) {
      throw new UnsupportedOperationException();
    }
  }

  /** The first is there always; others come and go. */
  static final class FakeVolumes implements Volumes {
    final List<VolumeId> ids = new ArrayList<>(List.of(new VolumeId("first")));
    final List<Stretch> stretches = new ArrayList<>();

    @Override
    public List<Standing> standings() {
      return ids.stream()
          .map(
              id ->
                  new Standing(
                      new Recordings.VolumeStatus(
                          id,
                          "file",
                          "/recordings",
                          "online",
                          "",
                          Optional.of(new Volume.Capacity(1000, 400)),
                          500,
                          3),
                      100,
                      30,
                      Optional.of(NOW.plusSeconds(864_000)),
                      Optional.of(NOW)))
          .toList();
    }

    @Override
    public VolumeId add(String backend, Map<String, Object> settings)
        throws InvalidSettingsException {
      if (!(settings.get("path") instanceof String path) || !path.startsWith("/")) {
        throw new InvalidSettingsException("/path", "must be an absolute path");
      }
      var id = new VolumeId(path.replaceAll(".*/", ""));
      ids.add(id);
      return id;
    }

    @Override
    public void remove(VolumeId volume, boolean forget) throws VolumeInUseException {
      if (!ids.contains(volume)) {
        throw new NoSuchElementException();
      }
      if (ids.indexOf(volume) == 0 || !forget) {
        throw new VolumeInUseException("It has footage.");
      }
      ids.remove(volume);
    }

    @Override
    public List<Usage> usage() {
      return List.of(new Usage(new CameraId("door"), 500, NOW, NOW.plusSeconds(60), 30));
    }

    @Override
    public List<Stretch> recorded(CameraId camera, Instant from, Instant to) {
      return stretches;
    }
  }
}
