package io.vigilnvr.ingest.internal;

import io.vigilnvr.api.camera.CameraException;
import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.camera.StreamProbe;
import io.vigilnvr.api.camera.StreamRole;
import io.vigilnvr.api.camera.StreamSource;
import io.vigilnvr.api.ingest.Ingest;
import io.vigilnvr.api.ingest.IngestStatus;
import io.vigilnvr.api.ingest.IngestStatus.Phase;
import io.vigilnvr.api.stream.StreamHub;
import io.vigilnvr.api.task.Tasks;
import io.vigilnvr.ingest.protocol.Fingerprint;
import io.vigilnvr.ingest.protocol.Frames;
import io.vigilnvr.ingest.protocol.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the workers: one thread starts them, adopts those that a former life left, places streams,
 * and replaces what dies. Everything else only asks it to look.
 *
 * <p>One lock guards the maps; it is not held while a process is started, nor while the hub or a
 * listener is called.
 */
final class Workers implements Ingest, StreamLine.Owner {
  /** Gives the code for new workers, as it is installed now. */
  interface CodeSource {
    /** Empty if no engine is installed. */
    Optional<Code> code() throws IOException;
  }

  private record Unwanted(String worker, int handle) {}

  private static final Logger log = LoggerFactory.getLogger(Workers.class);

  private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

  /** A worker tells of itself each second. */
  private static final int MOST_QUIET_LOOKS = 20;

  private static final int MOST_DEATHS = 5;
  private static final Duration DEATHS_WITHIN = Duration.ofSeconds(60);

  /** A worker without streams waits so long for others. */
  private static final Duration IDLE_WORKER = Duration.ofSeconds(30);

  /**
   * A fault in native code ends a process: few cameras share one. A process costs 40 MB and some
   * wake-ups, and where nothing that a camera sends can end it, there is no reason for many.
   */
  private static final int MOST_OF_NATIVE_CODE = 8;

  private static final int MOST_TRUSTED = 64;

  /** A worker that is busy, on a machine that just starts; its streams are opened anew else. */
  private static final Duration LONGEST_GREETING = Duration.ofSeconds(10);

  private static final Duration LONGEST_STOP = Duration.ofSeconds(4);

  private final RunFolder folder;
  private final CodeSource codeSource;
  private final WorkerProcess processes;
  private final StreamHub hub;
  private final Tasks tasks;
  private final Clock clock;
  private final int camerasPerWorker;
  private final Duration lease;
  private final LongSupplier nanoTime;

  private final Semaphore look = new Semaphore(1);
  private final Map<StreamId, StreamLine> lines = new HashMap<>();
  private final Map<String, WorkerLink> links = new TreeMap<>();
  private final Map<String, Long> idleSinceNanos = new HashMap<>();
  private final ArrayDeque<Long> deathNanos = new ArrayDeque<>();

  /** Since when nobody wants a stream that a worker has. */
  private final Map<Unwanted, Long> unwantedSinceNanos = new HashMap<>();

  private long listenedNanos = System.nanoTime();
  private boolean adopted;
  private boolean closed;
  private volatile String problem = "";

  Workers(
      RunFolder folder,
      CodeSource codeSource,
      WorkerProcess processes,
      StreamHub hub,
      Tasks tasks,
      Clock clock,
      int camerasPerWorker,
      Duration lease,
      LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.folder = folder;
    this.codeSource = codeSource;
    this.processes = processes;
    this.hub = hub;
    this.tasks = tasks;
    this.clock = clock;
    this.camerasPerWorker = camerasPerWorker;
    this.lease = lease;
  }

  void start() {
    tasks.start("ingest", this::supervise);
  }

  /** What is wrong, for an admin. */
  Optional<String> problem() {
    return problem.isEmpty() ? Optional.empty() : Optional.of(problem);
  }

  @Override
  public Line open(StreamId stream, StreamSource source, Listener listener) {
    StreamLine line = new StreamLine(stream, source, listener, this, clock);
    StreamLine former;
    synchronized (this) {
      former = lines.put(stream, line);
    }
    if (former != null) {
      former.release();
    }
    line.start(hub);
    return line;
  }

  @Override
  public void look() {
    look.release();
  }

