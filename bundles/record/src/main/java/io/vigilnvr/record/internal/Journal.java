package io.vigilnvr.record.internal;

import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.record.GapCause;
import io.vigilnvr.api.record.Segment;
import io.vigilnvr.api.record.SegmentIndex.Condition;
import io.vigilnvr.api.storage.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the index does not know yet, in memory and in the volume's journal: files that are open,
 * finished segments and conditions on their way to the index, and how far each stream is.
 *
 * <p>Changes are appended at once and durable after {@link #sync}. Memory is always right; if
 * writing fails, or the volume is away, the journal is made again from memory by {@link #compact}.
 * Thread-safe; nothing is called while the lock is held but the volume.
 */
final class Journal {
  /** So many entries that the index took are left in the file before it is made again. */
  private static final int SLACK_ENTRIES = 256;

  /** Two hours of each stream; so many conditions of each camera. */
  private static final int MOST_RECENT = 120;

  private record NoteKey(CameraId camera, Instant from, GapCause cause) {
    static NoteKey of(Condition condition) {
      return new NoteKey(condition.camera(), condition.from(), condition.cause());
    }
  }

  private final Map<String, JournalEntry.Opened> opened = new LinkedHashMap<>();
  private final Map<StreamId, JournalEntry.Position> positions = new LinkedHashMap<>();
  private final Map<String, JournalEntry.Sealed> unsynced = new LinkedHashMap<>();
  private final Map<String, JournalEntry.Sealed> pending = new LinkedHashMap<>();
  private final Map<NoteKey, Condition> pendingNotes = new LinkedHashMap<>();
  private final Map<NoteKey, Condition> ongoing = new LinkedHashMap<>();
  private final Map<StreamId, ArrayDeque<Segment>> recent = new HashMap<>();
  private final Map<StreamId, Instant> forgotten = new HashMap<>();
  private final Map<CameraId, ArrayDeque<Condition>> recentNotes = new HashMap<>();
  private @Nullable Volume volume;
  private @Nullable Instant alive;
  private boolean replayed;
  private boolean dirty;
  private @Nullable IOException failure;
  private int slack;

  /**
   * Goes on in a volume's journal. The first time what it holds is taken over; later on memory
   * knows better, and the journal is made again.
   */
  synchronized void attach(Volume onto) throws IOException {
    if (!replayed) {
      onto.replayJournal(record -> JournalCodec.decode(record).ifPresent(this::apply));
      replayed = true;
      pending.putAll(unsynced);
      unsynced.clear();
    }
    volume = onto;
    compact();
  }

  /** The volume went away. */
  synchronized void detach() {
    volume = null;
    pending.putAll(unsynced);
    unsynced.clear();
    failure = null;
    dirty = false;
  }

  synchronized void opened(JournalEntry.Opened entry) {
    record(entry);
  }

  synchronized void sealed(Segment segment, String previousSha256) {
    record(new JournalEntry.Sealed(segment, previousSha256));
  }

  synchronized void discarded(String path) {
    record(new JournalEntry.Discarded(path));
  }

  synchronized void noted(Condition condition) {
    record(new JournalEntry.Noted(condition));
  }

  /** A sign of life. Before the former life's was read there is none of this one. */
  synchronized void alive(Instant now) {
    if (replayed) {
      record(new JournalEntry.Alive(now));
      slack++;
    }
  }

  /** The last sign of life; just after the first {@link #attach}, of the former life. */
  synchronized Optional<Instant> lastAlive() {
    return Optional.ofNullable(alive);
  }

  private void record(JournalEntry entry) {
    apply(entry);
    Volume onto = volume;
    if (onto == null) {
      pending.putAll(unsynced);
      unsynced.clear();
      return;
    }
    if (failure != null) {
      return;
    }
    dirty = true;
    try {
      onto.journal(JournalCodec.encode(entry));
    } catch (IOException e) {
      failure = e;
    }
  }

  private void apply(JournalEntry entry) {
    if (entry instanceof JournalEntry.Opened file) {
      opened.put(file.path(), file);
    } else if (entry instanceof JournalEntry.Discarded file) {
      opened.remove(file.path());
    } else if (entry instanceof JournalEntry.Sealed sealed) {
      Segment segment = sealed.segment();
      opened.remove(segment.path());
      unsynced.put(segment.id(), sealed);
      var before = positions.get(segment.stream());
      if (before == null || before.nextSequence() <= segment.lastSequence()) {
        positions.put(
            segment.stream(),
            new JournalEntry.Position(
                segment.stream(),
                segment.lastSequence() + 1,
                segment.run(),
                segment.endedAt(),
                segment.sha256().orElse("")));
      }
    } else if (entry instanceof JournalEntry.Noted noted) {
      Condition condition = noted.condition();
      var key = NoteKey.of(condition);
      pendingNotes.put(key, condition);
      if (condition.to().isPresent()) {
        ongoing.remove(key);
      } else {
        ongoing.put(key, condition);
      }
    } else if (entry instanceof JournalEntry.Position position) {
      positions.put(position.stream(), position);
    } else if (entry instanceof JournalEntry.Alive sign) {
      alive = sign.at();
    }
  }

  /**
   * Makes durable what was recorded. After a failure the journal is made again from memory.
   *
   * @throws IOException if that failed, too: the volume keeps nothing
   */
  synchronized void sync() throws IOException {
    Volume onto = volume;
    if (onto == null || (!dirty && failure == null)) {
      return;
    }
    if (failure == null) {
      try {
        onto.syncJournal();
      } catch (IOException e) {
        failure = e;
      }
    }
    if (failure != null) {
      compact();
    }
    dirty = false;
    pending.putAll(unsynced);
    unsynced.clear();
  }

  /** Makes the journal again, with nothing in it that the index has. */
  synchronized void compact() throws IOException {
    Volume onto = volume;
    if (onto == null) {
      return;
    }
    var entries = new ArrayList<JournalEntry>();
    Optional.ofNullable(alive).map(JournalEntry.Alive::new).ifPresent(entries::add);
    entries.addAll(positions.values());
    entries.addAll(opened.values());
    entries.addAll(pending.values());
    entries.addAll(unsynced.values());
    var notes = new LinkedHashMap<>(ongoing);
    notes.putAll(pendingNotes);
    notes.values().forEach(condition -> entries.add(new JournalEntry.Noted(condition)));
    List<ByteBuffer> records = entries.stream().map(JournalCodec::encode).toList();
    onto.rewriteJournal(records);
    failure = null;
    dirty = false;
    slack = 0;
    pending.putAll(unsynced);
    unsynced.clear();
  }

  /** Compacts if much of the journal is in the index by now. */
  synchronized void compactIfWorthwhile() throws IOException {
    if (slack >= SLACK_ENTRIES && slack > pending.size()) {
      compact();
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
        pending.remove(segment.id());
        remember(segment);
        slack++;
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

  /** The files of these are gone. */
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
        slack++;
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
    var found = new ArrayList<Segment>();
    for (var entries : List.of(pending, unsynced)) {
      for (JournalEntry.Sealed entry : entries.values()) {
        if (entry.segment().stream().equals(stream)) {
          found.add(entry.segment());
        }
      }
    }
    return found;
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

  synchronized List<JournalEntry.Opened> opened() {
    return List.copyOf(opened.values());
  }

  /** Whether a volume's journal was ever read: before, positions are not known. */
  synchronized boolean isReplayed() {
    return replayed;
  }

  synchronized Optional<JournalEntry.Position> position(StreamId stream) {
    return Optional.ofNullable(positions.get(stream));
  }

  synchronized List<JournalEntry.Position> positions() {
    return List.copyOf(positions.values());
  }

  /** Forgets a finished segment whose file is not there after all. */
  synchronized void forget(String id) {
    pending.remove(id);
    unsynced.remove(id);
    slack++;
  }
}
