package io.vigilnvr.event.internal;

import io.vigilnvr.api.decode.Jpeg;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pictures as files, in a folder for each day of UTC on which their events began. A file's time is
 * that of its picture. Thread-safe.
 */
final class EventPictures {
  private static final Logger log = LoggerFactory.getLogger(EventPictures.class);
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("uuuu/MM/dd").withZone(ZoneOffset.UTC);
  private static final String ID = "[0-9a-z]{1,64}";
  private static final String END = ".jpg";
  private static final String UNFINISHED = ".part";

  /** Whose event may not have its row yet, or is only just read. */
  private static final Duration YOUNG = Duration.ofHours(1);

  /** So many are looked up at once. */
  private static final int BATCH = 500;

  private final Path folder;
  private final long mostBytes;
  private final Clock clock;
  private final AtomicLong bytes = new AtomicLong();

  private record Picture(Path path, String id, long size, Instant captured) {}

  EventPictures(Path folder, long mostBytes, Clock clock) {
    this.folder = folder;
    this.mostBytes = mostBytes;
    this.clock = clock;
  }

  private Path path(String id, Instant startedAt) {
    if (!id.matches(ID)) {
      throw new IllegalArgumentException("not an id of an event");
    }
    return folder.resolve(DAY.format(startedAt)).resolve(id + END);
  }

  void keep(String id, Instant startedAt, Jpeg picture) throws IOException {
    Path path = path(id, startedAt);
    Files.createDirectories(path.getParent());
    Path part = Files.createTempFile(path.getParent(), id, UNFINISHED);
    try {
      try (FileChannel out = FileChannel.open(part, StandardOpenOption.WRITE)) {
        ByteBuffer left = picture.bytes().duplicate();
        while (left.hasRemaining()) {
          out.write(left);
        }
      }
      Files.setLastModifiedTime(part, FileTime.from(picture.captured()));
      long before = size(path);
      Files.move(part, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      bytes.addAndGet(picture.bytes().remaining() - before);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private static long size(Path path) throws IOException {
    try {
      return Files.size(path);
    } catch (NoSuchFileException e) {
      return 0;
    }
  }

  boolean has(String id, Instant startedAt) {
    return id.matches(ID) && Files.isRegularFile(path(id, startedAt));
  }

  Optional<Jpeg> find(String id, Instant startedAt) {
    if (!id.matches(ID)) {
      return Optional.empty();
    }
    Path path = path(id, startedAt);
    try {
      // Another may take its place between the two; then its time comes with the next question.
      Instant captured = Files.getLastModifiedTime(path).toInstant();
      ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(path));
      return JpegSize.of(file)
          .map(size -> new Jpeg(captured, size.widthPx(), size.heightPx(), file));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      log.warn("the picture of event {} cannot be read", id, e);
      return Optional.empty();
    }
  }

  void remove(String id, Instant startedAt) {
    Path path = path(id, startedAt);
    try {
      bytes.addAndGet(-size(path));
      Files.deleteIfExists(path);
    } catch (IOException e) {
      log.warn("the picture of event {} cannot be removed", id, e);
    }
  }

  /** Counts what there is, and removes what a crash left unfinished. */
  void measure() throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    var sum = new AtomicLong();
    Instant old = clock.instant().minus(YOUNG);
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes is) throws IOException {
            if (!file.toString().endsWith(UNFINISHED)) {
              sum.addAndGet(is.size());
            } else if (is.lastModifiedTime().toInstant().isBefore(old)) {
              Files.deleteIfExists(file);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) {
            return FileVisitResult.CONTINUE; // removed meanwhile
          }
        });
    bytes.set(sum.get());
  }

  long bytes() {
    return bytes.get();
  }

  /**
   * Removes the oldest until the rest fits again, with some room.
   *
   * @param retained of ids, those whose pictures stay
   */
  void makeRoom(Function<Set<String>, Set<String>> retained) throws IOException {
    if (bytes.get() <= mostBytes) {
      return;
    }
    long enough = mostBytes - mostBytes / 20;
    for (Path day : days()) {
      List<Picture> all = pictures(day);
      for (int at = 0; at < all.size() && bytes.get() > enough; at += BATCH) {
        List<Picture> some = all.subList(at, Math.min(all.size(), at + BATCH));
        Set<String> staying = retained.apply(ids(some));
        for (Picture picture : some) {
          if (bytes.get() > enough && !staying.contains(picture.id())) {
            remove(picture);
          }
        }
      }
      removeEmpty(day);
      if (bytes.get() <= enough) {
        return;
      }
    }
  }

  /**
   * Removes those that nothing leads to any more.
   *
   * @param known of ids, those of which there is an event
   */
  void sweep(Function<Set<String>, Set<String>> known) throws IOException {
    Instant young = clock.instant().minus(YOUNG);
    for (Path day : days()) {
      List<Picture> old =
          pictures(day).stream().filter(one -> one.captured().isBefore(young)).toList();
      for (int at = 0; at < old.size(); at += BATCH) {
        List<Picture> some = old.subList(at, Math.min(old.size(), at + BATCH));
        Set<String> staying = known.apply(ids(some));
        for (Picture picture : some) {
          if (!staying.contains(picture.id())) {
            remove(picture);
          }
        }
      }
      removeEmpty(day);
    }
  }

  private static Set<String> ids(List<Picture> pictures) {
    return pictures.stream().map(Picture::id).collect(Collectors.toSet());
  }

  private void remove(Picture picture) throws IOException {
    if (Files.deleteIfExists(picture.path())) {
      bytes.addAndGet(-picture.size());
    }
  }

  /** Oldest first. */
  private List<Path> days() throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(folder, 3)) {
      return all.filter(path -> folder.relativize(path).getNameCount() == 3).sorted().toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** Oldest first. */
  private static List<Picture> pictures(Path day) throws IOException {
    var found = new ArrayList<Picture>();
    try (Stream<Path> files = Files.list(day)) {
      for (Path path : (Iterable<Path>) files::iterator) {
        String name = path.getFileName().toString();
        if (name.endsWith(END)) {
          var is = Files.readAttributes(path, BasicFileAttributes.class);
          found.add(
              new Picture(
                  path,
                  name.substring(0, name.length() - END.length()),
                  is.size(),
                  is.lastModifiedTime().toInstant()));
        }
      }
    } catch (NoSuchFileException e) {
      return List.of(); // replaced or removed just now: with the next time
    }
    found.sort(Comparator.comparing(Picture::captured));
    return found;
  }

  private static void removeEmpty(Path day) throws IOException {
    for (Path path : List.of(day, day.getParent(), day.resolve("../..").normalize())) {
      try (Stream<Path> left = Files.list(path)) {
        if (left.findAny().isPresent()) {
          return;
        }
      } catch (NoSuchFileException e) {
        continue;
      }
      Files.deleteIfExists(path);
    }
  }
}