  @Override
  public void gone(StreamLine line, boolean withStream) {
    synchronized (this) {
      lines.remove(line.stream(), line);
      line.place()
          .ifPresent(
              place -> {
                place.link().detach(place.handle());
                if (withStream) {
                  place.link().send(new Message.Close(place.handle()));
                } else {
                  place
                      .link()
                      .unclaimed()
                      .put(
                          line.stream().toString(),
                          new Message.Held(
                              place.handle(),
                              line.stream().toString(),
                              fingerprint(line, place.link())));
                }
              });
      // What a former life left of the stream.
      if (withStream) {
        for (WorkerLink link : links.values()) {
          Message.Held held = link.unclaimed().remove(line.stream().toString());
          if (held != null) {
            link.send(new Message.Close(held.handle()));
          }
        }
      }
    }
    look();
  }

  private static String fingerprint(StreamLine line, WorkerLink link) {
    return link.welcome().map(welcome -> Fingerprint.of(line.source(), welcome.salt())).orElse("");
  }

  private void supervise() throws InterruptedException {
    try {
      adopt();
    } catch (IOException e) {
      log.error("workers that were left running cannot be found", e);
    }
    synchronized (this) {
      adopted = true;
    }
    while (!isClosed()) {
      try {
        bury();
        place();
        keepOne();
        retire();
      } catch (IOException | RuntimeException e) {
        log.error("the workers cannot be looked after", e);
      }
      if (look.tryAcquire(LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS)) {
        look.drainPermits();
      }
    }
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  /** Connects to the workers that live. */
  private void adopt() throws IOException, InterruptedException {
    Set<String> digests = new HashSet<>();
    List<WorkerLink> found = new ArrayList<>();
    for (RunFolder.Note note : folder.notes()) {
      Optional<ProcessHandle> process = note.process();
      if (process.isEmpty()) {
        Files.deleteIfExists(note.socket());
        Files.deleteIfExists(note.file());
        continue;
      }
      WorkerLink link = new WorkerLink(note.id(), note.socket(), true, process.get(), this::look);
      synchronized (this) {
        if (closed) {
          return;
        }
        links.put(note.id(), link);
      }
      found.add(link);
      link.start(tasks);
    }
    long deadline = System.nanoTime() + LONGEST_GREETING.toNanos();
    for (WorkerLink link : found) {
      while (link.welcome().isEmpty() && !link.isOver() && System.nanoTime() - deadline < 0) {
        look.tryAcquire(50, TimeUnit.MILLISECONDS);
      }
      link.welcome().ifPresent(welcome -> digests.add(welcome.codeDigest()));
      log.info(
          "worker {}: {}",
          link.id(),
          link.welcome()
              .map(welcome -> "adopted with " + welcome.streams().size() + " streams")
              .orElse("does not answer"));
    }
    codeSource.code().ifPresent(code -> digests.add(code.digest()));
    BundleCode.prune(folder.code(), digests);
  }

  /** Replaces what is dead or does not answer. */
  private void bury() throws IOException {
    List<WorkerLink> dead = new ArrayList<>();
    boolean listen = System.nanoTime() - listenedNanos > LOOK_AGAIN.toNanos();
    if (listen) {
      listenedNanos = System.nanoTime();
    }
    synchronized (this) {
      if (closed) {
        return; // we let go of them; they are not dead
      }
      for (WorkerLink link : links.values()) {
        if (link.isOver() || (listen && link.quietLooks() > MOST_QUIET_LOOKS)) {
          dead.add(link);
        }
      }
      dead.forEach(link -> links.remove(link.id()));
    }
    for (WorkerLink link : dead) {
      link.disconnect();
      boolean refused = link.welcome().filter(welcome -> welcome.version() == 0).isPresent();
      link.process()
          .filter(ProcessHandle::isAlive)
          .ifPresent(
              process -> {
                // One that only speaks another version hangs up on its cameras first.
                if (refused || link.isStopping()) {
                  process.destroy();
                } else {
                  process.destroyForcibly();
                }
              });
      Files.deleteIfExists(folder.note(link.id()));
      Files.deleteIfExists(link.socket());
      if (!link.isStopping()) {
        log.warn("worker {} is gone; its {} streams start anew", link.id(), link.lines().size());
        synchronized (this) {
          deathNanos.addLast(System.nanoTime());
        }
      }
      link.lines().forEach(line -> line.taken("the worker ended; starting another"));
    }
  }

  private void place() throws IOException {
    List<StreamLine> waiting;
    synchronized (this) {
      waiting = lines.values().stream().filter(line -> line.place().isEmpty()).toList();
    }
    waiting = waiting.stream().filter(StreamLine::isReady).toList();
    if (waiting.isEmpty()) {
      moveFromOldCode();
      return;
    }
    List<StreamLine> homeless = new ArrayList<>();
    for (StreamLine line : waiting) {
      if (!claim(line)) {
        homeless.add(line);
      }
    }
    if (homeless.isEmpty()) {
      return;
    }
    Optional<Code> code = codeSource.code();
    if (code.isEmpty()) {
      problem = "no ingest engine is installed";
      return;
    }
    for (StreamLine line : homeless) {
      Optional<WorkerLink> link = linkFor(line, code.get());
      if (link.isPresent() && link.get().welcome().isPresent()) {
        open(line, link.get(), link.get().newHandle());
      }
    }
  }

  /** Gives a stream that a worker has already to its line. */
  private boolean claim(StreamLine line) {
    synchronized (this) {
      for (WorkerLink link : links.values()) {
        Message.Held held = link.unclaimed().get(line.stream().toString());
        if (held == null || link.isOver()) {
          continue;
        }
        int version = link.welcome().map(Message.Welcome::version).orElse(0);
        if (!Frames.carries(version, line.source())) {
          // An older worker would pass over what the source asks for; a newer one takes it.
          link.unclaimed().remove(held.name());
          link.send(new Message.Close(held.handle()));
          return false;
        }
        boolean same = held.fingerprint().equals(fingerprint(line, link));
        if (put(
            line,
            link,
            held.handle(),
            sequence ->
                same
                    ? new Message.Resume(held.handle(), sequence, WorkerLink.WINDOW_BYTES)
                    : opening(line, link, held.handle(), sequence))) {
          link.unclaimed().remove(held.name());
        }
        return true;
      }
      return false;
    }
  }

  private void open(StreamLine line, WorkerLink link, int handle) {
    synchronized (this) {
      put(line, link, handle, sequence -> opening(line, link, handle, sequence));
    }
  }

  private static Message opening(StreamLine line, WorkerLink link, int handle, long sequence) {
    return new Message.Open(
        handle,
        line.stream().toString(),
        fingerprint(line, link),
        line.source(),
        sequence,
        WorkerLink.WINDOW_BYTES,
        false);
  }

  /** The line is attached first: what the worker answers must find it. */
  private boolean put(StreamLine line, WorkerLink link, int handle, LongFunction<Message> order) {
    if (lines.get(line.stream()) != line) {
      return false;
    }
    link.attach(handle, line);
    boolean there = line.put(new StreamLine.Place(link, handle), order);
    if (!there) {
      link.detach(handle);
    }
    return there;
  }

  /** A worker with the camera's other stream, or with room, or a new one. */
  private Optional<WorkerLink> linkFor(StreamLine line, Code code) throws IOException {
    CameraId camera = line.stream().camera();
    boolean trusted = isTrusted(line);
    int most =
        camerasPerWorker > 0 ? camerasPerWorker : trusted ? MOST_TRUSTED : MOST_OF_NATIVE_CODE;
    synchronized (this) {
      for (WorkerLink link : links.values()) {
        if (isCurrent(link, code) && cameras(link).contains(camera)) {
          return Optional.of(link);
        }
      }
      for (WorkerLink link : links.values()) {
        if (isCurrent(link, code)
            && cameras(link).size() < most
            && (camerasPerWorker > 0
                || link.lines().stream().allMatch(each -> isTrusted(each) == trusted))) {
          return Optional.of(link);
        }
      }
    }
    return startWorker(code);
  }

  /** Whether what the camera sends cannot end its worker: plain Java reads it. */
  private static boolean isTrusted(StreamLine line) {
    return line.source() instanceof StreamSource.Rtsp rtsp
        && rtsp.uri().getScheme().toLowerCase(Locale.ROOT).startsWith("rtsp")
        && (rtsp.engine().isEmpty() || rtsp.engine().equals("rtsp"));
  }

  private static boolean isCurrent(WorkerLink link, Code code) {
    return !link.isStopping()
        && !link.isOver()
        && link.welcome()
            .map(welcome -> welcome.codeDigest().equals(code.digest()))
            .orElse(!link.adopted());
  }

  private static Set<CameraId> cameras(WorkerLink link) {
    Set<CameraId> cameras = new HashSet<>();
    for (StreamLine line : link.lines()) {
      cameras.add(line.stream().camera());
    }
    for (String name : link.unclaimed().keySet()) {
      int slash = name.indexOf('/');
      if (slash > 0) {
        cameras.add(new CameraId(name.substring(0, slash)));
      }
    }
    return cameras;
  }

  private Optional<WorkerLink> startWorker(Code code) throws IOException {
    WorkerLink link;
    Path socket;
    synchronized (this) {
      long now = System.nanoTime();
      while (!deathNanos.isEmpty() && now - deathNanos.getFirst() > DEATHS_WITHIN.toNanos()) {
        deathNanos.removeFirst();
      }
      if (deathNanos.size() >= MOST_DEATHS) {
        problem = "ingest workers keep ending; see their logs";
        return Optional.empty();
      }
      problem = "";
      if (closed || !adopted) {
        return Optional.empty();
      }
      int number = 1;
      while (links.containsKey(Integer.toString(number))) {
        number++;
      }
      String id = Integer.toString(number);
      socket = folder.newSocket(id);
      // Its place is taken before it starts: a probe may want a worker at the same time.
      link = new WorkerLink(id, socket, false, null, this::look);
      links.put(id, link);
    }
    boolean late;
    try {
      link.started(processes.start(link.id(), socket, code, lease));
    } finally {
      synchronized (this) {
        late = closed;
        if (late || link.process().isEmpty()) {
          links.remove(link.id(), link);
        }
      }
    }
    if (late) {
      link.process().ifPresent(ProcessHandle::destroy);
      return Optional.empty();
    }
    link.start(tasks);
    return Optional.of(link);
  }

  /** So that the first camera, or the first test of one, need not wait for a process to start. */
  private void keepOne() throws IOException {
    synchronized (this) {
      if (!links.isEmpty()) {
        return;
      }
    }
    Optional<Code> code = codeSource.code();
    if (code.isPresent()) {
      startWorker(code.get());
    }
  }

  /** Streams on workers of replaced code move when they have nothing to lose. */
  private void moveFromOldCode() throws IOException {
    List<StreamLine> movable = new ArrayList<>();
    synchronized (this) {
      if (links.values().stream().noneMatch(WorkerLink::adopted)) {
        return;
      }
      for (StreamLine line : lines.values()) {
        if (line.status().phase() != Phase.STREAMING
            && line.status().phase() != Phase.CONNECTING
            && line.isDrained()
            && line.place().filter(place -> place.link().adopted()).isPresent()) {
          movable.add(line);
        }
      }
    }
    if (movable.isEmpty()) {
      return;
    }
    Optional<Code> code = codeSource.code();
    if (code.isEmpty()) {
      return;
    }
    for (StreamLine line : movable) {
      synchronized (this) {
        Optional<StreamLine.Place> place = line.place();
        if (lines.get(line.stream()) != line
            || place.isEmpty()
            || isCurrent(place.get().link(), code.get())) {
          continue;
        }
        WorkerLink link = place.get().link();
        link.detach(place.get().handle());
        link.send(new Message.Close(place.get().handle()));
        line.leave();
      }
      line.taken("moving to a newer worker");
      look();
    }
  }

  /** Ends workers without streams but for the last, and streams that nobody wants. */
  private void retire() {
    synchronized (this) {
      long now = nanoTime.getAsLong();
      Set<String> wanted =
          lines.keySet().stream().map(StreamId::toString).collect(Collectors.toSet());
      Set<Unwanted> unwanted = new HashSet<>();
      for (WorkerLink link : links.values()) {
        for (Message.Held held : List.copyOf(link.unclaimed().values())) {
          var key = new Unwanted(link.id(), held.handle());
          if (wanted.contains(held.name())) {
            continue; // its line has not come to it yet
          }
          unwanted.add(key);
          if (now - unwantedSinceNanos.computeIfAbsent(key, each -> now) > lease.toNanos()) {
            link.unclaimed().remove(held.name());
            link.send(new Message.Close(held.handle()));
          }
        }
        boolean idle = link.lines().isEmpty() && link.unclaimed().isEmpty() && !link.hasVisitors();
        if (!idle || link.welcome().isEmpty() || links.size() == 1) {
          idleSinceNanos.remove(link.id());
        } else if (now - idleSinceNanos.computeIfAbsent(link.id(), each -> now)
                > IDLE_WORKER.toNanos()
            && !link.isStopping()) {
          link.stop();
        }
      }
      unwantedSinceNanos.keySet().retainAll(unwanted);
    }
  }

  @Override
  public StreamProbe probe(StreamRole role, StreamSource source, Duration timeout)
      throws CameraException, InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    WorkerLink link = linkForProbe(deadline);
    int handle = link.newHandle();
    Probe probe = new Probe(role);
    link.visit(handle, probe);
    try {
      link.send(
          new Message.Open(
              handle, "probe-" + handle, "", source, 0, WorkerLink.WINDOW_BYTES, true));
      return probe.await(deadline - System.nanoTime());
    } finally {
      link.leave(handle);
    }
  }

