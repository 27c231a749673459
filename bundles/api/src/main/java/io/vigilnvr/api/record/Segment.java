package io.vigilnvr.api.record;

import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.storage.VolumeId;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One stored file of one stream: an init segment and whole GOPs of fragments.
 *
 * @param id {@code <camera>-<role>-<firstSequence>}; unique for ever
 * @param run of the stream; segments of one run with adjoining sequence numbers are gapless
 * @param startedAt of its first access unit, wall clock
 * @param endedAt end of its last access unit
 * @param startTicks decoding time of its first fragment, in {@code timescale}
 * @param endTicks end of the last, likewise; the next segment of the run starts there
 * @param timescale of the primary track
 * @param initBytes length of what precedes the first fragment
 * @param bytes length of the file as far as it is durable
 * @param keyframes where decoding can start, in order; the first is at {@code initBytes}
 * @param sha256 of the file, in hex; empty unless sealed
 * @param path within the volume
 */
public record Segment(
    String id,
    StreamId stream,
    long run,
    Instant startedAt,
    Instant endedAt,
    long startTicks,
    long endTicks,
    int timescale,
    int initBytes,
    long bytes,
    long accessUnits,
    long firstSequence,
    long lastSequence,
    String codecs,
    List<Keyframe> keyframes,
    Optional<String> sha256,
    State state,
    VolumeId volume,
    String path) {
  /** A fragment of the primary track that starts with a keyframe. */
  public record Keyframe(long offset, long ticks) {}

  /** What became of the file. */
  public enum State {
    /** Being written. */
    OPEN,
    /** Complete; hash known. */
    SEALED,
    /** Taken over after a crash, up to its last whole fragment; hash known. */
    RECOVERED,
    /** Its disk reported an error while it was written; readable, not verified. */
    SUSPECT,
    /** Its file is gone. */
    MISSING,
    /** To be removed; the file may be gone already. */
    GARBAGE;

    /** The word in the API. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public Segment {
    keyframes = List.copyOf(keyframes);
  }

  /** The same, in another state. */
  public Segment withState(State other) {
    return new Segment(
        id,
        stream,
        run,
        startedAt,
        endedAt,
        startTicks,
        endTicks,
        timescale,
        initBytes,
        bytes,
        accessUnits,
        firstSequence,
        lastSequence,
        codecs,
        keyframes,
        sha256,
        other,
        volume,
        path);
  }

  /** The same, with another end. */
  public Segment withEnd(Instant end) {
    return new Segment(
        id,
        stream,
        run,
        startedAt,
        end,
        startTicks,
        endTicks,
        timescale,
        initBytes,
        bytes,
        accessUnits,
        firstSequence,
        lastSequence,
        codecs,
        keyframes,
        sha256,
        state,
        volume,
        path);
  }
}
