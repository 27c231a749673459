package io.vigilnvr.ingest.gstreamer.internal;

import io.vigilnvr.api.decode.DecodeOutput;
import io.vigilnvr.api.decode.DecodeRequest;
import io.vigilnvr.api.decode.DecodeSession;
import io.vigilnvr.api.decode.DecodeSink;
import io.vigilnvr.api.media.Codec;
import io.vigilnvr.media.codec.NalUnits;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decodes with the best decoder that works. What came since the last keyframe is kept until the
 * first picture is there, so that the next decoder can start where one fails.
 */
final class GStreamerDecodeSession implements DecodeSession {
  private static final long NANOS = 1_000_000_000;

  /** Pipelines do not like times below zero. */
  private static final long FIRST_NANOS = 10 * NANOS;

  private static final long MOST_KEPT_BYTES = 16 << 20;

  /** Longer than any stream's pictures are out of order: a decoder that is silent for so long. */
  private static final int MOST_SILENT_UNITS = 64;

  private static final int MOST_CAUSE_CHARS = 300;

  /** Times are rounded on their way. */
  private static final long ROUNDING_NANOS = 100_000;

  private record Unit(long ptsNanos, long dtsNanos, boolean keyframe, ByteBuffer payload) {}

  private final DecodeRequest request;
  private final DecodeSink sink;
  private final List<String> candidates;
  private final List<DecodeSink.Left> failed = new ArrayList<>();
  private final List<Unit> kept = new ArrayList<>();
  private final Object lock = new Object();

  private long keptBytes;
  private int silentUnits;
  private boolean keeps = true;
  private long firstPts;
  private boolean started;
  private boolean over;
  private boolean told;

  /** The one that is at work, and why the last one was given up. */
  private String decoder = "";

  private String cause = "";
  private long nextWantedNanos;
  private ByteBuffer converted = ByteBuffer.allocate(0);
  private @Nullable ByteBuffer config;

  /** Guarded by the lock for close, which may come from another thread. */
  private @Nullable DecodePipeline pipeline;

  private boolean busy;
  private volatile boolean closed;

  GStreamerDecodeSession(DecodeRequest request, DecodeSink sink) {
    this(request, sink, Decoders.of(request.track().codec()));
  }

  /**
   * @param decoders to be tried, in order
   */
  GStreamerDecodeSession(DecodeRequest request, DecodeSink sink, List<String> decoders) {
    this.request = request;
    this.sink = sink;
    candidates = new ArrayList<>(decoders);
    Optional<String> missing = DecodePipeline.missing(request.output());
    if (missing.isPresent()) {
      fail(missing.get());
    } else if (candidates.isEmpty()) {
      fail(
          "GStreamer has no decoder for "
              + request.track().codec()
              + " that may be used: install the package gstreamer1.0-libav");
    }
  }

  @Override
  public void unit(long ptsTicks, long dtsTicks, boolean keyframe, ByteBuffer payload) {
    if (!enter()) {
      return;
    }
    try {
      if (!started) {
        started = true;
        firstPts = ptsTicks;
      }
      Unit unit = new Unit(nanos(ptsTicks), nanos(dtsTicks), keyframe, payload);
      keep(unit);
      DecodePipeline now = pipeline;
      boolean well = now != null && now.push(unit.ptsNanos, unit.dtsNanos, keyframe, payload);
      if (!closed && (!well || isSilent())) {
        replay();
      }
    } finally {
      leave();
    }
  }

  /** Whether another decoder may give what this one does not. */
  private boolean isSilent() {
    DecodePipeline now = pipeline;
    boolean decodes = now == null || now.hasDecoded();
    silentUnits = decodes ? 0 : silentUnits + 1;
    return silentUnits >= MOST_SILENT_UNITS && !candidates.isEmpty() && !kept.isEmpty();
  }

  /** For the next decoder, until one has shown that it works. */
  private void keep(Unit unit) {
    DecodePipeline now = pipeline;
    if (!keeps) {
      return;
    }
    if (now != null && now.hasDecoded()) {
      keeps = false;
      kept.clear();
      leaveFailed();
      return;
    }
    if (unit.keyframe()) {
      kept.clear();
      keptBytes = 0;
    }
    keptBytes += unit.payload().remaining();
    if (keptBytes > MOST_KEPT_BYTES) {
      keeps = false;
      kept.clear();
      return;
    }
    ByteBuffer copy = ByteBuffer.allocate(unit.payload().remaining());
    copy.put(unit.payload().duplicate()).flip();
    kept.add(new Unit(unit.ptsNanos(), unit.dtsNanos(), unit.keyframe(), copy));
  }

  /** Starts the next decoder with what was kept. */
  private void replay() {
    silentUnits = 0;
    if (pipeline != null && !giveUp()) {
      return;
    }
    while (!candidates.isEmpty()) {
      decoder = candidates.remove(0);
      DecodePipeline next =
          new DecodePipeline(request.track(), request.output(), this::isWanted, this::take);
      set(next);
      boolean well = next.start(decoder);
      for (int i = 0; well && i < kept.size() && !closed; i++) {
        Unit unit = kept.get(i);
        well = next.push(unit.ptsNanos(), unit.dtsNanos(), unit.keyframe(), unit.payload());
      }
      if (well || closed || !giveUp()) {
        return;
      }
    }
    fail("the picture cannot be decoded: " + decoder + ": " + cause);
  }

