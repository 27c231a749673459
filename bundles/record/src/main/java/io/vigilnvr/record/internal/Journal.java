package io.vigilnvr.record.internal;

import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.record.GapCause;
import io.vigilnvr.api.record.Segment;
import io.vigilnvr.api.record.SegmentIndex.Condition;
import io.vigilnvr.api.storage.Volume;
import io.vigilnvr.api.storage.VolumeId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the index does not know yet, in memory and in the volumes' journals: files that are open,
 * finished segments and conditions on their way to the index, and how far each stream is.
 *
 * <p>A volume's own journal has what concerns its files; conditions, signs of life and positions
 * are in each, so that none is needed for the others. Changes are appended at once and durable
 * after {@link #sync}. Memory is always right; if writing fails, or a volume is away, its journal
 * is made again from memory by {@link #compact}. Thread-safe; nothing is called while the lock is
 * held but the volumes.
 */
final class Journal {
  /** So many entries that the index took are left in the file before it is made again. */
  private static final int SLACK_ENTRIES = 256;

  /** A journal as long as this is made again as soon as a part of it is not needed. */
  private static final long LONG_BYTES = 16L << 20;

  /**
   * The most that waits for the index, of each volume. It is in memory, too; beyond it the oldest
   * are left to be found by their files.
   */
  static final long MOST_BYTES = 64L << 20;

  /** Two hours of each stream; so many conditions of each camera. */
  private static final int MOST_RECENT = 120;

  /** A journal whose last sign of life is so much older missed what others have. */
  private static final Duration STALE = Duration.ofSeconds(30);

  private record NoteKey(CameraId camera, Instant from, GapCause cause) {
    static NoteKey of(Condition condition) {
      return new NoteKey(condition.camera(), condition.from(), condition.cause());
    }
  }

  /** A volume whose journal is written. */
  private static final class Attached {
    private final Volume volume;
    private boolean dirty;
    private @Nullable IOException failure;
    private int slack;
    private long bytes;

    Attached(Volume volume) {
      this.volume = volume;
    }
  }

  private final long mostBytes;
  private final Map<VolumeId, Attached> attached = new LinkedHashMap<>();
  private final Set<VolumeId> replayed = new HashSet<>();
  private final Set<VolumeId> overflowed = new HashSet<>();
  private final Map<VolumeId, Map<String, JournalEntry.Opened>> opened = new LinkedHashMap<>();
  private final Map<StreamId, JournalEntry.Position> positions = new LinkedHashMap<>();
  private final Map<String, JournalEntry.Sealed> unsynced = new LinkedHashMap<>();
  private final Map<String, JournalEntry.Sealed> pending = new LinkedHashMap<>();
  private final Map<VolumeId, Long> pendingBytes = new HashMap<>();
  private final Map<NoteKey, Condition> pendingNotes = new LinkedHashMap<>();
  private final Map<NoteKey, Condition> ongoing = new LinkedHashMap<>();
  private final Map<StreamId, ArrayDeque<Segment>> recent = new HashMap<>();
  private final Map<StreamId, Instant> forgotten = new HashMap<>();
  private final Map<CameraId, ArrayDeque<Condition>> recentNotes = new HashMap<>();
  private @Nullable Instant alive;
  private boolean begun;

  Journal() {
    this(MOST_BYTES);
  }

  Journal(long mostBytes) {
    this.mostBytes = mostBytes;
  }

  /**
   * Takes over what a volume's journal holds, if that was not done in this life; later on memory
   * knows better.
   */
  synchronized void read(Volume volume) throws IOException {
    if (replayed.contains(volume.id())) {
      return;
    }
    var entries = new ArrayList<JournalEntry>();
    volume.replayJournal(record -> JournalCodec.decode(record).ifPresent(entries::add));
    replayed.add(volume.id());
    merge(volume.id(), entries);
  }

  /** Goes on in a volume's journal, made again from memory. */
  synchronized void attach(Volume volume) throws IOException {
    read(volume);
    begun = true;
    attached.put(volume.id(), new Attached(volume));
    compact(volume.id());
  }

  /** What another volume's journal says of its own files holds; of the rest only what is news. */
  private void merge(VolumeId from, List<JournalEntry> entries) {
    Instant sign = null;
    var files = new LinkedHashMap<String, JournalEntry.Opened>();
    var notes = new LinkedHashMap<NoteKey, Condition>();
    for (JournalEntry entry : entries) {
      if (entry instanceof JournalEntry.Opened file) {
        files.put(file.path(), file);
      } else if (entry instanceof JournalEntry.Discarded file) {
        files.remove(file.path());
      } else if (entry instanceof JournalEntry.Sealed sealed) {
        files.remove(sealed.segment().path());
        await(sealed);
        reached(sealed.segment());
      } else if (entry instanceof JournalEntry.Noted noted) {
        notes.put(NoteKey.of(noted.condition()), noted.condition());
      } else if (entry instanceof JournalEntry.Position position) {
        reached(position);
      } else if (entry instanceof JournalEntry.Alive life) {
        sign = life.at();
      }
    }
    opened.put(from, files);
    boolean fresher = sign != null && (alive == null || sign.isAfter(alive.plus(STALE))) && !begun;
    boolean stale = begun || (alive != null && (sign == null || sign.isBefore(alive.minus(STALE))));
    if (fresher) {
      pendingNotes.values().removeIf(note -> note.to().isEmpty());
      ongoing.clear();
    }
    if (sign != null && !begun && (alive == null || sign.isAfter(alive))) {
      alive = sign;
    }
    notes.forEach(
        (key, note) -> {
          boolean ended = note.to().isPresent();
          Condition known = pendingNotes.get(key);
          if (known == null ? ended || !stale : ended && known.to().isEmpty()) {
            noteInMemory(note);
          }
        });
  }

  /** The volume went away. */
  synchronized void detach(VolumeId id) {
    attached.remove(id);
    settle(id);
  }

  /** The volume is none of ours any more. */
  synchronized void forgetVolume(VolumeId id) {
    detach(id);
    opened.remove(id);
    pending.values().removeIf(entry -> entry.segment().volume().equals(id));
    pendingBytes.remove(id);
    overflowed.remove(id);
    replayed.remove(id);
  }

  synchronized void opened(VolumeId on, JournalEntry.Opened entry) {
    opened.computeIfAbsent(on, id -> new LinkedHashMap<>()).put(entry.path(), entry);
    append(on, entry);
  }

  synchronized void sealed(Segment segment, String previousSha256) {
    var entry = new JournalEntry.Sealed(segment, previousSha256);
    VolumeId on = segment.volume();
    opened.getOrDefault(on, Map.of()).remove(segment.path());
    unsynced.put(segment.id(), entry);
    reached(segment);
    if (attached.containsKey(on)) {
      append(on, entry);
    } else {
      settle(on);
    }
    Optional.ofNullable(positions.get(segment.stream()))
        .ifPresent(
            position ->
                attached.keySet().stream()
                    .filter(other -> !other.equals(on))
                    .toList()
                    .forEach(
                        other -> {
                          append(other, position);
                          waste(other);
                        }));
  }

  synchronized void discarded(VolumeId on, String path) {
    opened.getOrDefault(on, Map.of()).remove(path);
    append(on, new JournalEntry.Discarded(path));
  }

  synchronized void noted(Condition condition) {
    noteInMemory(condition);
    List.copyOf(attached.keySet()).forEach(on -> append(on, new JournalEntry.Noted(condition)));
  }

  /** A stream is farther than its last segment: what came since is not to be kept. */
  synchronized void passed(JournalEntry.Position position) {
    if (reached(position)) {
      List.copyOf(attached.keySet())
          .forEach(
              on -> {
                append(on, position);
                waste(on);
              });
    }
  }

  /** A sign of life. */
  synchronized void alive(VolumeId on, Instant now) {
    if (attached.containsKey(on)) {
      alive = now;
      append(on, new JournalEntry.Alive(now));
      waste(on);
    }
  }

  /** The last sign of life; just after the first {@link #read}, of the former life. */
  synchronized Optional<Instant> lastAlive() {
    return Optional.ofNullable(alive);
  }

  private void append(VolumeId on, JournalEntry entry) {
    Attached onto = attached.get(on);
    if (onto == null || onto.failure != null) {
      return;
    }
    onto.dirty = true;
    try {
      ByteBuffer record = JournalCodec.encode(entry);
      onto.bytes += record.remaining();
      onto.volume.journal(record);
    } catch (IOException e) {
      onto.failure = e;
    }
  }

  private void waste(VolumeId on) {
    Attached onto = attached.get(on);
    if (onto != null) {
      onto.slack++;
    }
  }

  private void reached(Segment segment) {
    reached(
        new JournalEntry.Position(
            segment.stream(),
            segment.lastSequence() + 1,
            segment.run(),
            segment.endedAt(),
            segment.sha256().orElse("")));
  }

  /** Says whether that is news. */
  private boolean reached(JournalEntry.Position position) {
    var before = positions.get(position.stream());
    boolean isNews = before == null || before.nextSequence() < position.nextSequence();
    if (isNews) {
      positions.put(position.stream(), position);
    }
    return isNews;
  }

  private void noteInMemory(Condition condition) {
    var key = NoteKey.of(condition);
    pendingNotes.put(key, condition);
    if (condition.to().isPresent()) {
      ongoing.remove(key);
    } else {
      ongoing.put(key, condition);
    }
  }

  /** What was finished on the volume may go to the index now. */
  private void settle(VolumeId on) {
    var ready =
        unsynced.values().stream().filter(entry -> entry.segment().volume().equals(on)).toList();
    for (JournalEntry.Sealed entry : ready) {
      unsynced.remove(entry.segment().id());
      await(entry);
    }
    long bytes = pendingBytes.getOrDefault(on, 0L);
    if (bytes > mostBytes) {
      overflow(on, bytes);
    }
  }

  private void await(JournalEntry.Sealed entry) {
    Segment segment = entry.segment();
    drop(segment.id());
    pending.put(segment.id(), entry);
    pendingBytes.merge(segment.volume(), size(segment), Long::sum);
  }

  /** A quarter of what waits goes, so that this is rare. */
  private void overflow(VolumeId on, long bytes) {
    overflowed.add(on);
    long left = bytes;
    for (JournalEntry.Sealed entry : List.copyOf(pending.values())) {
      if (left <= mostBytes / 4 * 3) {
        break;
      }
      if (entry.segment().volume().equals(on)) {
        left -= size(entry.segment());
        drop(entry.segment().id());
        waste(on);
      }
    }
  }

  private JournalEntry.@Nullable Sealed drop(String id) {
    var entry = pending.remove(id);
    if (entry != null) {
      pendingBytes.merge(entry.segment().volume(), -size(entry.segment()), Long::sum);
    }
    return entry;
  }

  /** About as long as its record. */
  private static long size(Segment segment) {
    return 400 + 16L * segment.keyframes().size();
  }

  /** Whether segments of the volume are known by their files only; asked once for each time. */
  synchronized boolean takeOverflow(VolumeId on) {
    return overflowed.remove(on);
  }

  /**
   * Makes durable what was recorded. After a failure the journal is made again from memory.
   *
   * @throws IOException if that failed, too: the volume keeps nothing
   */
  synchronized void sync(VolumeId on) throws IOException {
    Attached onto = attached.get(on);
    if (onto == null || (!onto.dirty && onto.failure == null)) {
      return;
    }
    if (onto.failure == null) {
      try {
        onto.volume.syncJournal();
      } catch (IOException e) {
        onto.failure = e;
      }
    }
    if (onto.failure != null) {
      compact(on);
    }
    onto.dirty = false;
    settle(on);
  }

  /** Makes a journal again, with nothing in it that the index has. */
  synchronized void compact(VolumeId on) throws IOException {
    Attached onto = attached.get(on);
    if (onto == null) {
      return;
    }
    var entries = new ArrayList<JournalEntry>();
    Optional.ofNullable(alive).map(JournalEntry.Alive::new).ifPresent(entries::add);
    entries.addAll(positions.values());
    entries.addAll(opened.getOrDefault(on, Map.of()).values());
    for (var waiting : List.of(pending, unsynced)) {
      waiting.values().stream()
          .filter(entry -> entry.segment().volume().equals(on))
          .forEach(entries::add);
    }
    var notes = new LinkedHashMap<>(ongoing);
    notes.putAll(pendingNotes);
    notes.values().forEach(condition -> entries.add(new JournalEntry.Noted(condition)));
    List<ByteBuffer> records = entries.stream().map(JournalCodec::encode).toList();
    onto.volume.rewriteJournal(records);
    onto.failure = null;
    onto.dirty = false;
    onto.slack = 0;
    onto.bytes = records.stream().mapToLong(ByteBuffer::remaining).sum();
    settle(on);
  }

  /** Compacts if much of the journal is in the index by now. */
  synchronized void compactIfWorthwhile(VolumeId on) throws IOException {
    Attached onto = attached.get(on);
    if (onto == null) {
      return;
    }
    boolean isLong = onto.bytes > LONG_BYTES && onto.slack > pending.size() / 4;
    if (onto.slack >= SLACK_ENTRIES && (onto.slack > pending.size() || isLong)) {
      compact(on);
    }
  }

  synchronized List<Segment> pendingSegments(int limit) {
    return pending.values().stream().limit(limit).map(JournalEntry.Sealed::segment).toList();
  }

  synchronized List<Condition> pendingNotes(int limit) {
    return pendingNotes.values().stream().limit(limit).toList();
  }

  /** The index has these. */
  synchronized void indexed(Collection<Segment> segments) {
    for (Segment segment : segments) {
      var entry = pending.get(segment.id());
      if (entry != null && entry.segment().equals(segment)) {
        drop(segment.id());
        remember(segment);
        waste(segment.volume());
      }
    }
  }

  private void remember(Segment segment) {
    ArrayDeque<Segment> some =
        recent.computeIfAbsent(segment.stream(), stream -> new ArrayDeque<>());
    some.add(segment);
    if (some.size() > MOST_RECENT) {
      some.removeFirst();
      forgotten.put(segment.stream(), some.getFirst().startedAt());
    }
  }

  /** The newest segments of a stream that the index has, for while it is away. */
  synchronized List<Segment> recent(StreamId stream) {
    return List.copyOf(recent.getOrDefault(stream, new ArrayDeque<>()));
  }

  /** One of those. */
  synchronized Optional<Segment> recent(String id) {
    return recent.values().stream()
        .flatMap(ArrayDeque::stream)
        .filter(segment -> segment.id().equals(id))
        .findFirst();
  }

  /** From when on memory has all of a stream, if that is later than its own start. */
  synchronized Optional<Instant> remembersFrom(StreamId stream) {
    return Optional.ofNullable(forgotten.get(stream));
  }

  /** The files of these are gone, or nobody's any more. */
  synchronized void deleted(Collection<String> ids) {
    recent.values().forEach(some -> some.removeIf(segment -> ids.contains(segment.id())));
  }

  /** The index has these. */
  synchronized void notesIndexed(Collection<Condition> conditions) {
    for (Condition condition : conditions) {
      if (pendingNotes.remove(NoteKey.of(condition), condition)) {
        if (condition.to().isPresent()) {
          remember(condition);
        }
        attached.keySet().forEach(this::waste);
      }
    }
  }

  private void remember(Condition condition) {
    ArrayDeque<Condition> some =
        recentNotes.computeIfAbsent(condition.camera(), camera -> new ArrayDeque<>());
    some.add(condition);
    if (some.size() > MOST_RECENT) {
      some.removeFirst();
    }
  }

  /** Segments of a stream that the index may not have, in any order. */
  synchronized List<Segment> unindexed(StreamId stream) {
    return unindexed().stream().filter(segment -> segment.stream().equals(stream)).toList();
  }

  synchronized Optional<Segment> unindexed(String id) {
    var entry = unsynced.get(id);
    if (entry == null) {
      entry = pending.get(id);
    }
    return Optional.ofNullable(entry).map(JournalEntry.Sealed::segment);
  }

  synchronized List<Segment> unindexed() {
    var found = new ArrayList<Segment>();
    pending.values().forEach(entry -> found.add(entry.segment()));
    unsynced.values().forEach(entry -> found.add(entry.segment()));
    return found;
  }

  /** Conditions of a camera that the index may not have, that last, or that ended lately. */
  synchronized List<Condition> conditions(CameraId camera) {
    var all = new LinkedHashMap<NoteKey, Condition>();
    recentNotes
        .getOrDefault(camera, new ArrayDeque<>())
        .forEach(condition -> all.put(NoteKey.of(condition), condition));
    all.putAll(ongoing);
    all.putAll(pendingNotes);
    return all.values().stream().filter(condition -> condition.camera().equals(camera)).toList();
  }

  synchronized List<Condition> ongoing() {
    return List.copyOf(ongoing.values());
  }

  /** Files on a volume that were begun, and not finished. */
  synchronized List<JournalEntry.Opened> opened(VolumeId on) {
    return List.copyOf(opened.getOrDefault(on, Map.of()).values());
  }

  /** Whether it is known where streams are: not before the first volume is in use. */
  synchronized boolean hasBegun() {
    return begun;
  }

  synchronized Optional<JournalEntry.Position> position(StreamId stream) {
    return Optional.ofNullable(positions.get(stream));
  }

  synchronized List<JournalEntry.Position> positions() {
    return List.copyOf(positions.values());
  }

  /** Forgets a finished segment whose file is not there after all. */
  synchronized void forget(String id) {
    var entry = drop(id);
    if (entry == null) {
      entry = unsynced.remove(id);
    }
    if (entry != null) {
      waste(entry.segment().volume());
    }
  }
}
