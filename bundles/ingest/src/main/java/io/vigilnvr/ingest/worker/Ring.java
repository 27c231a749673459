package io.vigilnvr.ingest.worker;

import io.vigilnvr.api.media.StreamFormat;
import io.vigilnvr.api.record.GapCause;
import io.vigilnvr.ingest.protocol.Frames;
import io.vigilnvr.ingest.protocol.Message;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * The newest units of one stream, numbered, until they are acknowledged.
 *
 * <p>Units are kept as the frames that they are sent as, one behind the other, so sending is
 * copying a range of bytes, and a picture costs no object. Kept is what is not acknowledged, and
 * the current group of pictures; beyond {@link Bounds} whole groups are given up, oldest first, and
 * their numbers told as lost. Units are never skipped silently: each number that was given is
 * either sent, or told as lost.
 *
 * <p>Any number of runs may be in the ring. Not thread-safe; its stream guards it.
 */
final class Ring {
  /** How much is kept for a platform that does not acknowledge. */
  record Bounds(long bytes, Duration time) {
    static final Bounds DEFAULT = new Bounds(48L << 20, Duration.ofSeconds(60));
  }

  /** What {@link #drain} needs more room for, if it says so. */
  static final int NOTHING = 0;

  private static final class Run {
    final byte[] frame;
    final long firstSequence;
    final int primaryTrack;
    boolean ended;
    @Nullable GapCause cause;

    Run(byte[] frame, long firstSequence, int primaryTrack) {
      this.frame = frame;
      this.firstSequence = firstSequence;
      this.primaryTrack = primaryTrack;
    }
  }

  private final int handle;
  private final Bounds bounds;
  private long limitBytes;
  private final ByteQueue bytes;
  private final ByteBuffer header = ByteBuffer.allocate(Frames.UNIT_HEADER_BYTES);

  /** Oldest first; the last one is the newest, ended or not. */
  private final ArrayDeque<Run> runs = new ArrayDeque<>();

  // Units first to next - 1, the one numbered n at index n modulo the length, a power of two.
  private long[] position = new long[256];
  private long[] capturedMicros = new long[256];
  private boolean[] startsGroup = new boolean[256];
  private long first;
  private long next;

  private long acknowledged;
  private long groupStart;
  private boolean awaitsKeyframe;

  private boolean sending;
  private long cursor;
  private long windowBytes;
  private @Nullable Run told;
  private boolean endTold;
  private GapCause lossCause = GapCause.PLATFORM;

  Ring(int handle, long firstSequence, Bounds bounds, Chunks chunks) {
    this.handle = handle;
    this.bounds = bounds;
    limitBytes = bounds.bytes();
    this.bytes = new ByteQueue(chunks);
    first = firstSequence;
    next = firstSequence;
    cursor = firstSequence;
    acknowledged = firstSequence - 1;
    groupStart = firstSequence;
  }

  /** Bounds it further, while many rings share too little memory. */
  void limit(long most) {
    limitBytes = Math.min(bounds.bytes(), most);
  }

  /** Number of the next unit to come. */
  long nextSequence() {
    return next;
  }

  /** Bytes that are held. */
  long heldBytes() {
    return bytes.end() - start(first);
  }

  boolean inRun() {
    return !runs.isEmpty() && !runs.getLast().ended;
  }

  /** The next unit, a keyframe of the primary track, begins a run. */
  void startRun(long run, StreamFormat format) {
    byte[] frame = Frames.encode(new Message.Run(handle, run, format));
    runs.addLast(new Run(frame, next, format.primary().number()));
    groupStart = next;
    awaitsKeyframe = false;
  }

  /** Ends the run; without a cause if there is nothing missing behind it. */
  void endRun(@Nullable GapCause cause) {
    if (inRun()) {
      runs.getLast().ended = true;
      runs.getLast().cause = cause;
      groupStart = next;
      trim();
    }
  }

  /** Numbers a unit of the run and keeps it. */
  void append(
      int track,
      boolean keyframe,
      long captured,
      long ptsTicks,
      long dtsTicks,
      ByteBuffer payload) {
    boolean newGroup = keyframe && track == runs.getLast().primaryTrack;
    if (awaitsKeyframe && !newGroup) {
      next++;
      first = next;
      return;
    }
    awaitsKeyframe = false;
    if (next - first == position.length) {
      enlarge();
    }
    int index = index(next);
    position[index] = bytes.end();
    capturedMicros[index] = captured;
    startsGroup[index] = newGroup;
    header.clear();
    Frames.unitHeader(
        header, handle, next, captured, ptsTicks, dtsTicks, track, keyframe, payload.remaining());
    bytes.append(header.flip());
    bytes.append(payload);
    if (newGroup) {
      groupStart = next;
    }
    next++;
    if (newGroup) {
      trim();
    }
    keepBounds(captured);
  }

  /** Units up to and including this number need not be kept. */
  void acknowledge(long sequence) {
    if (sequence > acknowledged && sequence < next) {
      acknowledged = sequence;
      trim();
    }
  }

