package io.vigilnvr.api.stream;

import io.vigilnvr.api.camera.StreamId;
import java.time.Instant;
import java.util.Optional;

/**
 * What flows in a stream.
 *
 * @param codec RFC 6381 codec string of the video, e.g. {@code avc1.4d0028}; empty before it is
 *     known
 * @param frameRate pictures in one second, over the last seconds
 * @param bitrateBps bits in one second, likewise
 * @param received access units that reached the platform, since the feed was opened
 * @param acknowledged how many of these the recorder has made durable, or did not want
 * @param lost units known to be gone
 */
public record StreamStatus(
    StreamId stream,
    Optional<String> codec,
    int widthPx,
    int heightPx,
    double frameRate,
    long bitrateBps,
    long received,
    long acknowledged,
    long lost,
    int viewers,
    Optional<Instant> lastAccessUnitAt) {}
