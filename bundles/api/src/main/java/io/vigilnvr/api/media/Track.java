package io.vigilnvr.api.media;

import java.nio.ByteBuffer;

/**
 * The video or one audio of a stream (ISO/IEC 14496-12, 3.1.19).
 *
 * @param number 1, 2, … within its stream; the video, if any, is 1
 * @param timescale ticks in one second; 90000 for video, the sample rate for audio
 * @param codecConfig what {@link Codec} says for the codec; read-only, may be empty for G.711
 */
public record Track(int number, Codec codec, int timescale, ByteBuffer codecConfig) {
  public Track {
    if (number < 1 || number > 16) {
      throw new IllegalArgumentException("track number must be 1 to 16: " + number);
    }
    if (timescale < 1) {
      throw new IllegalArgumentException("timescale must be positive: " + timescale);
    }
    codecConfig = codecConfig.slice().asReadOnlyBuffer();
  }
}
