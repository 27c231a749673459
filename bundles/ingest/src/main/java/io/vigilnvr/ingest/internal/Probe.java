package io.vigilnvr.ingest.internal;

import io.vigilnvr.api.camera.CameraException;
import io.vigilnvr.api.camera.StreamProbe;
import io.vigilnvr.api.camera.StreamRole;
import io.vigilnvr.api.media.AccessUnit;
import io.vigilnvr.api.media.StreamFormat;
import io.vigilnvr.api.media.Track;
import io.vigilnvr.ingest.protocol.Message;
import io.vigilnvr.media.codec.Codecs;
import io.vigilnvr.media.codec.Picture;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Watches a stream for as long as it takes to say what it is. */
final class Probe implements WorkerLink.Visitor {
  /** Enough to tell the frame rate where the stream does not say it. */
  private static final int MEASURED_UNITS = 12;

  private final StreamRole role;
  private final CountDownLatch done = new CountDownLatch(1);
  private @Nullable StreamFormat format;
  private @Nullable CameraException failure;
  private String state = "no answer";
  private int units;
  private long firstDts;
  private long lastDts;

  Probe(StreamRole role) {
    this.role = role;
  }

  @Override
  public synchronized void message(Message message) {
    if (message instanceof Message.Run run) {
      format = run.format();
    } else if (message instanceof Message.Status status) {
      if (!status.cause().isEmpty()) {
        state = status.cause();
      }
      switch (status.phase()) {
        case UNAUTHORIZED -> fail(CameraException.Kind.UNAUTHORIZED, status.cause());
        case ERROR -> fail(CameraException.Kind.CONFIGURATION, status.cause());
        case BACKOFF, STALLED ->
            fail(status.kind().orElse(CameraException.Kind.UNREACHABLE), status.cause());
        case CONNECTING, STREAMING -> {}
      }
    }
  }

  private void fail(CameraException.Kind kind, String cause) {
    failure = new CameraException(kind, cause);
    done.countDown();
  }

  @Override
  public synchronized void unit(AccessUnit unit) {
    StreamFormat known = format;
    if (known == null || unit.track() != known.primary().number()) {
      return;
    }
    if (units == 0) {
      firstDts = unit.dtsTicks();
    }
    lastDts = unit.dtsTicks();
    units++;
    boolean rateKnown = picture(known).filter(picture -> picture.frameRate() > 0).isPresent();
    if (rateKnown || units >= MEASURED_UNITS) {
      done.countDown();
    }
  }

  private static Optional<Picture> picture(StreamFormat format) {
    return format.video().flatMap(Codecs::picture);
  }

  StreamProbe await(long nanos) throws CameraException, InterruptedException {
    boolean answered = done.await(nanos, TimeUnit.NANOSECONDS);
    synchronized (this) {
      if (failure != null) {
        throw failure;
      }
      StreamFormat known = format;
      if (known == null || (!answered && units == 0)) {
        throw new CameraException(CameraException.Kind.UNREACHABLE, state);
      }
      Optional<Picture> picture = picture(known);
      return new StreamProbe(
          role,
          known.video().map(Codecs::rfc6381).orElse(""),
          picture.map(Picture::widthPx).orElse(0),
          picture.map(Picture::heightPx).orElse(0),
          picture.map(Picture::frameRate).filter(rate -> rate > 0).orElseGet(() -> rate(known)),
          known.tracks().stream()
              .filter(track -> !track.codec().isVideo())
              .findFirst()
              .map(Codecs::rfc6381)
              .orElse(""));
    }
  }

  private double rate(StreamFormat known) {
    Track primary = known.primary();
    if (!primary.codec().isVideo() || units < 2 || lastDts <= firstDts) {
      return 0;
    }
    double rate = (units - 1) * (double) primary.timescale() / (lastDts - firstDts);
    return Math.round(rate * 100) / 100.0;
  }
}
