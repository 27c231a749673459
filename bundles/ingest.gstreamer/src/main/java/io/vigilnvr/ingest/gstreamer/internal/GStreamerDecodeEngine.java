package io.vigilnvr.ingest.gstreamer.internal;

import io.vigilnvr.api.decode.DecodeEngine;
import io.vigilnvr.api.decode.DecodeRequest;
import io.vigilnvr.api.decode.DecodeSession;
import io.vigilnvr.api.decode.DecodeSink;
import io.vigilnvr.api.media.Codec;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Decodes by whatever decoders GStreamer has: {@link Decoders}. */
public final class GStreamerDecodeEngine implements DecodeEngine {
  private final Library library = Library.INSTANCE;

  @Override
  public String id() {
    return GStreamerEngine.ID;
  }

  @Override
  public Optional<String> problem() {
    Optional<String> problem = library.problem();
    if (problem.isPresent()) {
      return problem;
    }
    return Decoders.of(Codec.H264).isEmpty()
        ? Optional.of(
            "GStreamer has no decoder for H.264 that may be used: install the package gstreamer1.0-libav")
        : Optional.empty();
  }

  @Override
  public DecodeSession open(DecodeRequest request, DecodeSink sink) {
    Optional<String> problem = problem();
    if (problem.isPresent()) {
      sink.failed(problem.get());
      return new NoSession();
    }
    return new GStreamerDecodeSession(request, sink);
  }

  @Override
  public void close() {
    // What GStreamer holds for the whole process goes with the process.
  }

  /** Where there is no GStreamer. */
  private static final class NoSession implements DecodeSession {
    @Override
    public void unit(long ptsTicks, long dtsTicks, boolean keyframe, ByteBuffer payload) {}

    @Override
    public void drain() {}

    @Override
    public void close() {}
  }
}
