package io.vigilnvr.tck;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * An RTSP server of simulated cameras, for tests and demonstrations. Real protocol, real H.264 and
 * H.265, never encoded again: samples are sent in a loop with continuous timestamps, and each
 * picture carries a {@link FrameMark}. One thread does everything, so that many cameras cost
 * little.
 *
 * <pre>{@code
 * try (var cameras = SimulatedCameras.start()) {
 *   var front = cameras.camera("front").stream("main", Sample.main());
 *   receive(front.uri("main"));
 *   front.stall();
 * }
 * }</pre>
 *
 * <p>As a program: see {@link #main}.
 */
public final class SimulatedCameras implements AutoCloseable {
  private final InetAddress host;
  private final Selector selector;
  private final ServerSocketChannel shared;
  private final Thread thread;
  private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();

  // What follows belongs to the loop's thread.

  private final Map<String, SimulatedCamera> cameras = new LinkedHashMap<>();
  private final Map<SimulatedCamera, Integer> ports = new HashMap<>();
  private final Map<SimulatedCamera, ServerSocketChannel> listeners = new HashMap<>();
  private final List<RtspConnection> connections = new ArrayList<>();
  private final ByteBuffer waste = ByteBuffer.allocateDirect(2048);
  private long seed = 1;
  private boolean closing;

  private SimulatedCameras(InetAddress host, int port) throws IOException {
    this.host = host;
    this.selector = Selector.open();
    this.shared = listen(port, Optional.empty());
    this.thread = new Thread(this::loop, "simulated-cameras");
    thread.setDaemon(true);
  }

  /** Starts on the loopback address, at a port that is free. */
  public static SimulatedCameras start() throws IOException {
    return start(InetAddress.getLoopbackAddress(), 0);
  }

  /**
   * @param port of all cameras; 0 for one that is free
   */
  public static SimulatedCameras start(InetAddress host, int port) throws IOException {
    var cameras = new SimulatedCameras(host, port);
    cameras.thread.start();
    return cameras;
  }

  /**
   * Runs cameras until SIGTERM. {@code --help} tells the options. When the cameras can be reached,
   * one line starting with {@code READY} is printed.
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    CommandLine.run(args);
  }

  /** The camera of that name, made without streams if there is none. */
  public SimulatedCamera camera(String name) {
    if (!name.matches("[a-z0-9-]{1,60}")) {
      throw new IllegalArgumentException("not a name for a camera: " + name);
    }
    return call(
        () ->
            cameras.computeIfAbsent(
                name,
                key -> {
                  var camera = new SimulatedCamera(this, key);
                  ports.put(camera, 0);
                  listen(camera);
                  return camera;
                }));
  }

  /** In the order they were made. */
  public List<SimulatedCamera> cameras() {
    return call(() -> List.copyOf(cameras.values()));
  }

  /** The port of all cameras. */
  public int port() {
    return shared.socket().getLocalPort();
  }

  /** Closes all connections and ends the thread. Any number of times. */
  @Override
  public void close() {
    commands.add(() -> closing = true);
    selector.wakeup();
    try {
      thread.join(TimeUnit.SECONDS.toMillis(10));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  // For other threads

  /** Does something on the loop's thread and waits for it. */
  <T> T call(Supplier<T> action) {
    if (Thread.currentThread() == thread) {
      return action.get();
    }
    var result = new CompletableFuture<T>();
    commands.add(
        () -> {
          try {
            result.complete(action.get());
          } catch (RuntimeException e) {
            result.completeExceptionally(e);
          }
        });
    selector.wakeup();
    if (!thread.isAlive()) {
      throw new IllegalStateException("the cameras were closed");
    }
    try {
      return result.orTimeout(10, TimeUnit.SECONDS).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof NoSuchElementException missing) {
        throw missing;
      }
      throw e;
    }
  }

  // For the loop's thread

  Optional<SimulatedCamera> find(String name) {
    return Optional.ofNullable(cameras.get(name));
  }

  URI uri(int port, String camera, String stream) {
    String address = host.getHostAddress();
    return URI.create(
        "rtsp://"
            + (address.contains(":") ? "[" + address + "]" : address)
            + ":"
            + port
            + "/"
            + camera
            + "/"
            + stream);
  }

  int portOf(SimulatedCamera camera) {
    return ports.getOrDefault(camera, 0);
  }

  long nextSeed() {
    return seed++;
  }

  static long microsSinceEpoch() {
    Instant now = Instant.now();
    return now.getEpochSecond() * 1_000_000 + now.getNano() / 1000;
  }

  /** Opens the camera's own port, the same as before, if it is not open. */
  void listen(SimulatedCamera camera) {
    if (listeners.containsKey(camera)) {
      return;
    }
    try {
      ServerSocketChannel listener = listen(portOf(camera), Optional.of(camera));
      listeners.put(camera, listener);
      ports.put(camera, listener.socket().getLocalPort());
    } catch (IOException e) {
      throw new UncheckedIOException(camera.name() + " cannot listen", e);
    }
  }

  private ServerSocketChannel listen(int port, Optional<SimulatedCamera> camera)
      throws IOException {
    var listener = ServerSocketChannel.open();
    listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
    listener.bind(new InetSocketAddress(host, port), 200);
    listener.configureBlocking(false);
    listener.register(selector, SelectionKey.OP_ACCEPT, camera);
    return listener;
  }

  void stopListening(SimulatedCamera camera) {
    ServerSocketChannel listener = listeners.remove(camera);
    if (listener != null) {
      try {
        listener.close();
        // The port is free once the selector has let go of it.
        selector.selectNow();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  void cut(SimulatedCamera camera) {
    for (RtspConnection connection : connections) {
      if (connection.calls(camera)) {
        connection.cut();
      }
    }
  }

  /** Listens to a client's RTCP, which says that it lives. */
  void listen(DatagramChannel rtcp, RtspConnection connection) throws IOException {
    rtcp.register(selector, SelectionKey.OP_READ, connection);
  }

  private void loop() {
    try {
      while (!closing) {
        for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
          command.run();
        }
        long next = tick(System.nanoTime());
        long waitMillis = (next - System.nanoTime() + 999_999) / 1_000_000;
        if (commands.isEmpty() && waitMillis > 0 && !closing) {
          selector.select(this::ready, Math.min(waitMillis, 1000));
        } else {
          selector.selectNow(this::ready);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      closeAll();
    }
  }

  /** Sends what is due; says when there is something again. */
  private long tick(long nowNanos) {
    long next = nowNanos + TimeUnit.SECONDS.toNanos(1);
    for (SimulatedCamera camera : cameras.values()) {
      for (SimulatedStream stream : camera.streams()) {
        stream.tick(nowNanos);
        next = Math.min(next, stream.dueNanos());
      }
    }
    long wallMicros = microsSinceEpoch();
    for (int i = connections.size() - 1; i >= 0; i--) {
      RtspConnection connection = connections.get(i);
      connection.tick(nowNanos, wallMicros);
      connection.flush();
      if (connection.isClosed()) {
        connections.remove(i);
      }
    }
    return next;
  }

  private void ready(SelectionKey key) {
    try {
      if (key.channel() instanceof ServerSocketChannel listener) {
        accept(listener, (Optional<?>) key.attachment());
      } else if (key.channel() instanceof DatagramChannel rtcp) {
        while (rtcp.read(waste.clear()) > 0) {
          ((RtspConnection) key.attachment()).heard();
        }
      } else {
        var connection = (RtspConnection) key.attachment();
        try {
          if (key.isReadable()) {
            connection.read();
          }
          connection.flush();
        } catch (IOException e) {
          connection.cut();
        }
      }
    } catch (java.nio.channels.CancelledKeyException | IOException e) {
      // Its client has gone; nobody is left to tell.
    }
  }

  private void accept(ServerSocketChannel listener, Optional<?> camera) throws IOException {
    for (SocketChannel channel = listener.accept(); channel != null; channel = listener.accept()) {
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
      SimulatedCamera called = (SimulatedCamera) camera.orElse(null);
      var connection = new RtspConnection(this, channel, key, called);
      key.attach(connection);
      connections.add(connection);
      if (called != null) {
        called.connections++;
      }
    }
  }

  private void closeAll() {
    connections.forEach(RtspConnection::cut);
    try {
      for (ServerSocketChannel listener : listeners.values()) {
        listener.close();
      }
      shared.close();
      selector.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