  /** Ends the decoder that is at work; says whether another one can start where it did. */
  private boolean giveUp() {
    DecodePipeline before = Objects.requireNonNull(pipeline);
    boolean worked = before.hasDecoded();
    String fault = before.fault().replaceAll("\\s+", " ").strip();
    cause =
        fault.isEmpty()
            ? "it gives no picture"
            : fault.substring(0, Math.min(fault.length(), MOST_CAUSE_CHARS));
    before.close();
    set(null);
    if (worked || kept.isEmpty()) {
      fail("the picture cannot be decoded: " + decoder + ": " + cause);
      return false;
    }
    failed.add(new DecodeSink.Left(decoder, cause));
    return true;
  }

  private static boolean isSame(DecodeSink.Left one, DecodeSink.Left other) {
    return one.decoder().equals(other.decoder());
  }

  /** None of those that failed is tried again. */
  private void leaveFailed() {
    failed.forEach(each -> Decoders.leave(request.track().codec(), each));
  }

  /** Before the first picture. */
  private void tellDecoder() {
    if (!told) {
      told = true;
      List<DecodeSink.Left> left = new ArrayList<>(Decoders.left(request.track().codec()));
      failed.stream()
          .filter(each -> left.stream().noneMatch(known -> isSame(known, each)))
          .forEach(left::add);
      sink.decoder(decoder, left);
    }
  }

  private void set(@Nullable DecodePipeline next) {
    synchronized (lock) {
      pipeline = next;
    }
  }

  private boolean isWanted(long ptsNanos) {
    if (request.fromPtsTicks() > firstPts
        && ptsNanos < nanos(request.fromPtsTicks()) - ROUNDING_NANOS) {
      return false;
    }
    long interval = request.interval().toNanos();
    long wait = nextWantedNanos - ptsNanos;
    if (wait > ROUNDING_NANOS && wait <= interval) {
      return false;
    }
    // In step with the interval, unless pictures come less often than that, or time jumped.
    nextWantedNanos += interval;
    if (nextWantedNanos <= ptsNanos || nextWantedNanos - ptsNanos > interval) {
      nextWantedNanos = ptsNanos + interval;
    }
    return true;
  }

  private void take(long ptsNanos, boolean keyframe, int widthPx, int heightPx, ByteBuffer bytes) {
    if (closed) {
      return;
    }
    ByteBuffer payload = bytes;
    if (request.output() instanceof DecodeOutput.H264) {
      payload = lengthPrefixed(bytes);
      tellConfig(payload);
      if (config == null) {
        return;
      }
    }
    tellDecoder();
    sink.picture(
        ticks(ptsNanos),
        !(request.output() instanceof DecodeOutput.H264) || keyframe,
        widthPx,
        heightPx,
        payload);
  }

  private ByteBuffer lengthPrefixed(ByteBuffer annexB) {
    int size = NalUnits.lengthPrefixedBytes(Codec.H264, annexB);
    if (converted.capacity() < size) {
      converted = ByteBuffer.allocate(size * 2);
    }
    converted.clear();
    NalUnits.toLengthPrefixed(Codec.H264, annexB, converted);
    return converted.flip().asReadOnlyBuffer();
  }

  private void tellConfig(ByteBuffer payload) {
    NalUnits.codecConfig(Codec.H264, NalUnits.parameterSets(Codec.H264, payload))
        .filter(found -> !found.equals(config))
        .ifPresent(
            found -> {
              ByteBuffer copy = ByteBuffer.allocate(found.remaining());
              config = copy.put(found.duplicate()).flip().asReadOnlyBuffer();
              sink.config(config);
            });
  }

  @Override
  public void drain() {
    if (!enter()) {
      return;
    }
    try {
      while (!over && !closed) {
        DecodePipeline now = pipeline;
        if (now == null) {
          break;
        }
        now.drain();
        if (now.hasDecoded() || candidates.isEmpty() || kept.isEmpty()) {
          if (now.hasDecoded()) {
            leaveFailed();
          }
          break;
        }
        replay();
      }
      if (!over && !closed) {
        over = true;
        sink.drained();
      }
    } finally {
      leave();
    }
  }

  private void fail(String cause) {
    if (!over && !closed) {
      over = true;
      sink.failed(cause);
    }
  }

  private boolean enter() {
    synchronized (lock) {
      if (closed || over) {
        return false;
      }
      busy = true;
      return true;
    }
  }

  private void leave() {
    synchronized (lock) {
      busy = false;
      lock.notifyAll();
      if (closed) {
        release();
      }
    }
  }

  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
      while (busy) {
        try {
          lock.wait();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return; // leave() releases
        }
      }
      release();
    }
  }

  private void release() {
    DecodePipeline now = pipeline;
    pipeline = null;
    if (now != null) {
      now.close();
    }
    kept.clear();
  }

  private long nanos(long ticks) {
    long since = ticks - firstPts;
    int scale = request.track().timescale();
    return FIRST_NANOS
        + Math.floorDiv(since, scale) * NANOS
        + Math.floorMod(since, scale) * NANOS / scale;
  }

  private long ticks(long nanos) {
    long since = nanos - FIRST_NANOS;
    int scale = request.track().timescale();
    long seconds = Math.floorDiv(since, NANOS);
    return firstPts + seconds * scale + (Math.floorMod(since, NANOS) * scale + NANOS / 2) / NANOS;
  }
}
