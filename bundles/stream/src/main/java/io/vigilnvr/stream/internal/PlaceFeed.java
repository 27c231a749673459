package io.vigilnvr.stream.internal;

import io.vigilnvr.api.media.AccessUnit;
import io.vigilnvr.api.media.StreamFormat;
import io.vigilnvr.api.record.GapCause;
import io.vigilnvr.api.stream.StreamHub;
import java.util.concurrent.atomic.AtomicLong;

/** Where ingest puts a stream; once another feed of the stream is there, it leads nowhere. */
final class PlaceFeed implements StreamHub.Feed {
  final StreamHub.Upstream upstream;

  /** The highest number that upstream was told of. */
  final AtomicLong acknowledged = new AtomicLong(-1);

  private final StreamPlace place;
  private final Runnable onClose;

  PlaceFeed(StreamPlace place, StreamHub.Upstream upstream, Runnable onClose) {
    this.place = place;
    this.upstream = upstream;
    this.onClose = onClose;
  }

  @Override
  public void run(long run, StreamFormat format) {
    place.run(this, run, format);
  }

  @Override
  public void unit(AccessUnit unit) {
    place.unit(this, unit);
  }

  @Override
  public void lost(long firstSequence, long lastSequence, GapCause cause) {
    place.lost(this, firstSequence, lastSequence, cause);
  }

  @Override
  public void interrupted(GapCause cause) {
    place.interrupted(this, cause);
  }

  @Override
  public void close() {
    place.close(this);
    onClose.run();
  }
}