  /**
   * Sends from this number on. What is before it is kept until it is acknowledged: whoever asks may
   * have it in memory alone.
   *
   * @return false if the ring never came so far: it is empty now and goes on at this number, in a
   *     new run
   */
  boolean resume(long sequence, long window) {
    sending = true;
    windowBytes = window;
    told = null;
    endTold = false;
    cursor = sequence;
    boolean known = sequence <= next;
    if (!known) {
      runs.clear();
      bytes.clear();
      first = sequence;
      next = sequence;
      groupStart = sequence;
      acknowledged = sequence - 1;
    }
    return known;
  }

  /** Gives all memory back; nothing may be done with the ring after that. */
  void free() {
    sending = false;
    runs.clear();
    bytes.clear();
  }

  /** Nobody is there to send to. */
  void pause() {
    sending = false;
    lossCause = GapCause.PLATFORM;
  }

  /**
   * Puts as much as there is, as fits, and as the window allows into the buffer.
   *
   * @return {@link #NOTHING} if there is nothing more to send now, else how much room the next
   *     piece needs
   */
  int drain(ByteBuffer out) {
    if (!sending) {
      return NOTHING;
    }
    while (true) {
      Run current = told;
      if (current != null && current.ended && !endTold && cursor >= endOf(current)) {
        GapCause cause = current.cause;
        if (cause != null && !put(Frames.encode(new Message.Interrupted(handle, cause)), out)) {
          return Frames.UNIT_HEADER_BYTES;
        }
        endTold = true;
      }
      if (cursor < first) {
        if (!put(Frames.encode(new Message.Lost(handle, cursor, first - 1, lossCause)), out)) {
          return Frames.UNIT_HEADER_BYTES;
        }
        cursor = first;
        continue;
      }
      if (cursor >= next) {
        return NOTHING;
      }
      Run run = runOf(cursor);
      if (run != told) {
        if (!put(run.frame, out)) {
          return run.frame.length;
        }
        told = run;
        endTold = false;
      }
      long from = position[index(cursor)];
      long limit = start(Math.max(acknowledged + 1, first)) + windowBytes;
      long to = from;
      long end = Math.min(endOf(run), next);
      long unit = cursor;
      while (unit < end) {
        long unitEnd = start(unit + 1);
        if (unitEnd - from > out.remaining() || (unitEnd > limit && unit > acknowledged + 1)) {
          break;
        }
        to = unitEnd;
        unit++;
      }
      if (unit == cursor) {
        long size = start(unit + 1) - from;
        if (size > out.remaining()) {
          return (int) size;
        }
        lossCause = GapCause.STORAGE;
        return NOTHING; // the window is full
      }
      bytes.copy(from, (int) (to - from), out);
      cursor = unit;
    }
  }

  private static boolean put(byte[] frame, ByteBuffer out) {
    if (frame.length > out.remaining()) {
      return false;
    }
    out.put(frame);
    return true;
  }

  /** Drops what is acknowledged, but not the current group of pictures. */
  private void trim() {
    dropTo(Math.min(acknowledged + 1, Math.max(groupStart, first)));
  }

  private void keepBounds(long newestMicros) {
    long oldestMicros = newestMicros - bounds.time().toNanos() / 1000;
    while (next > first
        && (heldBytes() > limitBytes || capturedMicros[index(first)] < oldestMicros)) {
      if (first <= acknowledged) {
        dropTo(acknowledged + 1);
        continue;
      }
      long keep = first + 1;
      while (keep < next && !startsGroup[index(keep)]) {
        keep++;
      }
      dropTo(keep);
      awaitsKeyframe = keep == next;
    }
  }

  private void dropTo(long sequence) {
    if (sequence <= first) {
      return;
    }
    bytes.dropTo(start(sequence));
    first = sequence;
    while (runs.size() > 1) {
      Run run = runs.getFirst();
      if (endOf(run) > first || (run == told && !endTold)) {
        break;
      }
      runs.removeFirst();
    }
  }

  /** Nearly always the newest, which takes no iterator. */
  private Run runOf(long sequence) {
    Run newest = runs.peekLast();
    if (newest != null && newest.firstSequence <= sequence) {
      return newest;
    }
    Iterator<Run> newestFirst = runs.descendingIterator();
    while (newestFirst.hasNext()) {
      Run run = newestFirst.next();
      if (run.firstSequence <= sequence) {
        return run;
      }
    }
    throw new IllegalStateException("no run for " + sequence);
  }

  /** One more than the number of the run's last unit as yet. */
  private long endOf(Run run) {
    if (run == runs.peekLast()) {
      return next;
    }
    boolean found = false;
    for (Run each : runs) {
      if (found) {
        return each.firstSequence;
      }
      found = each == run;
    }
    return next;
  }

  private long start(long sequence) {
    return sequence >= next ? bytes.end() : position[index(sequence)];
  }

  private int index(long sequence) {
    return (int) (sequence & (position.length - 1));
  }

  private void enlarge() {
    long[] positions = new long[position.length * 2];
    long[] times = new long[positions.length];
    boolean[] groups = new boolean[positions.length];
    for (long unit = first; unit < next; unit++) {
      int to = (int) (unit & (positions.length - 1));
      positions[to] = position[index(unit)];
      times[to] = capturedMicros[index(unit)];
      groups[to] = startsGroup[index(unit)];
    }
    position = positions;
    capturedMicros = times;
    startsGroup = groups;
  }
}
