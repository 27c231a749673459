package io.vigilnvr.record.internal;

import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.camera.StreamRole;
import io.vigilnvr.api.record.Recordings.CheckResult;
import io.vigilnvr.api.record.Segment;
import io.vigilnvr.api.record.SegmentIndex;
import io.vigilnvr.api.storage.Volume;
import io.vigilnvr.api.storage.Volume.Stored;
import io.vigilnvr.api.storage.VolumeId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares index, files and journal: after a start, to put right what can be, and for whoever asks.
 * It goes folder by folder and page by page, and holds no more than one of each.
 */
final class Reconciler {
  private static final Logger log = LoggerFactory.getLogger(Reconciler.class);
  private static final int PAGE = 500;
  private static final int MOST_PROBLEMS = 1000;

  /** So many rows without a file are put down to accidents; more, to a wrong disk. */
  private static final int MOST_MISSING = 100;

  private static final int FEW = 5;

  /** A segment starts in its folder's hour, and ends soon after. */
  private static final Duration MARGIN = Duration.ofMinutes(10);

  private static final Pattern FOLDER =
      Pattern.compile("([a-z0-9-]+)/(main|sub)/([0-9]{4})/([0-9]{2})/([0-9]{2})/([0-9]{2})");

  private final Journal journal;
  private final Function<VolumeId, Set<String>> busy;

  /**
   * @param busy paths of files on a volume that are being written, or may be gone on with
   */
  Reconciler(Journal journal, Function<VolumeId, Set<String>> busy) {
    this.journal = journal;
    this.busy = busy;
  }

  /** Gives every file that nobody knows to a taker. */
  void unknownFiles(Volume volume, SegmentIndex index, Consumer<Stored> taker) throws IOException {
    eachFolder(
        volume,
        (folder, files) -> {
          Set<String> known = knownIn(volume, index, folder);
          for (Stored file : files) {
            if (!known.contains(file.path())) {
              taker.accept(file);
            }
          }
        });
  }

  private interface FolderTaker {
    void take(String folder, List<Stored> files) throws IOException;
  }

