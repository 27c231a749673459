package io.vigilnvr.media.mp4;

import java.time.Instant;

/**
 * What a recorded file says of itself beyond MP4, so that an index can be made again from files
 * alone. It is a {@code uuid} box (ISO/IEC 14496-12, 11.1) between {@code ftyp} and {@code moov}:
 * type {@code b7c3e1d4-5a02-4f6b-9d38-61f0a2c47e95}, one byte of version (1), three of flags (0),
 * then lines of UTF-8 {@code key=value} with these components' names, and {@code tracks} with every
 * track of the stream, those included that MP4 does not carry: {@code 1:H264/90000,2:PCMA/8000}.
 * Readers ignore keys they do not know; a change that old readers would misread gets another
 * version.
 *
 * @param camera its id
 * @param role {@code main} or {@code sub}
 * @param run of the stream
 * @param openSequence rises each time the recorder opens its volume: tells the files of one life of
 *     the recorder from those of another
 * @param firstSequence number of the first access unit
 * @param startedAt wall clock at the first access unit
 * @param startTicks decoding time of the first access unit
 * @param timescale ticks in one second, of the primary track
 * @param primaryTrack number of the track that segments are cut by
 */
public record SegmentInfo(
    String camera,
    String role,
    long run,
    long openSequence,
    long firstSequence,
    Instant startedAt,
    long startTicks,
    int timescale,
    int primaryTrack) {
  public SegmentInfo {
    if (camera.isEmpty() || camera.indexOf('\n') >= 0 || role.indexOf('\n') >= 0) {
      throw new IllegalArgumentException("camera and role must be one line of text");
    }
    if (firstSequence < 0) {
      throw new IllegalArgumentException("sequence must not be negative: " + firstSequence);
    }
    if (timescale < 1) {
      throw new IllegalArgumentException("timescale must be positive: " + timescale);
    }
    if (primaryTrack < 1) {
      throw new IllegalArgumentException("tracks count from 1: " + primaryTrack);
    }
  }
}
