package io.vigilnvr.api.decode;

import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.media.AccessUnit;
import io.vigilnvr.api.media.Track;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Single pictures, decoded when somebody asks. Thread-safe.
 *
 * <p>Stages complete on a thread that has other work: what is done there must not block. They fail
 * with a {@link DecodeUnavailableException}, at the latest after the time that was given, or with a
 * {@link java.util.NoSuchElementException} if there is no picture to be decoded.
 */
@ProviderType
public interface Pictures {
  /**
   * The newest picture of a stream. Whoever asks for the same within a second gets the same one.
   *
   * @param maxWidthPx the picture is made smaller to this, never larger
   */
  CompletionStage<Jpeg> newest(StreamId stream, int maxWidthPx, Duration timeout);

  /**
   * The picture of one keyframe, e.g. a recorded one. Of those who wait, the last to come is served
   * first.
   *
   * @param stream whose it is: one whose pictures bring workers down is not tried for a while
   * @param track the video that it is of
   */
  CompletionStage<Jpeg> keyframe(
      StreamId stream, Track track, AccessUnit keyframe, int maxWidthPx, Duration timeout);
}