  private WorkerLink linkForProbe(long deadline) throws CameraException, InterruptedException {
    try {
      Code code =
          codeSource
              .code()
              .orElseThrow(
                  () ->
                      new CameraException(
                          CameraException.Kind.CONFIGURATION, "no ingest engine is installed"));
      while (System.nanoTime() - deadline < 0) {
        Optional<WorkerLink> link;
        synchronized (this) {
          link = links.values().stream().filter(each -> isCurrent(each, code)).findFirst();
        }
        if (link.isEmpty()) {
          link = startWorker(code);
        }
        if (link.isPresent() && link.get().welcome().isPresent()) {
          return link.get();
        }
        TimeUnit.MILLISECONDS.sleep(20);
      }
    } catch (IOException e) {
      throw new CameraException(
          CameraException.Kind.CONFIGURATION, "no ingest worker can be started", e);
    }
    throw new CameraException(
        CameraException.Kind.UNREACHABLE, "no ingest worker is ready; try again");
  }

  @Override
  public synchronized Optional<IngestStatus> status(StreamId stream) {
    return Optional.ofNullable(lines.get(stream)).map(StreamLine::status);
  }

  @Override
  public synchronized List<Worker> workers() {
    return links.values().stream().map(Workers::describe).collect(Collectors.toList());
  }

