package io.vigilnvr.detect.internal;

import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.decode.Jpeg;
import io.vigilnvr.api.decode.Pictures;
import io.vigilnvr.api.media.AccessUnit;
import io.vigilnvr.api.media.Track;
import io.vigilnvr.tck.FakeClock;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/** Gives a picture that was taken when it is said to be. */
final class FakePictures implements Pictures {
  final List<StreamId> asked = new CopyOnWriteArrayList<>();
  volatile Instant captured = FakeClock.START.plusSeconds(3);

  @Override
  public CompletionStage<Jpeg> newest(StreamId stream, int maxWidthPx, Duration timeout) {
    asked.add(stream);
    return CompletableFuture.completedFuture(new Jpeg(captured, 1280, 720, ByteBuffer.allocate(4)));
  }

  @Override
  public CompletionStage<Jpeg> keyframe(
      StreamId stream, Track track, AccessUnit keyframe, int maxWidthPx, Duration timeout) {
    throw new UnsupportedOperationException();
  }
}
