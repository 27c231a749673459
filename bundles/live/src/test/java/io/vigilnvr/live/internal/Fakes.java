package io.vigilnvr.live.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vigilnvr.api.auth.Access;
import io.vigilnvr.api.auth.Accounts;
import io.vigilnvr.api.auth.Identity;
import io.vigilnvr.api.auth.Role;
import io.vigilnvr.api.camera.Camera;
import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.CameraRegistry;
import io.vigilnvr.api.camera.CameraState;
import io.vigilnvr.api.camera.CameraStatus;
import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.camera.StreamRole;
import io.vigilnvr.api.decode.Transcoder;
import io.vigilnvr.api.media.Fragment;
import io.vigilnvr.api.record.RecordingPlan;
import io.vigilnvr.api.record.StoreUnavailableException;
import io.vigilnvr.api.stream.StreamHub;
import io.vigilnvr.api.stream.StreamHub.Subscription;
import io.vigilnvr.api.stream.StreamViewer;
import io.vigilnvr.api.stream.StreamViewer.Item;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** Hand-written stand-ins for what is around live media. */
final class Fakes {
  static final Instant START = Instant.parse("2026-11-22T14:00:00Z");
  static final StreamId DOOR = new StreamId(new CameraId("door"), StreamRole.MAIN);
  static final String SESSION = "a-session";
  static final String TOKEN = "a-token";
  static final Identity ANNA = new Identity("anna", Role.VIEWER, Optional.empty(), "s1");

  private Fakes() {}

  static Item.Init init(String mime) {
    return new Item.Init(
        mime, ByteBuffer.wrap(("init " + mime).getBytes(UTF_8)).asReadOnlyBuffer());
  }

  /** Numbered from 0, 25 in a second, with the number for its bytes. */
  static Item.Media picture(long number, boolean keyframe) {
    return picture(number, keyframe, String.valueOf(number).length());
  }

  static Item.Media picture(long number, boolean keyframe, int bytes) {
    byte[] content = new byte[bytes];
    byte[] text = String.valueOf(number).getBytes(UTF_8);
    System.arraycopy(text, 0, content, 0, text.length);
    return new Item.Media(
        new Fragment(
            number,
            number,
            1,
            keyframe,
            START.plusMillis(number * 40),
            number * 3600,
            3600,
            ByteBuffer.wrap(content)));
  }

  /** A stream that is watched by one viewer after the other. */
  static final class Stream {
    private final Deque<Item> items = new ArrayDeque<>();
    volatile Optional<StreamViewer> viewer = Optional.empty();
    int subscriptions;
    volatile int open;

    synchronized Subscription watch(StreamViewer by) {
      items.clear();
      viewer = Optional.of(by);
      subscriptions++;
      open++;
      return () -> {
        synchronized (this) {
          open--;
          if (viewer.equals(Optional.of(by))) {
            viewer = Optional.empty();
          }
        }
      };
    }

    void offer(Item... more) {
      synchronized (this) {
        items.addAll(List.of(more));
      }
      viewer.ifPresent(one -> one.ready(this::poll));
    }

    private synchronized Optional<Item> poll() {
      return Optional.ofNullable(items.poll());
    }

    synchronized int queued() {
      return items.size();
    }
  }

  /** A connection that takes a message only when it is told to. */
  static final class SlowWire implements Wire {
    final List<String> taken = new CopyOnWriteArrayList<>();
    boolean eager = true;
    int pings;
    boolean cut;
    private final Deque<Sent> onItsWay = new ArrayDeque<>();
    int most;

    @Override
    public void text(String text, Sent sent) {
      take(text, sent);
    }

    @Override
    public void bytes(ByteBuffer bytes, Sent sent) {
      byte[] copy = new byte[bytes.remaining()];
      bytes.get(copy);
      take("bytes " + new String(copy, UTF_8).trim(), sent);
    }

    private void take(String what, Sent sent) {
      taken.add(what);
      onItsWay.add(sent);
      most = Math.max(most, onItsWay.size());
      if (eager) {
        done(true);
      }
    }

    void done(boolean well) {
      onItsWay.remove().done(well);
    }

    @Override
    public void ping() {
      pings++;
    }

    @Override
    public void close(int code, String reason) {
      taken.add("close " + code + " " + reason);
    }

    @Override
    public void cut() {
      cut = true;
    }
  }

  /** Accounts, access, cameras and hub of a system with one camera. */
  static final class Site implements Services {
    final Stream stream = new Stream();
    final Set<String> good = new HashSet<>(Set.of(SESSION, TOKEN));
    final Set<CameraId> visible = new HashSet<>(Set.of(DOOR.camera()));
    final Set<StreamId> fed = new HashSet<>(Set.of(DOOR));
    boolean databaseAway;
    boolean away;
    CameraState state = CameraState.STREAMING;

    @Override
    public Optional<Accounts> accounts() {
      return away ? Optional.empty() : Optional.of(proxy(Accounts.class, this::account));
    }

    private Object account(Object self, java.lang.reflect.Method method, Object[] arguments) {
      if (databaseAway) {
        throw new StoreUnavailableException("away", new IllegalStateException());
      }
      boolean known =
          switch (method.getName()) {
            case "session" -> arguments[0].equals(SESSION);
            case "token" -> arguments[0].equals(TOKEN);
            default -> throw new UnsupportedOperationException(method.getName());
          };
      return known && good.contains(arguments[0]) ? Optional.of(ANNA) : Optional.empty();
    }

    @Override
    public Optional<Access> access() {
      return away
          ? Optional.empty()
          : Optional.of(
              proxy(Access.class, (self, method, arguments) -> visible.contains(arguments[2])));
    }

    @Override
    public Optional<CameraRegistry> cameras() {
      return away
          ? Optional.empty()
          : Optional.of(
              proxy(
                  CameraRegistry.class,
                  (self, method, arguments) ->
                      method.getName().equals("camera")
                          ? Optional.of(camera((CameraId) arguments[0]))
                          : new CameraStatus(state, START, Optional.empty(), List.of())));
    }

    @Override
    public Optional<StreamHub> hub() {
      return away
          ? Optional.empty()
          : Optional.of(
              proxy(
                  StreamHub.class,
                  (self, method, arguments) ->
                      switch (method.getName()) {
                        case "follow" -> stream.watch((StreamViewer) arguments[2]);
                        case "status" ->
                            fed.contains(arguments[0])
                                ? Optional.of(new Object())
                                : Optional.empty();
                        default -> throw new UnsupportedOperationException(method.getName());
                      }));
    }

    @Override
    public Optional<Transcoder> transcoder() {
      return Optional.empty();
    }
  }

  private static Camera camera(CameraId id) {
    return new Camera(
        id,
        1,
        "Door",
        "rtsp",
        true,
        Map.of(),
        List.of(),
        RecordingPlan.DEFAULT,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        START);
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }
}
