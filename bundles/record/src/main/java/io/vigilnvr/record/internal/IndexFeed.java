package io.vigilnvr.record.internal;

import io.vigilnvr.api.record.Segment;
import io.vigilnvr.api.record.SegmentIndex;
import io.vigilnvr.api.record.SegmentIndex.Condition;
import io.vigilnvr.api.record.StoreUnavailableException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries finished segments and conditions from the journal to the index, in batches, for as long
 * as it takes. Each is given at least once, and the index takes it as once. What the index refuses
 * by itself is parked, so that the rest goes on. One thread.
 */
final class IndexFeed {
  private static final Logger log = LoggerFactory.getLogger(IndexFeed.class);
  private static final int BATCH = 200;

  private final Journal journal;
  private final Supplier<Optional<SegmentIndex>> index;
  private boolean away;
  private final AtomicInteger parked = new AtomicInteger();

  IndexFeed(Journal journal, Supplier<Optional<SegmentIndex>> index) {
    this.journal = journal;
    this.index = index;
  }

  /** Gives the index all there is; leaves the rest for the next time if the index is away. */
  void feed() {
    SegmentIndex taker = index.get().orElse(null);
    if (taker == null) {
      away = true;
      return;
    }
    try {
      List<Condition> notes = journal.pendingNotes(BATCH);
      while (!notes.isEmpty()) {
        give(notes, taker::note);
        journal.notesIndexed(notes);
        notes = journal.pendingNotes(BATCH);
      }
      List<Segment> segments = journal.pendingSegments(BATCH);
      while (!segments.isEmpty()) {
        give(segments, taker::upsert);
        journal.indexed(segments);
        segments = journal.pendingSegments(BATCH);
      }
      if (away) {
        away = false;
        log.info("the index has everything again");
      }
    } catch (StoreUnavailableException e) {
      if (!away) {
        away = true;
        log.warn("the index is away; segments wait in the journal: {}", e.getMessage());
      }
    }
  }

  private <T> void give(List<T> batch, Consumer<List<T>> call) {
    try {
      call.accept(batch);
    } catch (StoreUnavailableException e) {
      throw e;
    } catch (RuntimeException e) {
      if (batch.size() == 1) {
        parked.incrementAndGet();
        log.error("the index refuses {}; the file stays", batch.get(0), e);
        return;
      }
      for (T one : batch) {
        give(List.of(one), call);
      }
    }
  }

  /** How many rows the index refused. */
  int parked() {
    return parked.get();
  }
}
