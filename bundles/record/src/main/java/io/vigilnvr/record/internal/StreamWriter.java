package io.vigilnvr.record.internal;

import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.media.Fragment;
import io.vigilnvr.api.media.StreamFormat;
import io.vigilnvr.api.record.GapCause;
import io.vigilnvr.api.record.Recorder.Choice;
import io.vigilnvr.api.record.Recordings.State;
import io.vigilnvr.api.record.Segment;
import io.vigilnvr.api.storage.Volume;
import io.vigilnvr.media.codec.Codecs;
import io.vigilnvr.media.mp4.SegmentInfo;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes one stream: cuts it into segments at keyframes, follows the recorder's choices, and breaks
 * off by name when something is missing or the disk fails. Only the flusher calls it; what others
 * may see is in {@link #view}.
 *
 * <p>At any time it has at most one of: a file it writes ({@code open}), a file of a former life
 * that may be gone on with ({@code unsealed}). Without either it {@code waits} for a keyframe if
 * the stream is to be kept; units that go by meanwhile are lost.
 */
final class StreamWriter {
  private static final Logger log = LoggerFactory.getLogger(StreamWriter.class);
  private static final long MOST_HELD_BYTES = 64L << 20;

  /**
   * What others may see.
   *
   * @param row of the file that is open or to be gone on with, as far as durable: maybe nothing
   * @param durableThrough end of what was ever made durable, if anything was
   * @param lastAt {@link System#nanoTime} of the newest fragment
   */
  record View(
      State state,
      String cause,
      long recorded,
      long lost,
      Optional<Segment> row,
      Optional<Instant> durableThrough,
      long lastAt) {}

  private record Run(long number, StreamFormat format, boolean sparse) {}

  /** A GOP that is held until a choice keeps it. */
  private record Gop(Instant start, List<Fragment> fragments) {
    long bytes() {
      return fragments.stream().mapToLong(Fragment::byteCount).sum();
    }
  }

  private final StreamId stream;
  private final RecordSettings settings;
  private final Mount mount;
  private final Journal journal;
  private final Conditions conditions;
  private final Choices choices;
  private final Adoption adoption;
  private final Clock clock;

  private final ArrayDeque<Gop> held = new ArrayDeque<>();
  private Duration holdAtMost = Duration.ZERO;
  private @Nullable Run run;
  private @Nullable OpenSegment open;
  private @Nullable Unsealed unsealed;
  private long unsealedSince;
  private @Nullable Instant lastEnd;
  private String lastSha256 = "";
  private long expected = -1;
  private boolean waits = true;
  private boolean storageFailed;
  private long recorded;
  private long lost;
  private long lastAt = System.nanoTime();
  private volatile View view =
      new View(State.IDLE, "", 0, 0, Optional.empty(), Optional.empty(), 0);

  StreamWriter(
      StreamId stream,
      RecordSettings settings,
      Mount mount,
      Journal journal,
      Conditions conditions,
      Choices choices,
      Adoption adoption,
      Clock clock) {
    this.stream = stream;
    this.settings = settings;
    this.mount = mount;
    this.journal = journal;
    this.conditions = conditions;
    this.choices = choices;
    this.adoption = adoption;
    this.clock = clock;
  }

  /** Takes up where the stream's last segment ended. Before anything else. */
  void startAfter(JournalEntry.Position position) {
    expected = position.nextSequence();
    lastEnd = position.endedAt();
    lastSha256 = position.sha256();
    publish();
  }

  /** Takes up a file that a former life left open. Before anything is taken. */
  void startIn(Unsealed file) {
    unsealed = file;
    unsealedSince = System.nanoTime();
    expected = Math.max(expected, file.nextSequence());
    Instant end = file.row(mount.id(), Segment.State.OPEN, Optional.empty()).endedAt();
    lastEnd = end;
    publish();
  }

  View view() {
    return view;
  }

  /** The number of the first unit that is not had; -1 if nothing is known. */
  long expected() {
    return expected;
  }

  /** Whether the stream is to be recorded at all. */
  boolean wanted() {
    return choices.wanted();
  }

  /** Takes what came, and writes it; not synced yet. */
  void take(List<Intake.Item> items) {
    if (!items.isEmpty()) {
      lastAt = System.nanoTime();
    }
    for (Intake.Item item : items) {
      if (item instanceof Intake.Item.Media media) {
        fragment(media.fragment());
      } else if (item instanceof Intake.Item.Run next) {
        begin(next);
      } else if (item instanceof Intake.Item.Lost gone) {
        lost(gone);
      } else if (item instanceof Intake.Item.Interrupted broken) {
        breakOff(broken.cause());
        run = null;
      }
    }
    write();
  }

  private void begin(Intake.Item.Run next) {
    OpenSegment file = open;
    if (file != null && file.run() != next.run()) {
      seal();
    }
    boolean sparse = !next.format().tracks().stream().allMatch(Codecs::isCarried);
    run = new Run(next.run(), next.format(), sparse);
    held.clear();
  }

  private void fragment(Fragment fragment) {
    Run current = run;
    if (current == null || fragment.lastSequence() < expected) {
      return;
    }
    if (expected >= 0 && fragment.firstSequence() != expected) {
      // Numbers of tracks that MP4 does not carry are missing by nature.
      boolean hole = fragment.firstSequence() < expected || !current.sparse;
      if (hole) {
        lost(new Intake.Item.Lost(expected, fragment.firstSequence() - 1, GapCause.PLATFORM));
      }
    }
    expected = fragment.lastSequence() + 1;
    goOnWith(fragment, current);
    if (fragment.keyframe()) {
      keyframe(fragment, current);
    }
    OpenSegment file = open;
    if (file != null) {
      file.add(fragment);
    } else if (!held.isEmpty()) {
      held.getLast().fragments().add(fragment);
    } else if (waits && wanted()) {
      lost += fragment.accessUnits();
    }
  }

  /** Goes on with the file of a former life if the stream goes on exactly there; else ends it. */
  private void goOnWith(Fragment fragment, Run current) {
    Unsealed file = unsealed;
    Volume volume = mount.writable().orElse(null);
    if (file == null || volume == null) {
      return;
    }
    unsealed = null;
    boolean adjoins =
        fragment.firstSequence() == file.nextSequence()
            || (current.sparse && fragment.firstSequence() > file.nextSequence());
    if (wanted() && adjoins && file.info().run() == current.number && open == null) {
      try {
        open = OpenSegment.resume(volume, file);
        waits = false;
        conditions.end(stream.camera(), Conditions.Source.LINE, fragment.captured());
        log.info("{}: going on in {} at number {}", stream, file.path(), file.nextSequence());
      } catch (IOException e) {
        mount.error(e);
        recover(file);
      }
    } else {
      recover(file);
    }
  }

  private void recover(Unsealed file) {
    adoption.adopt(file).ifPresent(row -> lastSha256 = row.sha256().orElse(""));
  }

  private void keyframe(Fragment fragment, Run current) {
    Optional<Choice> choice = choices.choose(fragment.captured());
    if (choice.isEmpty()) {
      sealBefore(fragment);
      held.clear();
      waits = false;
      conditions.end(stream.camera(), Conditions.Source.CHOICE, fragment.captured());
    } else if (choice.get() instanceof Choice.Hold hold) {
      sealBefore(fragment);
      waits = false;
      conditions.begin(
          stream.camera(), Conditions.Source.CHOICE, hold.otherwise(), fragment.captured());
      hold(fragment, hold.atMost());
    } else if (choice.get() instanceof Choice.Drop drop) {
      sealBefore(fragment);
      held.clear();
      waits = false;
      conditions.begin(
          stream.camera(), Conditions.Source.CHOICE, drop.cause(), fragment.captured());
    } else {
      keep(fragment, current);
    }
  }

  private void hold(Fragment fragment, Duration atMost) {
    holdAtMost = atMost;
    Instant oldest = fragment.captured().minus(atMost);
    held.add(new Gop(fragment.captured(), new ArrayList<>()));
    long bytes = held.stream().mapToLong(Gop::bytes).sum();
    while (held.size() > 1) {
      Gop second = held.stream().skip(1).findFirst().orElseThrow();
      if (second.start().isAfter(oldest) && bytes <= MOST_HELD_BYTES) {
        break;
      }
      bytes -= held.removeFirst().bytes();
    }
  }

  private void keep(Fragment fragment, Run current) {
    OpenSegment file = open;
    if (file != null
        && file.lengthAt(fragment.dtsTicks()).compareTo(settings.segmentLength()) >= 0) {
      sealBefore(fragment);
    }
    Instant oldest = fragment.captured().minus(holdAtMost);
    held.removeIf(gop -> gop.start().isBefore(oldest));
    if (open == null) {
      Fragment first = held.isEmpty() ? fragment : held.getFirst().fragments().get(0);
      start(first, current);
    }
    OpenSegment started = open;
    if (started != null) {
      held.forEach(gop -> gop.fragments().forEach(started::add));
    }
    held.clear();
    waits = started == null;
  }

  /** Starts a file: journal first, so that a crash at any moment leaves no file unknown. */
  private void start(Fragment first, Run current) {
    Volume volume = mount.writable().orElse(null);
    if (volume == null) {
      blocked(first.captured());
      return;
    }
    var track = current.format.primary();
    var info =
        new SegmentInfo(
            stream.camera().value(),
            stream.role().word(),
            current.number,
            volume.openSequence(),
            first.firstSequence(),
            first.captured(),
            first.dtsTicks(),
            track.timescale(),
            track.number());
    String path = SegmentNames.path(stream, first.captured(), first.firstSequence());
    journal.opened(
        new JournalEntry.Opened(
            stream, path, current.number, first.firstSequence(), first.captured()));
    try {
      mount.sync(journal);
      open = create(volume, path, info, current.format);
      storageFailed = false;
      conditions.end(stream.camera(), Conditions.Source.CHOICE, first.captured());
      conditions.end(stream.camera(), Conditions.Source.LINE, first.captured());
    } catch (IOException e) {
      if (SpaceErrors.isFull(e)) {
        journal.discarded(path);
        mount.full();
      } else {
        mount.error(e);
      }
      blocked(first.captured());
    }
  }

  private OpenSegment create(Volume volume, String path, SegmentInfo info, StreamFormat format)
      throws IOException {
    try {
      return OpenSegment.create(volume, path, info, format);
    } catch (IOException e) {
      if (SpaceErrors.isFull(e) && mount.makeRoom()) {
        return OpenSegment.create(volume, path, info, format);
      }
      throw e;
    }
  }

  private void blocked(Instant at) {
    waits = true;
    storageFailed = true;
    gap(GapCause.STORAGE, at);
  }

  /** From the end of what is recorded, or from now if another reason lasts since then. */
  private void gap(GapCause cause, Instant now) {
    Instant end = lastEnd;
    boolean lasts = conditions.lasts(stream.camera(), Conditions.Source.LINE);
    conditions.begin(
        stream.camera(),
        Conditions.Source.LINE,
        cause,
        end == null || lasts || end.isAfter(now) ? now : end);
  }

  private void lost(Intake.Item.Lost gone) {
    long first = Math.max(gone.first(), expected);
    if (gone.last() >= first) {
      if (wanted()) {
        lost += gone.last() - first + 1;
      }
      expected = gone.last() + 1;
    }
    breakOff(gone.cause());
  }

  /** Something is missing: the file ends, and the next starts at a keyframe. */
  private void breakOff(GapCause cause) {
    seal();
    held.clear();
    if (!wanted()) {
      return;
    }
    waits = true;
    gap(cause, clock.instant());
  }

  /** Ends the open file, if there is one, where the next keyframe of its run begins. */
  private void sealBefore(Fragment keyframe) {
    write();
    OpenSegment file = open;
    if (file != null) {
      file.endAt(keyframe);
      seal();
    }
  }

  /** Ends the open file, if there is one. */
  private void seal() {
    write();
    OpenSegment file = open;
    Volume volume = mount.online().orElse(null);
    if (file == null) {
      return;
    }
    if (volume == null) {
      abandon();
      return;
    }
    try {
      long units = file.unsyncedUnits();
      Segment row = file.seal(volume, Segment.State.SEALED);
      recorded += units;
      finished(row);
      open = null;
    } catch (IOException e) {
      fail(e);
    }
  }

  private void finished(Segment row) {
    journal.sealed(row, lastSha256);
    lastSha256 = row.sha256().orElse("");
    lastEnd = row.endedAt();
  }

  private void write() {
    OpenSegment file = open;
    if (file == null) {
      return;
    }
    try {
      file.write();
    } catch (IOException e) {
      Volume volume = mount.online().orElse(null);
      if (SpaceErrors.isFull(e) && volume != null) {
        writeOnFull(file, volume);
      } else {
        fail(e);
      }
    }
  }

  /** The file is sound up to the last write: make room and go on, or end it there. */
  private void writeOnFull(OpenSegment file, Volume volume) {
    try {
      file.cut(volume);
      if (mount.makeRoom()) {
        try {
          file.write();
          return;
        } catch (IOException e) {
          if (!SpaceErrors.isFull(e)) {
            throw e;
          }
          file.cut(volume);
        }
      }
      mount.full();
      lost += file.dropBatch();
      long units = file.unsyncedUnits();
      finished(file.finish(volume, Segment.State.SEALED));
      recorded += units;
      open = null;
      blocked(clock.instant());
    } catch (IOException e) {
      fail(e);
    }
  }

  /** The disk reported an error: never touch the file again; what was synced before counts. */
  private void fail(IOException cause) {
    log.error("{}: the volume failed while writing: {}", stream, cause.toString());
    abandon();
    mount.error(cause);
  }

  /** Lets go of the open file as it is. */
  void abandon() {
    OpenSegment file = open;
    if (file == null) {
      return;
    }
    open = null;
    file.abandon();
    lost += file.unsyncedUnits();
    if (file.hasUnits()) {
      journal.sealed(file.row(Segment.State.SUSPECT, Optional.empty()), lastSha256);
      lastSha256 = "";
      lastEnd = file.durableEnd();
    }
    // A file without units stays in the journal as opened: the next opening looks into it.
    blocked(clock.instant());
  }

  /** Makes durable what was written. */
  void sync() {
    OpenSegment file = open;
    if (file != null) {
      try {
        recorded += file.sync();
      } catch (IOException e) {
        fail(e);
      }
    }
    publish();
  }

  /** Ends files whose stream does not go on. */
  void tick(boolean fed) {
    long now = System.nanoTime();
    if (unsealed != null
        && now - unsealedSince > settings.patience().toNanos()
        && mount.online().isPresent()) {
      Unsealed file = unsealed;
      unsealed = null;
      recover(file);
      publish();
    }
    if (open != null && !fed && now - lastAt > settings.patience().toNanos()) {
      seal();
      publish();
    }
  }

  /** Nothing more comes; the file stays open, or is ended. */
  void stop(boolean end) {
    OpenSegment file = open;
    if (end) {
      seal();
    } else if (file != null) {
      file.abandon();
    }
    choices.close();
    publish();
  }

  private void publish() {
    OpenSegment file = open;
    Unsealed other = unsealed;
    Optional<Segment> row = Optional.empty();
    Optional<Instant> through = Optional.ofNullable(lastEnd);
    if (file != null) {
      row = Optional.of(file.row(Segment.State.OPEN, Optional.empty()));
      if (file.hasUnits()) {
        through = Optional.of(file.durableEnd());
      }
    } else if (other != null) {
      row = Optional.of(other.row(mount.id(), Segment.State.OPEN, Optional.empty()));
    }
    String problem = problem();
    State state = file != null ? State.RECORDING : problem.isEmpty() ? State.IDLE : State.FAILED;
    view = new View(state, problem, recorded, lost, row, through, lastAt);
  }

  private String problem() {
    if (!wanted()) {
      return "";
    }
    String storage = mount.problem();
    if (!storage.isEmpty() && open == null) {
      return storage;
    }
    if (storageFailed && open == null) {
      return "the volume failed while writing";
    }
    return choices.problem();
  }
}