  /** Files come folder by folder. */
  private static void eachFolder(Volume volume, FolderTaker taker) throws IOException {
    var folder = new String[] {""};
    var files = new ArrayList<Stored>();
    try (Stream<Stored> all = volume.list("")) {
      all.forEach(
          file -> {
            String next = SegmentNames.folder(file.path());
            try {
              if (!next.equals(folder[0]) && !files.isEmpty()) {
                taker.take(folder[0], List.copyOf(files));
                files.clear();
              }
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
            folder[0] = next;
            files.add(file);
          });
      if (!files.isEmpty()) {
        taker.take(folder[0], List.copyOf(files));
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** Paths in a folder that have a row, an entry in the journal, or a writer. */
  private Set<String> knownIn(Volume volume, SegmentIndex index, String folder) {
    var known = new HashSet<String>(busy.apply(volume.id()));
    journal.opened(volume.id()).forEach(entry -> known.add(entry.path()));
    journal.unindexed().stream()
        .filter(segment -> segment.volume().equals(volume.id()))
        .forEach(segment -> known.add(segment.path()));
    Matcher matcher = FOLDER.matcher(folder);
    if (matcher.matches()) {
      var stream = new StreamId(new CameraId(matcher.group(1)), StreamRole.of(matcher.group(2)));
      Instant hour =
          Instant.parse(
              "%s-%s-%sT%s:00:00Z"
                  .formatted(
                      matcher.group(3), matcher.group(4), matcher.group(5), matcher.group(6)));
      for (Segment row :
          index.find(stream, hour.minus(MARGIN), hour.plus(Duration.ofHours(1)).plus(MARGIN))) {
        if (row.volume().equals(volume.id())) {
          known.add(row.path());
        }
      }
    }
    // Garbage is not found, but its file is accounted for.
    for (Segment row : index.garbage(volume.id(), PAGE)) {
      known.add(row.path());
    }
    return known;
  }

  /**
   * Marks rows whose file is gone.
   *
   * @return why not, if there are too many: then nothing is marked
   */
  Optional<String> markMissing(Volume volume, SegmentIndex index) throws IOException {
    var missing = new ArrayList<String>();
    long rows = 0;
    var files = new FolderCache(volume);
    String after = "";
    List<Segment> page = index.page(volume.id(), after, PAGE);
    while (!page.isEmpty()) {
      for (Segment row : page) {
        rows++;
        boolean expected =
            row.state() != Segment.State.GARBAGE && row.state() != Segment.State.MISSING;
        if (expected && files.bytes(row.path()).isEmpty()) {
          missing.add(row.id());
        }
        after = row.id();
      }
      page = index.page(volume.id(), after, PAGE);
    }
    if (missing.size() > MOST_MISSING || missing.size() > Math.max(FEW, rows / 100)) {
      return Optional.of(
          "%d of %d recordings have no file on volume %s; is it the right disk?"
              .formatted(missing.size(), rows, volume.id()));
    }
    if (!missing.isEmpty()) {
      log.warn("{} recordings have lost their files: {}", missing.size(), missing);
      index.markMissing(missing);
    }
    return Optional.empty();
  }

  /** Looks files up, a folder at a time. */
  private static final class FolderCache {
    private final Volume volume;
    private final Map<String, Long> files = new HashMap<>();
    private String folder = "";

    FolderCache(Volume volume) {
      this.volume = volume;
    }

    Optional<Long> bytes(String path) throws IOException {
      String wanted = SegmentNames.folder(path);
      if (!wanted.equals(folder)) {
        files.clear();
        folder = wanted;
        try (Stream<Stored> listed = volume.list(wanted)) {
          listed.forEach(file -> files.put(file.path(), file.bytes()));
        } catch (IllegalArgumentException e) {
          return Optional.empty();
        } catch (UncheckedIOException e) {
          throw e.getCause();
        }
      }
      return Optional.ofNullable(files.get(path));
    }
  }

  private record Range(long first, long last, String id) {}

  /** Index against files against journal; changes nothing. */
  CheckResult check(List<Volume> volumes, SegmentIndex index, boolean hashes) throws IOException {
    var problems = new Problems();
    var ranges = new HashMap<StreamId, List<Range>>();
    long segments = 0;
    long bytes = 0;
    for (Volume volume : volumes) {
      CheckResult one = check(volume, index, hashes, problems, ranges);
      segments += one.segments();
      bytes += one.bytes();
    }
    ranges.forEach((stream, list) -> checkOverlap(stream, list, problems));
    return new CheckResult(segments, bytes, problems.list());
  }

  private CheckResult check(
      Volume volume,
      SegmentIndex index,
      boolean hashes,
      Problems problems,
      Map<StreamId, List<Range>> ranges)
      throws IOException {
    long segments = 0;
    long bytes = 0;
    var files = new FolderCache(volume);
    String after = "";
    List<Segment> page = index.page(volume.id(), after, PAGE);
    while (!page.isEmpty()) {
      for (Segment row : page) {
        after = row.id();
        if (row.state() == Segment.State.GARBAGE || row.state() == Segment.State.MISSING) {
          continue;
        }
        segments++;
        bytes += row.bytes();
        ranges
            .computeIfAbsent(row.stream(), stream -> new ArrayList<>())
            .add(new Range(row.firstSequence(), row.lastSequence(), row.id()));
        checkFile(volume, row, files.bytes(row.path()), hashes, problems);
      }
      page = index.page(volume.id(), after, PAGE);
    }
    for (Segment row : journal.unindexed()) {
      if (row.volume().equals(volume.id()) && index.find(row.id()).isEmpty()) {
        ranges
            .computeIfAbsent(row.stream(), stream -> new ArrayList<>())
            .add(new Range(row.firstSequence(), row.lastSequence(), row.id()));
        segments++;
        bytes += row.bytes();
        checkFile(volume, row, new FolderCache(volume).bytes(row.path()), hashes, problems);
      }
    }
    unknownFiles(volume, index, file -> problems.add(file.path() + ": a file that nobody knows"));
    return new CheckResult(segments, bytes, List.of());
  }

  private void checkFile(
      Volume volume, Segment row, Optional<Long> bytes, boolean hashes, Problems problems)
      throws IOException {
    boolean exact = row.state() == Segment.State.SEALED || row.state() == Segment.State.RECOVERED;
    if (bytes.isEmpty()) {
      // It may have been deleted since the page was read, or be just written.
      problems.add(row.path() + ": its file is gone");
    } else if (exact ? bytes.get() != row.bytes() : bytes.get() < row.bytes()) {
      problems.add("%s: has %d bytes, not %d".formatted(row.path(), bytes.get(), row.bytes()));
    } else if (hashes && exact && row.sha256().isPresent()) {
      try (var channel = volume.read(row.path())) {
        if (!Sha256.of(channel).equals(row.sha256().get())) {
          problems.add(row.path() + ": its content is not what was recorded");
        }
      }
    }
  }

  private static void checkOverlap(StreamId stream, List<Range> ranges, Problems problems) {
    ranges.sort(Comparator.comparingLong(Range::first));
    Range before = null;
    for (Range range : ranges) {
      if (before != null && range.first() <= before.last()) {
        problems.add("%s: %s and %s overlap".formatted(stream, before.id(), range.id()));
      }
      before = range;
    }
  }

  /** Enough of them to see what is wrong. */
  private static final class Problems {
    private final List<String> some = new ArrayList<>();
    private long more;

    void add(String problem) {
      if (some.size() < MOST_PROBLEMS) {
        some.add(problem);
      } else {
        more++;
      }
    }

    List<String> list() {
      if (more > 0) {
        some.add("and " + more + " more");
        more = 0;
      }
      return some;
    }
  }
}
