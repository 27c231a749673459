package io.vigilnvr.record.internal;

import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.camera.StreamRole;
import io.vigilnvr.api.media.Fragment;
import io.vigilnvr.api.media.StreamFormat;
import io.vigilnvr.api.record.Segment;
import io.vigilnvr.api.storage.SegmentFile;
import io.vigilnvr.api.storage.Volume;
import io.vigilnvr.api.storage.VolumeId;
import io.vigilnvr.media.codec.Codecs;
import io.vigilnvr.media.mp4.InitSegments;
import io.vigilnvr.media.mp4.SegmentInfo;
import io.vigilnvr.media.mp4.Trailer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A file that is being written, and the row it will be. Fragments are {@linkplain #add gathered},
 * {@linkplain #write written} at once, and {@linkplain #sync synced}; only then do they count. One
 * thread.
 */
final class OpenSegment {
  private static final long NANOS = 1_000_000_000L;

  /** What a row says of a stretch of fragments; what is synced lags behind what is gathered. */
  private record Extent(
      long bytes,
      Instant endedAt,
      long endTicks,
      long accessUnits,
      long lastSequence,
      int keyframes) {}

  /** A fragment, and how far the file was before it. */
  private record Kept(Fragment fragment, Extent before) {}

  /** More than this in one GOP is not kept for a rescue. */
  private static final long MOST_TAIL_BYTES = 32L << 20;

  private final StreamId stream;
  private final SegmentInfo info;
  private final String codecs;
  private final String path;
  private final VolumeId volume;
  private final int initBytes;
  private final List<Segment.Keyframe> keyframes = new ArrayList<>();
  private final List<ByteBuffer> batch = new ArrayList<>();
  private SegmentFile file;

  /** Null once the start of the file was written by somebody else: it is read again at the end. */
  private final @Nullable Sha256 hash;

  private Extent gathered;
  private Extent written;
  private Extent durable;

  /** From the last keyframe that is durable, or may become so, on: what a rescue needs. */
  private final ArrayDeque<Kept> tail = new ArrayDeque<>();

  private long tailBytes;

  private OpenSegment(
      SegmentInfo info,
      StreamFormat format,
      String path,
      VolumeId volume,
      int initBytes,
      SegmentFile file,
      @Nullable Sha256 hash,
      Extent extent) {
    this.stream = streamOf(info);
    this.info = info;
    this.codecs = codecs(format);
    this.path = path;
    this.volume = volume;
    this.initBytes = initBytes;
    this.file = file;
    this.hash = hash;
    this.gathered = extent;
    this.written = extent;
    this.durable = extent;
  }

  static StreamId streamOf(SegmentInfo info) {
    return new StreamId(new CameraId(info.camera()), StreamRole.of(info.role()));
  }

  static String codecs(StreamFormat format) {
    return format.tracks().stream()
        .map(Codecs::rfc6381)
        .filter(codec -> !codec.isEmpty())
        .collect(Collectors.joining(","));
  }

  /** Creates the file, with its header, durably. */
  static OpenSegment create(Volume volume, String path, SegmentInfo info, StreamFormat format)
      throws IOException {
    ByteBuffer header = InitSegments.of(format, info);
    int initBytes = header.remaining();
    var hash = new Sha256();
    hash.update(header);
    SegmentFile file = volume.create(path, header.duplicate());
    return new OpenSegment(
        info,
        format,
        path,
        volume.id(),
        initBytes,
        file,
        hash,
        new Extent(initBytes, info.startedAt(), info.startTicks(), 0, info.firstSequence() - 1, 0));
  }

  /** Goes on with a file that a former life left open. */
  static OpenSegment resume(Volume volume, Unsealed unsealed) throws IOException {
    SegmentFile file = volume.resume(unsealed.path(), unsealed.wholeBytes());
    Segment row = unsealed.row(volume.id(), Segment.State.OPEN, Optional.empty());
    var open =
        new OpenSegment(
            unsealed.info(),
            unsealed.format(),
            unsealed.path(),
            volume.id(),
            unsealed.initBytes(),
            file,
            null,
            new Extent(
                row.bytes(),
                row.endedAt(),
                row.endTicks(),
                row.accessUnits(),
                row.lastSequence(),
                row.keyframes().size()));
    open.keyframes.addAll(row.keyframes());
    return open;
  }

  /** Takes a fragment into the next write. */
  void add(Fragment fragment) {
    keep(fragment);
    Instant endedAt = gathered.endedAt;
    long endTicks = gathered.endTicks;
    if (fragment.track() == info.primaryTrack()) {
      // Not the start plus the media's time: a run's wall clock goes a little faster or slower.
      endedAt = later(endedAt, fragment.captured().plus(duration(fragment.durationTicks())));
      endTicks = Math.max(endTicks, fragment.dtsTicks() + fragment.durationTicks());
    }
    if (fragment.keyframe()) {
      keyframes.add(new Segment.Keyframe(gathered.bytes, fragment.dtsTicks()));
    }
    gathered =
        new Extent(
            gathered.bytes + fragment.byteCount(),
            endedAt,
            endTicks,
            gathered.accessUnits + fragment.accessUnits(),
            fragment.lastSequence(),
            keyframes.size());
    batch.add(fragment.bytes().duplicate());
  }

  private void keep(Fragment fragment) {
    if (tail.isEmpty() && !fragment.keyframe()) {
      return;
    }
    tail.add(new Kept(fragment, gathered));
    tailBytes += fragment.byteCount();
    if (tailBytes > MOST_TAIL_BYTES) {
      dropTail(kept -> true);
    }
  }

  /** What lies before the last keyframe that is durable need not be written again. */
  private void trimTail() {
    long from = -1;
    for (Kept kept : tail) {
      if (kept.fragment().keyframe() && kept.before().bytes() <= durable.bytes()) {
        from = kept.before().bytes();
      }
    }
    long start = from;
    dropTail(kept -> kept.before().bytes() < start);
  }

  private void dropTail(Predicate<Kept> which) {
    while (!tail.isEmpty() && which.test(tail.getFirst())) {
      tailBytes -= tail.removeFirst().fragment().byteCount();
    }
  }

  /**
   * What is to be written to another file if nothing more can be written to this one: all that is
   * not durable, from the keyframe on that it needs. Empty if that is not had any more.
   */
  List<Fragment> rest() {
    boolean all = !tail.isEmpty() && tail.getFirst().before().bytes() <= durable.bytes();
    return all ? tail.stream().map(Kept::fragment).toList() : List.of();
  }

  /**
   * The rest is in another file: this one counts up to there. Says how many units of the rest were
   * durable here.
   */
  long endBeforeRest() {
    Kept first = tail.getFirst();
    long units = durable.accessUnits - first.before().accessUnits;
    durable =
        new Extent(
            first.before().bytes,
            later(info.startedAt(), first.fragment().captured()),
            Math.max(info.startTicks(), first.fragment().dtsTicks()),
            first.before().accessUnits,
            first.before().lastSequence,
            first.before().keyframes);
    return units;
  }

  /**
   * Writes what was gathered, by one gathering write. After an error nothing of it counts. Says how
   * many bytes it was.
   */
  long write() throws IOException {
    if (batch.isEmpty()) {
      return 0;
    }
    ByteBuffer[] buffers = new ByteBuffer[batch.size()];
    for (int i = 0; i < buffers.length; i++) {
      buffers[i] = batch.get(i).duplicate();
    }
    file.append(buffers, buffers.length);
    if (hash != null) {
      batch.forEach(hash::update);
    }
    batch.clear();
    long bytes = gathered.bytes - written.bytes;
    written = gathered;
    return bytes;
  }

  /**
   * After a write that failed for want of space: cuts off what of it came through, so that the file
   * can be gone on with.
   */
  void cut(Volume onto) throws IOException {
    file.close();
    file = onto.resume(path, written.bytes);
  }

  /** Forgets what was gathered and not written; says how many units that was. */
  long dropBatch() {
    long units = gathered.accessUnits - written.accessUnits;
    batch.clear();
    gathered = written;
    dropTail(kept -> true);
    keyframes.subList(written.keyframes, keyframes.size()).clear();
    return units;
  }

  /** Makes durable what was written; says how many access units are new. */
  long sync() throws IOException {
    if (written.equals(durable)) {
      return 0;
    }
    file.sync();
    long units = written.accessUnits - durable.accessUnits;
    durable = written;
    trimTail();
    return units;
  }

  /**
   * What comes next of the run, if it follows at once: the segment ends where that begins. How long
   * the last picture lasted is only known by now.
   */
  void endAt(Fragment next) {
    gathered =
        new Extent(
            gathered.bytes,
            later(info.startedAt(), next.captured()),
            Math.max(info.startTicks(), next.dtsTicks()),
            gathered.accessUnits,
            gathered.lastSequence,
            gathered.keyframes);
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  /** Ends the file: trailer, sync, hash. What was gathered must be written. */
  Segment seal(Volume onto, Segment.State state) throws IOException {
    var entries =
        keyframes.stream()
            .map(keyframe -> new Trailer.Keyframe(keyframe.offset(), keyframe.ticks()))
            .toList();
    batch.add(Trailer.mfra(info.primaryTrack(), entries));
    gathered =
        new Extent(
            gathered.bytes + batch.get(0).remaining(),
            gathered.endedAt,
            gathered.endTicks,
            gathered.accessUnits,
            gathered.lastSequence,
            gathered.keyframes);
    write();
    return finish(onto, state);
  }

  /** Ends the file as it is, without a trailer. */
  Segment finish(Volume onto, Segment.State state) throws IOException {
    file.sync();
    durable = written;
    file.close();
    String sha256;
    if (hash != null) {
      sha256 = hash.hex();
    } else {
      try (var channel = onto.read(path)) {
        sha256 = Sha256.of(channel);
      }
    }
    return row(state, Optional.of(sha256));
  }

  /** Lets go without touching the file. */
  void abandon() {
    try {
      file.close();
    } catch (IOException e) {
      // Nothing of it was promised beyond what is durable.
    }
  }

  /** The row of what is durable. */
  Segment row(Segment.State state, Optional<String> sha256) {
    return new Segment(
        SegmentNames.id(stream, info.firstSequence()),
        stream,
        info.run(),
        info.startedAt(),
        durable.endedAt,
        info.startTicks(),
        durable.endTicks,
        info.timescale(),
        initBytes,
        durable.bytes,
        durable.accessUnits,
        info.firstSequence(),
        durable.lastSequence,
        codecs,
        keyframes.subList(0, durable.keyframes),
        sha256,
        state,
        volume,
        path);
  }

  /** Wall clock at a decoding time, as well as the file's own boxes tell. */
  static Instant at(SegmentInfo info, long ticks) {
    return info.startedAt().plus(duration(ticks - info.startTicks(), info.timescale()));
  }

  private static Duration duration(long ticks, int timescale) {
    long past = Math.max(0, ticks);
    return Duration.ofSeconds(past / timescale, past % timescale * NANOS / timescale);
  }

  private Duration duration(long ticks) {
    return duration(ticks, info.timescale());
  }

  String path() {
    return path;
  }

  long run() {
    return info.run();
  }

  boolean isEmpty() {
    return gathered.accessUnits == 0;
  }

  boolean hasUnits() {
    return durable.accessUnits > 0;
  }

  long unsyncedUnits() {
    return gathered.accessUnits - durable.accessUnits;
  }

  /** Media time up to a decoding time. */
  Duration lengthAt(long ticks) {
    return duration(ticks - info.startTicks());
  }

  Instant durableEnd() {
    return durable.endedAt;
  }
}
