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
 * off by name when something is missing. If the disk fails, it goes on with what is not durable in
 * a file elsewhere, and breaks off if it cannot. One thread at a time; what others may see is in
 * {@link #view}.
 *
 * <p>At any time it has at most one of: a file it writes ({@code open}), a file of a former life
 * that may be gone on with ({@code unsealed}). Without either it {@code waits} for a keyframe if
 * the stream is to be kept; units that go by meanwhile are lost.
 */
final class StreamWriter {
  private static final Logger log = LoggerFactory.getLogger(StreamWriter.class);

  /** So much may be held without being acknowledged: the window of a stream is twice as large. */
  private static final long MOST_UNACKNOWLEDGED_BYTES = 8L << 20;

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

    /** The number of its first unit. */
    long first() {
      return fragments.get(0).firstSequence();
    }
  }

  private final StreamId stream;
  private final RecordSettings settings;
  private final Mounts mounts;
  private final Journal journal;
  private final Conditions conditions;
  private final Choices choices;
  private final Adoption adoption;
  private final HeldMemory memory;
  private final Clock clock;

  private final ArrayDeque<Gop> held = new ArrayDeque<>();
  private @Nullable Run run;
  private @Nullable OpenSegment open;
  private @Nullable Unsealed unsealed;

  /** Where that file is. */
  private volatile @Nullable Mount home;

  private volatile @Nullable Mount writingTo;

  /** Units that were counted when they became durable the first time. */
  private long counted;

  private long unsealedSince;
  private @Nullable Instant lastEnd;
  private String lastSha256 = "";
  private long expected = -1;
  private boolean waits = true;
  private boolean storageFailed;

  /** Whether memory was too short for what was to be held, and has not been enough since. */
  private boolean isShort;

  private long recorded;
  private long lost;
  private long lastAt = System.nanoTime();
  private volatile View view =
      new View(State.IDLE, "", 0, 0, Optional.empty(), Optional.empty(), 0);

  StreamWriter(
      StreamId stream,
      RecordSettings settings,
      Mounts mounts,
      Journal journal,
      Conditions conditions,
      Choices choices,
      Adoption adoption,
      HeldMemory memory,
      Clock clock) {
    this.stream = stream;
    this.settings = settings;
    this.mounts = mounts;
    this.journal = journal;
    this.conditions = conditions;
    this.choices = choices;
    this.adoption = adoption;
    this.memory = memory;
    this.clock = clock;
  }

  /** Takes up where the stream's last segment ended. Before anything else. */
  void startAfter(JournalEntry.Position position) {
    expected = position.nextSequence();
    lastEnd = position.endedAt().equals(Instant.EPOCH) ? null : position.endedAt();
    lastSha256 = position.sha256();
    publish();
  }

  /** Takes up a file that a former life left open. Before anything is taken. */
  void startIn(Mount mount, Unsealed file) {
    unsealed = file;
    home = mount;
    unsealedSince = System.nanoTime();
    expected = Math.max(expected, file.nextSequence());
    Instant end = file.row(mount.id(), Segment.State.OPEN, Optional.empty()).endedAt();
    lastEnd = end;
    publish();
  }

  View view() {
    return view;
  }

  /** Where its file is, if it has one. */
  Optional<Mount> home() {
    return Optional.ofNullable(home);
  }

  /** Whether it has a file there that it writes. */
  boolean isWritingTo(Mount mount) {
    return writingTo == mount;
  }

  /** The number of the first unit that is not had; -1 if nothing is known. */
  long expected() {
    return expected;
  }

  /**
   * The number of the first unit that must come again after a restart; -1 if nothing is known. What
   * is held is not durable, and not left out either; as much of it as a stream's window allows.
   */
  long needed() {
    long first = expected;
    long bytes = 0;
    var newest = held.descendingIterator();
    while (newest.hasNext()) {
      Gop gop = newest.next();
      bytes += gop.bytes();
      if (bytes > MOST_UNACKNOWLEDGED_BYTES || gop.fragments().isEmpty()) {
        break;
      }
      first = gop.first();
    }
    return first;
  }

  /** How far the stream is, if it is to be recorded and is not written to a file now. */
  Optional<JournalEntry.Position> position() {
    Run current = run;
    if (current == null || !wanted() || open != null || unsealed != null || expected < 0) {
      return Optional.empty();
    }
    long next = held.isEmpty() ? expected : held.getFirst().first();
    Instant end = lastEnd;
    return Optional.of(
        new JournalEntry.Position(
            stream, next, current.number, end == null ? Instant.EPOCH : end, lastSha256));
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
        decideOnHeld();
        breakOff(broken.cause());
        run = null;
      }
    }
    write();
  }

  private void begin(Intake.Item.Run next) {
    Run before = run;
    if (before != null && before.number != next.run()) {
      decideOnHeld();
      drop();
    }
    OpenSegment file = open;
    if (file != null && file.run() != next.run()) {
      seal();
    }
    boolean sparse = !next.format().tracks().stream().allMatch(Codecs::isCarried);
    run = new Run(next.run(), next.format(), sparse);
  }

  /** Nothing follows on what is held: whether it is kept is decided now. */
  private void decideOnHeld() {
    Run current = run;
    if (held.isEmpty() || current == null) {
      return;
    }
    List<Fragment> last = held.getLast().fragments();
    Instant end = last.get(last.size() - 1).captured();
    if (choices.chooseLast(end).orElse(null) instanceof Choice.Keep keep) {
      letGo(keep.since());
      startWithHeld(current);
    }
  }

  private void drop() {
    held.clear();
    memory.holds(this, 0);
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
    Mount mount = home;
    if (file == null || mount == null) {
      return;
    }
    Volume volume = mount.online().orElse(null);
    if (volume == null) {
      if (mounts.hasOther(mount)) {
        // The next opening of that volume looks into it.
        unsealed = null;
        home = null;
      }
      return;
    }
    if (mount.writable().isEmpty() && !mounts.hasOther(mount)) {
      return;
    }
    unsealed = null;
    home = null;
    boolean adjoins =
        fragment.firstSequence() == file.nextSequence()
            || (current.sparse && fragment.firstSequence() > file.nextSequence());
    if (wanted() && adjoins && file.info().run() == current.number && open == null) {
      try {
        become(mount, OpenSegment.resume(volume, file));
        waits = false;
        conditions.end(stream.camera(), Conditions.Source.LINE, fragment.captured());
        log.info("{}: going on in {} at number {}", stream, file.path(), file.nextSequence());
      } catch (IOException e) {
        mount.error(e);
        recover(mount, file);
      }
    } else {
      recover(mount, file);
    }
  }

  private void become(Mount mount, OpenSegment file) {
    home = mount;
    writingTo = mount;
    open = file;
  }

  /** There is no open file any more. */
  private void none() {
    open = null;
    home = null;
    writingTo = null;
  }

  private void recover(Mount mount, Unsealed file) {
    adoption.adopt(mount, file).ifPresent(row -> lastSha256 = row.sha256().orElse(""));
  }

  private void keyframe(Fragment fragment, Run current) {
    Optional<Choice> choice = choices.choose(fragment.captured());
    if (choice.orElse(null) instanceof Choice.Keep keep) {
      letGo(keep.since());
      keep(fragment, current);
      return;
    }
    if (choice.orElse(null) instanceof Choice.Hold hold && !fits(fragment, hold.atMost())) {
      keep(fragment, current);
      return;
    }
    sealBefore(fragment);
    waits = false;
    if (choice.isEmpty()) {
      conditions.end(stream.camera(), Conditions.Source.CHOICE, fragment.captured());
      drop();
    } else if (choice.get() instanceof Choice.Hold hold) {
      conditions.begin(
          stream.camera(), Conditions.Source.CHOICE, hold.otherwise(), fragment.captured());
      hold(fragment, hold.atMost());
    } else if (choice.get() instanceof Choice.Drop drop) {
      conditions.begin(
          stream.camera(), Conditions.Source.CHOICE, drop.cause(), fragment.captured());
      drop();
    }
    // The stream is well again, whatever is kept of it.
    conditions.end(stream.camera(), Conditions.Source.LINE, fragment.captured());
  }

  /**
   * Whether there is memory for what is to be held. What there is none for may be of an event that
   * nobody told of yet, so that it is written, and what follows up to the end of a segment: no more
   * files are made of it than of what is kept.
   */
  private boolean fits(Fragment fragment, Duration atMost) {
    OpenSegment file = open;
    if (file != null) {
      return !isShort || isFull(file, fragment);
    }
    boolean isEnough = letGo(fragment.captured().minus(atMost));
    long bytes = heldBytes();
    memory.holds(this, bytes);
    boolean isTooMuch = bytes > 0 && memory.isTooMuch(bytes);
    if (isTooMuch && !isShort) {
      log.warn("{}: what is to be held is kept: memory is short", stream);
    }
    isShort = isTooMuch || (isShort && !isEnough);
    return !isTooMuch;
  }

  /** The oldest GOP that is held is the one that the moment of the longest hold is in. */
  private void hold(Fragment fragment, Duration atMost) {
    held.add(new Gop(fragment.captured(), new ArrayList<>()));
    letGo(fragment.captured().minus(atMost));
    memory.holds(this, heldBytes());
  }

  private long heldBytes() {
    return held.stream().mapToLong(Gop::bytes).sum();
  }

  /**
   * Lets go what is held for nothing: GOPs that ended before.
   *
   * @return whether there were any
   */
  private boolean letGo(Instant since) {
    int before = held.size();
    while (held.size() > 1
        && !held.stream().skip(1).findFirst().orElseThrow().start().isAfter(since)) {
      held.removeFirst();
    }
    return held.size() < before;
  }

  /** All that is held is kept. */
  private void keep(Fragment fragment, Run current) {
    OpenSegment file = open;
    Mount mount = home;
    if (file != null
        && mount != null
        && (isFull(file, fragment) || (mount.writable().isEmpty() && mounts.hasOther(mount)))) {
      sealBefore(fragment);
    }
    if (!held.isEmpty()) {
      startWithHeld(current);
    } else if (open == null) {
      start(mounts.best(), fragment, current);
    }
    waits = open == null;
  }

  private boolean isFull(OpenSegment file, Fragment keyframe) {
    return file.lengthAt(keyframe.dtsTicks()).compareTo(settings.segmentLength()) >= 0;
  }

  private void startWithHeld(Run current) {
    start(mounts.best(), held.getFirst().fragments().get(0), current);
    OpenSegment started = open;
    if (started != null) {
      held.forEach(gop -> gop.fragments().forEach(started::add));
    } else {
      lost +=
          held.stream()
              .flatMap(gop -> gop.fragments().stream())
              .mapToLong(Fragment::accessUnits)
              .sum();
    }
    drop();
  }

  /**
   * Starts a file: journal first, so that a crash at any moment leaves no file unknown. If that
   * fails, another volume is tried.
   */
  private void start(Optional<Mount> on, Fragment first, Run current) {
    Mount mount = on.orElse(null);
    Volume volume = mount == null ? null : mount.writable().orElse(null);
    if (mount == null || volume == null) {
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
        mount.id(),
        new JournalEntry.Opened(
            stream, path, current.number, first.firstSequence(), first.captured()));
    try {
      mount.sync(journal);
      become(mount, create(mount, volume, path, info, current.format));
      storageFailed = false;
      conditions.end(stream.camera(), Conditions.Source.CHOICE, first.captured());
      conditions.end(stream.camera(), Conditions.Source.LINE, first.captured());
    } catch (IOException e) {
      if (SpaceErrors.isFull(e)) {
        journal.discarded(mount.id(), path);
        mount.full();
      } else {
        log.error("{}: no file on volume {}: {}", stream, mount.id(), e.toString());
        mount.error(e);
      }
      if (mounts.hasOther(mount)) {
        start(mounts.bestBut(mount), first, current);
      } else {
        blocked(first.captured());
      }
    }
  }

  private static OpenSegment create(
      Mount mount, Volume volume, String path, SegmentInfo info, StreamFormat format)
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
    decideOnHeld();
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
    drop();
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
    Mount mount = writingTo;
    if (file == null || mount == null) {
      return;
    }
    Volume volume = mount.online().orElse(null);
    if (volume == null) {
      abandon(mount);
      if (open != null) {
        // It went on elsewhere, and ends there.
        seal();
      }
      return;
    }
    try {
      long units = file.unsyncedUnits();
      Segment row = file.seal(volume, Segment.State.SEALED);
      count(units);
      finished(row);
      none();
    } catch (IOException e) {
      unsealable(mount, file, volume, e);
    }
  }

  /** No trailer could be written, or nothing be synced. */
  private void unsealable(Mount mount, OpenSegment file, Volume volume, IOException cause) {
    if (SpaceErrors.isFull(cause)) {
      try {
        file.cut(volume);
        file.dropBatch();
        finish(mount, file, volume);
        return;
      } catch (IOException e) {
        cause.addSuppressed(e);
      }
    }
    if (file.unsyncedUnits() == 0) {
      log.error("{}: volume {} failed at an end: {}", stream, mount.id(), cause.toString());
      mount.error(cause);
      file.abandon();
      none();
      suspect(file);
      return;
    }
    fail(mount, cause);
    if (open != null) {
      seal();
    }
  }

  /** Ends the open file as it is; one in which nothing was written is taken away. */
  private void finish(Mount mount, OpenSegment file, Volume volume) throws IOException {
    if (file.isEmpty()) {
      file.abandon();
      volume.delete(file.path());
      journal.discarded(mount.id(), file.path());
    } else {
      long units = file.unsyncedUnits();
      finished(file.finish(volume, Segment.State.SEALED));
      count(units);
    }
    none();
  }

  private void count(long units) {
    long again = Math.min(counted, units);
    counted -= again;
    recorded += units - again;
  }

  private void finished(Segment row) {
    journal.sealed(row, lastSha256);
    lastSha256 = row.sha256().orElse("");
    lastEnd = row.endedAt();
  }

  private void write() {
    OpenSegment file = open;
    Mount mount = writingTo;
    if (file == null || mount == null) {
      return;
    }
    if (mount.online().isEmpty()) {
      abandon(mount);
      return;
    }
    try {
      mount.rate().add(file.write());
    } catch (IOException e) {
      Volume volume = mount.online().orElse(null);
      if (SpaceErrors.isFull(e) && volume != null) {
        writeOnFull(mount, file, volume);
      } else {
        fail(mount, e);
      }
    }
  }

  /** The file is sound up to the last write: make room and go on, or end it there. */
  private void writeOnFull(Mount mount, OpenSegment file, Volume volume) {
    try {
      file.cut(volume);
      if (mount.makeRoom()) {
        try {
          mount.rate().add(file.write());
          return;
        } catch (IOException e) {
          if (!SpaceErrors.isFull(e)) {
            throw e;
          }
          file.cut(volume);
        }
      }
      mount.full();
      if (goOnElsewhere(mount, file)) {
        file.abandon();
        return;
      }
      lost += file.dropBatch();
      finish(mount, file, volume);
      blocked(clock.instant());
    } catch (IOException e) {
      fail(mount, e);
    }
  }

  /** The disk reported an error: never touch the file again; what was synced before counts. */
  private void fail(Mount mount, IOException cause) {
    log.error("{}: volume {} failed while writing: {}", stream, mount.id(), cause.toString());
    mount.error(cause);
    abandon(mount);
  }

  /** Lets go of what is on a volume that failed, and goes on elsewhere if it can. */
  void abandon(Mount mount) {
    OpenSegment file = open;
    if (file == null || writingTo != mount) {
      return;
    }
    file.abandon();
    if (goOnElsewhere(mount, file)) {
      return;
    }
    none();
    lost += file.unsyncedUnits();
    suspect(file);
    blocked(clock.instant());
  }

  /** A file without units stays in the journal as opened: the next opening looks into it. */
  private void suspect(OpenSegment file) {
    if (file.hasUnits()) {
      journal.sealed(file.row(Segment.State.SUSPECT, Optional.empty()), lastSha256);
      lastSha256 = "";
      lastEnd = file.durableEnd();
    }
  }

  /**
   * Writes what is not durable to another file, on another volume if there is one: from the
   * keyframe on that it needs, up to which the file that failed counts.
   */
  private boolean goOnElsewhere(Mount failed, OpenSegment file) {
    Run current = run;
    List<Fragment> rest = file.rest();
    Optional<Mount> other = mounts.bestBut(failed);
    if (rest.isEmpty() || other.isEmpty() || current == null || current.number != file.run()) {
      return false;
    }
    none();
    start(other, rest.get(0), current);
    OpenSegment next = open;
    if (next == null) {
      return false;
    }
    counted += file.endBeforeRest();
    suspect(file);
    rest.forEach(next::add);
    waits = false;
    log.warn(
        "{}: going on at number {} on volume {}",
        stream,
        rest.get(0).firstSequence(),
        home().map(Mount::id).orElseThrow());
    write();
    return true;
  }

  /** Makes durable what was written. */
  void sync() {
    OpenSegment file = open;
    Mount mount = writingTo;
    // What fails goes on elsewhere, and is not durable before that is synced.
    while (file != null && mount != null) {
      try {
        if (mount.online().isPresent()) {
          count(file.sync());
          break;
        }
        abandon(mount);
      } catch (IOException e) {
        fail(mount, e);
      }
      file = open;
      mount = writingTo;
    }
    publish();
  }

  /** Ends files whose stream does not go on. */
  void tick(boolean fed) {
    long now = System.nanoTime();
    Unsealed file = unsealed;
    Mount mount = home;
    if (file != null
        && mount != null
        && now - unsealedSince > settings.patience().toNanos()
        && mount.online().isPresent()) {
      unsealed = null;
      home = null;
      recover(mount, file);
      publish();
    }
    if (open != null && !fed && now - lastAt > settings.patience().toNanos()) {
      seal();
      publish();
    }
  }

  /**
   * Before the end: whether what is held is kept is decided now if it does not come again, because
   * the stream ends too, or its window is too short for it.
   */
  void keepLast(boolean end) {
    if (!held.isEmpty() && (end || needed() > held.getFirst().first())) {
      decideOnHeld();
      write();
      sync();
    }
  }

  /** Nothing more comes; the file stays open, or is ended. What is held comes again. */
  void stop(boolean end) {
    drop();
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
    Mount mount = home;
    Optional<Segment> row = Optional.empty();
    Optional<Instant> through = Optional.ofNullable(lastEnd);
    if (file != null) {
      row = Optional.of(file.row(Segment.State.OPEN, Optional.empty()));
      if (file.hasUnits()) {
        through = Optional.of(file.durableEnd());
      }
    } else if (other != null && mount != null) {
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
    String storage = mounts.problem();
    if (!storage.isEmpty() && open == null) {
      return storage;
    }
    if (storageFailed && open == null) {
      return "the volume failed while writing";
    }
    return choices.problem();
  }
}
