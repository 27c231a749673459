package io.vigilnvr.rest.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.event.Change;
import io.vigilnvr.api.task.Tasks;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceScope;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Exports that stay until somebody removes them, in the folder {@code exports} of the data: a film,
 * and beside it a description, from which the list is made again at start.
 */
@Component(service = KeptExports.class)
public final class KeptExports {
  private static final Logger log = LoggerFactory.getLogger(KeptExports.class);
  private static final SecureRandom RANDOM = new SecureRandom();
  static final int MOST_WAITING = 20;

  /** So much of the disk is never used by exports; it may be the one that is recorded to. */
  private static final long KEPT_FREE = 1L << 30;

  private static final Duration BETWEEN_NOTICES = Duration.ofSeconds(1);

  private final Backend backend;
  private final Tasks tasks;
  private final Path folder;
  private final Map<String, Kept> all = new ConcurrentHashMap<>();

  /** Reading the disk for more than this at once takes from recording. */
  private final Semaphore running = new Semaphore(2);

  /** Ends the writing of an export. */
  private static final class GivenUpException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    GivenUpException(String why) {
      super(why, null, false, false);
    }
  }

  /** What became of an export. */
  enum State {
    RUNNING,
    READY,
    FAILED
  }

  /**
   * An export.
   *
   * @param progress from 0 to 1
   * @param cause why it failed
   */
  record Kept(
      String id,
      String camera,
      String name,
      Instant from,
      Instant to,
      @Means(State.class) String state,
      double progress,
      long bytes,
      @Nullable String cause,
      Instant createdAt) {
    Kept as(State state, double progress, long bytes, @Nullable String cause) {
      return new Kept(id, camera, name, from, to, word(state), progress, bytes, cause, createdAt);
    }

    boolean is(State state) {
      return this.state.equals(word(state));
    }

    private static String word(State state) {
      return state.name().toLowerCase(Locale.ROOT);
    }
  }

  @Activate
  public KeptExports(
      BundleContext context,
      @Reference Backend backend,
      @Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED) Tasks tasks) {
    this(folderIn(context), backend, tasks);
  }

  KeptExports(Path folder, Backend backend, Tasks tasks) {
    this.folder = folder;
    this.backend = backend;
    this.tasks = tasks;
    load();
  }

  private static Path folderIn(BundleContext context) {
    String data = context.getProperty("vigil.data");
    if (data == null || data.isBlank()) {
      throw new IllegalStateException("the property vigil.data does not say where the data is");
    }
    return Path.of(data, "exports");
  }

  private void load() {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (var files = Files.newDirectoryStream(folder, "*.json")) {
      for (Path file : files) {
        Kept kept = Json.MAPPER.readValue(Files.readAllBytes(file), Kept.class);
        if (kept.is(State.RUNNING)) {
          kept = kept.as(State.FAILED, 0, 0, "Vigil was stopped before it was done");
          Files.deleteIfExists(part(kept.id()));
          save(kept);
        }
        all.put(kept.id(), kept);
      }
      removeOrphans();
    } catch (IOException e) {
      log.warn("the kept exports in {} cannot all be read", folder, e);
    }
  }

  /** Parts whose description was removed, or never written. */
  private void removeOrphans() throws IOException {
    try (var parts = Files.newDirectoryStream(folder, "*.{part,new}")) {
      for (Path part : parts) {
        Files.deleteIfExists(part);
      }
    }
  }

  /** Newest first. */
  List<Kept> list() {
    return all.values().stream()
        .sorted(Comparator.comparing(Kept::createdAt).reversed().thenComparing(Kept::id))
        .toList();
  }

  Optional<Kept> find(String id) {
    return Optional.ofNullable(all.get(id));
  }

  Path film(String id) {
    return folder.resolve(id + ".mp4");
  }

  private Path part(String id) {
    return folder.resolve(id + ".part");
  }

  private Path description(String id) {
    return folder.resolve(id + ".json");
  }

  /** Starts one; what it holds was found already. */
  Kept start(StreamId stream, String name, Instant from, Instant to, Export export)
      throws IOException {
    if (all.values().stream().filter(one -> one.is(State.RUNNING)).count() >= MOST_WAITING) {
      throw ProblemException.unavailable("There are enough exports under way.");
    }
    Files.createDirectories(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    if (room() < export.bytes()) {
      throw new ProblemException(409, "There is not enough room for it on the disk.");
    }
    var random = new byte[8];
    RANDOM.nextBytes(random);
    var kept =
        new Kept(
            HexFormat.of().formatHex(random),
            stream.camera().value(),
            name,
            from,
            to,
            "running",
            0,
            0,
            null,
            backend.clock().instant());
    save(kept);
    all.put(kept.id(), kept);
    tell(kept);
    tasks.start("export-" + kept.id(), () -> run(kept, export));
    return kept;
  }

  private long room() throws IOException {
    var disk = folder.toFile();
    return disk.getUsableSpace() - Math.min(KEPT_FREE, disk.getTotalSpace() / 20);
  }

  private void tell(Kept kept) {
    backend.tell(new Change.ExportChanged(kept.id(), new CameraId(kept.camera())));
  }

  private void run(Kept kept, Export export) {
    try {
      running.acquire();
    } catch (InterruptedException e) {
      // The next life says that this one ended before.
      Thread.currentThread().interrupt();
      return;
    }
    try {
      finish(kept.id(), write(kept, export));
      log.info("export {} of {} is ready", kept.id(), kept.camera());
    } catch (GivenUpException e) {
      log.info("export {} of {} ended early: {}", kept.id(), kept.camera(), e.getMessage());
      finish(kept.id(), kept.as(State.FAILED, 0, 0, e.getMessage()));
    } catch (ClosedByInterruptException e) {
      log.info("export {} of {} is given up: Vigil stops", kept.id(), kept.camera());
    } catch (IOException | RuntimeException e) {
      log.warn("export {} of {} failed", kept.id(), kept.camera(), e);
      finish(kept.id(), kept.as(State.FAILED, 0, 0, "it could not be read or written"));
    } finally {
      running.release();
    }
  }

  private Kept write(Kept kept, Export export) throws IOException {
    Path part = part(kept.id());
    if (!all.containsKey(kept.id())) {
      throw new GivenUpException("it was removed");
    }
    var progress = new Progress(kept, Math.max(1, export.bytes()));
    try (var channel =
        FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      var out = new BufferedOutputStream(Channels.newOutputStream(channel), 64 * 1024);
      export.write(out, progress::written);
      out.flush();
      channel.force(true);
    }
    progress.check();
    Files.move(part, film(kept.id()), StandardCopyOption.ATOMIC_MOVE);
    return kept.as(State.READY, 1, Files.size(film(kept.id())), null);
  }

  /** Counts while an export is written, and ends it if it is not to go on. */
  private final class Progress {
    private final Kept kept;
    private final long expected;
    private long toldAt = System.nanoTime();

    Progress(Kept kept, long expected) {
      this.kept = kept;
      this.expected = expected;
    }

    void written(long bytes) {
      double part = Math.min(1, (double) bytes / expected);
      all.computeIfPresent(kept.id(), (id, now) -> now.as(State.RUNNING, part, bytes, null));
      long now = System.nanoTime();
      if (now - toldAt >= BETWEEN_NOTICES.toNanos()) {
        toldAt = now;
        tell(kept);
        checkRoom();
      }
      check();
    }

    void check() {
      if (!all.containsKey(kept.id())) {
        throw new GivenUpException("it was removed");
      }
    }

    private void checkRoom() {
      try {
        if (room() < 0) {
          throw new GivenUpException("there is not enough room on the disk");
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private void finish(String id, Kept done) {
    try {
      if (all.computeIfPresent(id, (key, now) -> done) != null) {
        save(done);
        tell(done);
      }
      if (done.is(State.FAILED)) {
        Files.deleteIfExists(part(id));
      }
      if (!all.containsKey(id)) {
        // It was removed while it was finished.
        Files.deleteIfExists(film(id));
        Files.deleteIfExists(description(id));
      }
    } catch (IOException e) {
      log.warn("what became of export {} could not be written down", id, e);
    }
  }

  private void save(Kept kept) throws IOException {
    Path fresh = folder.resolve(kept.id() + ".json.new");
    try {
      Files.write(fresh, Json.MAPPER.writeValueAsBytes(kept));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
    Files.move(fresh, description(kept.id()), StandardCopyOption.ATOMIC_MOVE);
  }

  /** Removes one; one that is under way ends at once. Says whether there was one. */
  boolean remove(String id) throws IOException {
    Kept gone = all.remove(id);
    if (gone == null) {
      return false;
    }
    Files.deleteIfExists(description(id));
    Files.deleteIfExists(film(id));
    tell(gone);
    return true;
  }
}
