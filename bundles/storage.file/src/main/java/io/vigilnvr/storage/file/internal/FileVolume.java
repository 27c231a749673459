package io.vigilnvr.storage.file.internal;

import io.vigilnvr.api.storage.SegmentFile;
import io.vigilnvr.api.storage.Volume;
import io.vigilnvr.api.storage.VolumeId;
import io.vigilnvr.api.storage.VolumeRefusedException;
import java.io.EOFException;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder as a volume. In its root stand the marker, the lock, the journal and the probe's file,
 * all named {@code vigil-volume.*}, and the folder {@code .quarantine}; all else is segments.
 */
final class FileVolume implements Volume {
  private static final Logger log = LoggerFactory.getLogger(FileVolume.class);
  private static final int PROBE_BYTES = 4096;
  private static final Duration QUARANTINE = Duration.ofDays(30);

  private final VolumeId id;
  private final Path root;
  private final VolumePaths paths;
  private final Folders folders;
  private final long openSequence;
  private final VolumeLock lock;
  private final JournalFile journal;
  private final Clock clock;

  private FileVolume(
      VolumeId id,
      Path root,
      long openSequence,
      VolumeLock lock,
      JournalFile journal,
      Clock clock) {
    this.id = id;
    this.root = root;
    this.paths = new VolumePaths(root);
    this.folders = new Folders(root);
    this.openSequence = openSequence;
    this.lock = lock;
    this.journal = journal;
    this.clock = clock;
  }

