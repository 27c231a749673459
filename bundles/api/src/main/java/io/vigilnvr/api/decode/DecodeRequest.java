package io.vigilnvr.api.decode;

import io.vigilnvr.api.media.Track;
import java.time.Duration;

/**
 * What an engine is to decode.
 *
 * @param track a video
 * @param fromPtsTicks pictures that are shown earlier are decoded and left out
 * @param interval of the others, at most one in each such time is given; all if it is zero
 */
public record DecodeRequest(
    Track track, DecodeOutput output, long fromPtsTicks, Duration interval) {
  public DecodeRequest {
    if (!track.codec().isVideo()) {
      throw new IllegalArgumentException("not a video: " + track.codec());
    }
  }
}
