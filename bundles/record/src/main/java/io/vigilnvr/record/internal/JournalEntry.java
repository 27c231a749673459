package io.vigilnvr.record.internal;

import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.record.Segment;
import io.vigilnvr.api.record.SegmentIndex.Condition;
import java.time.Instant;

/** A record of the journal. Applying one twice is the same as once. */
sealed interface JournalEntry {
  /** A file is about to be created; synced before it is, so no file is without a record. */
  record Opened(StreamId stream, String path, long run, long firstSequence, Instant startedAt)
      implements JournalEntry {}

  /**
   * A file is finished, and the index does not know yet.
   *
   * @param previousSha256 of the stream's segment before: the chain; empty for the first
   */
  record Sealed(Segment segment, String previousSha256) implements JournalEntry {}

  /** A file that was opened is no more: nothing was in it, or it could not be read. */
  record Discarded(String path) implements JournalEntry {}

  /** Why a camera was not recorded, not known to the index yet, or still so. */
  record Noted(Condition condition) implements JournalEntry {}

  /** The platform was there at this moment: what a later life knows of the end of this one. */
  record Alive(Instant at) implements JournalEntry {}

  /** How far a stream is, once its last segment is in the index and left the journal. */
  record Position(StreamId stream, long nextSequence, long run, Instant endedAt, String sha256)
      implements JournalEntry {}
}