  static FileVolume open(VolumeId id, Path path, boolean fresh, Clock clock)
      throws IOException, VolumeRefusedException {
    if (!Files.isDirectory(path)) {
      if (!fresh) {
        throw new VolumeRefusedException("the folder is not there; is its disk mounted?");
      }
      Folders.createRoot(path);
    }
    Path root = path.toRealPath();
    Optional<Marker> before = Marker.read(root);
    if (before.isPresent()) {
      checkId(id, before.get());
    } else if (!fresh) {
      throw new VolumeRefusedException("it has no marker; is its disk mounted?");
    } else {
      checkEmpty(root);
    }
    VolumeLock lock = VolumeLock.take(root);
    try {
      // Again, now that nobody else can change it.
      Optional<Marker> present = Marker.read(root);
      if (present.isPresent()) {
        checkId(id, present.get());
      }
      var marker =
          present
              .map(old -> new Marker(old.volume(), old.openSequence() + 1, old.createdAt()))
              .orElseGet(() -> new Marker(id.value(), 1, clock.instant().toString()));
      marker.write(root);
      var journal = new JournalFile(root);
      return new FileVolume(id, root, marker.openSequence(), lock, journal, clock);
    } catch (IOException | VolumeRefusedException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private static void checkId(VolumeId id, Marker marker) throws VolumeRefusedException {
    if (!marker.volume().equals(id.value())) {
      throw new VolumeRefusedException("it is volume " + marker.volume() + ", not " + id);
    }
  }

  private static void checkEmpty(Path root) throws IOException, VolumeRefusedException {
    try (Stream<Path> entries = Files.list(root)) {
      boolean other = entries.anyMatch(entry -> !VolumePaths.isOurs(entry));
      if (other) {
        throw new VolumeRefusedException("it has no marker, and is not empty");
      }
    }
  }

  @Override
  public VolumeId id() {
    return id;
  }

  @Override
  public String location() {
    return root.toString();
  }

  @Override
  public long openSequence() {
    return openSequence;
  }

  @Override
  public SegmentFile create(String path, ByteBuffer header) throws IOException {
    Path file = paths.resolve(path);
    FileChannel channel;
    // Nobody may find a new folder empty and remove it meanwhile.
    synchronized (folders) {
      paths.checkFolder(folderOf(file), path);
      folders.create(folderOf(file));
      channel =
          FileChannel.open(
              file,
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.WRITE,
              LinkOption.NOFOLLOW_LINKS);
    }
    try {
      var segment = new FileSegment(channel, 0);
      segment.append(new ByteBuffer[] {header.duplicate()}, 1);
      channel.force(true);
      Folders.sync(folderOf(file));
      return segment;
    } catch (IOException | RuntimeException e) {
      channel.close();
      try {
        Files.deleteIfExists(file);
      } catch (IOException again) {
        e.addSuppressed(again);
      }
      throw e;
    }
  }

  @Override
  public SegmentFile resume(String path, long bytes) throws IOException {
    FileChannel channel =
        FileChannel.open(paths.existing(path), StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    try {
      long size = channel.size();
      if (size < bytes) {
        throw new EOFException(path + " has " + size + " bytes, not " + bytes);
      }
      if (size > bytes) {
        channel.truncate(bytes);
      }
      channel.position(bytes);
      return new FileSegment(channel, bytes);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  @Override
  public SeekableByteChannel read(String path) throws IOException {
    return FileChannel.open(
        paths.existing(path), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
  }

  @Override
  public boolean delete(String path) throws IOException {
    Path file;
    try {
      file = paths.existing(path);
    } catch (NoSuchFileException e) {
      requireRoot();
      return false;
    }
    Files.delete(file);
    Folders.sync(folderOf(file));
    folders.prune(folderOf(file));
    return true;
  }

  @Override
  public void quarantine(String path) throws IOException {
    Path file = paths.existing(path);
    Path folder = root.resolve(VolumePaths.QUARANTINE);
    folders.create(folder);
    forgetOld(folder);
    String name = clock.instant().toString().replace(":", "") + "-" + path.replace('/', '~');
    Files.move(file, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    Folders.sync(folder);
    Folders.sync(folderOf(file));
  }

  private void forgetOld(Path folder) {
    Instant limit = clock.instant().minus(QUARANTINE);
    try (Stream<Path> entries = Files.list(folder)) {
      for (Path entry : (Iterable<Path>) entries::iterator) {
        var times =
            Files.readAttributes(entry, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        // The name says when it came; the file's own time is that of its last write.
        if (times.lastModifiedTime().toInstant().isBefore(limit) && movedBefore(entry, limit)) {
          Files.delete(entry);
        }
      }
    } catch (IOException e) {
      log.warn("{}: old files in quarantine cannot be removed: {}", id, e.toString());
    }
  }

  private static boolean movedBefore(Path entry, Instant limit) {
    return String.valueOf(entry.getFileName()).compareTo(limit.toString().replace(":", "")) < 0;
  }

  @Override
  public Stream<Stored> list(String under) throws IOException {
    Path from = under.isEmpty() ? root : paths.resolve(under);
    if (!Files.isDirectory(from, LinkOption.NOFOLLOW_LINKS)) {
      requireRoot();
      return Stream.empty();
    }
    return walk(from)
        .map(file -> Map.entry(root.relativize(file).toString(), file))
        .filter(entry -> isSegment(entry.getKey()))
        .map(entry -> new Stored(entry.getKey(), size(entry.getValue())))
        .filter(stored -> stored.bytes() >= 0);
  }

  /** Regular files under a folder, folder by folder; what goes away meanwhile is left out. */
  private static Stream<Path> walk(Path folder) {
    List<Path> entries;
    try (Stream<Path> listed = Files.list(folder)) {
      entries = listed.sorted().toList();
    } catch (NoSuchFileException e) {
      return Stream.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return entries.stream()
        .flatMap(
            entry ->
                Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)
                    ? walk(entry)
                    : Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS)
                        ? Stream.of(entry)
                        : Stream.empty());
  }

  private boolean isSegment(String path) {
    try {
      return !paths.resolve(path).equals(root);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Length of a file; -1 if it went away meanwhile. */
  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (NoSuchFileException e) {
      return -1;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file that is not there is one thing, a volume that is not there another. */
  private void requireRoot() throws IOException {
    if (!Files.exists(root.resolve(VolumePaths.OWN + "json"), LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException("the volume is gone");
    }
  }

  @Override
  public Capacity capacity() throws IOException {
    // By path: a FileStore wants the mount point, which is not listed inside a chroot.
    File file = root.toFile();
    long total = file.getTotalSpace();
    if (total == 0) {
      throw new IOException("cannot tell the size of the disk at " + root);
    }
    return new Capacity(total, file.getUsableSpace());
  }

  @Override
  public void probe() throws IOException {
    requireRoot();
    Path file = root.resolve(VolumePaths.OWN + "probe");
    Files.deleteIfExists(file);
    var written = new byte[PROBE_BYTES];
    new Random(clock.millis()).nextBytes(written);
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            LinkOption.NOFOLLOW_LINKS)) {
      var out = ByteBuffer.wrap(written);
      while (out.hasRemaining()) {
        channel.write(out);
      }
      channel.force(true);
      var back = ByteBuffer.allocate(PROBE_BYTES);
      while (back.hasRemaining() && channel.read(back, back.position()) >= 0) {}
      if (!back.flip().equals(ByteBuffer.wrap(written))) {
        throw new IOException("the volume does not give back what was written");
      }
    } finally {
      Files.deleteIfExists(file);
    }
  }

  @Override
  public void journal(ByteBuffer record) throws IOException {
    journal.append(record);
  }

  @Override
  public void syncJournal() throws IOException {
    journal.sync();
  }

  @Override
  public void replayJournal(Consumer<ByteBuffer> each) throws IOException {
    journal.replay(each);
  }

  @Override
  public void rewriteJournal(Iterable<ByteBuffer> records) throws IOException {
    journal.rewrite(records);
  }

  private static Path folderOf(Path file) {
    Path folder = file.getParent();
    if (folder == null) {
      throw new IllegalArgumentException("not a path within a volume");
    }
    return folder;
  }

  @Override
  public void close() {
    try {
      journal.close();
    } catch (IOException e) {
      log.warn("{}: the journal could not be closed: {}", id, e.toString());
    }
    try {
      lock.close();
    } catch (IOException e) {
      log.warn("{}: the lock could not be released: {}", id, e.toString());
    }
  }

  @Override
  public String toString() {
    return id + " at " + root;
  }
}