  private static Worker describe(WorkerLink link) {
    Optional<Message.Welcome> welcome = link.welcome();
    return new Worker(
        link.id(),
        link.process().map(ProcessHandle::pid).orElse(0L),
        welcome.isPresent() ? "running" : "starting",
        link.adopted(),
        Instant.ofEpochMilli(welcome.map(Message.Welcome::startedAtMillis).orElse(0L)),
        link.lines().stream().map(StreamLine::stream).toList(),
        link.ringBytes());
  }

  /**
   * Lets go of the workers, or ends them.
   *
   * @param withWorkers whether they end; they hang up on their cameras and send what they have
   */
  void close(boolean withWorkers) throws InterruptedException {
    List<WorkerLink> all;
    List<StreamLine> open;
    synchronized (this) {
      closed = true;
      all = List.copyOf(links.values());
      open = List.copyOf(lines.values());
    }
    if (withWorkers) {
      all.forEach(WorkerLink::stop);
      long deadline = System.nanoTime() + LONGEST_STOP.toNanos();
      for (WorkerLink link : all) {
        link.awaitEnd(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
      }
      for (WorkerLink link : all) {
        link.process().filter(ProcessHandle::isAlive).ifPresent(ProcessHandle::destroy);
      }
    }
    open.forEach(StreamLine::release);
    all.forEach(WorkerLink::disconnect);
  }
}
