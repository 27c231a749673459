package io.vigilnvr.api.decode;

import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.stream.StreamHub;
import io.vigilnvr.api.stream.StreamViewer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Live streams for browsers that do not play the camera's codec: H.264 of at most 1280 pixels
 * width; audio as it is. Costs much: about a core for 1080p. Thread-safe.
 */
@ProviderType
public interface Transcoder {
  /**
   * Watches a stream as {@link StreamHub#watch} does. All viewers of a stream share one
   * transcoding, which begins with the first and ends soon after the last.
   *
   * @param maxQueuedBytes beyond this the viewer is moved to the newest keyframe
   * @throws java.util.NoSuchElementException if nobody feeds the stream
   * @throws DecodeUnavailableException if as many streams are transcoded as may be, or none can be
   */
  StreamHub.Subscription watch(StreamId stream, long maxQueuedBytes, StreamViewer viewer);
}
