package io.vigilnvr.record.internal;

import io.vigilnvr.api.camera.StreamId;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * What segments are called: {@code <camera>/<role>/<yyyy>/<MM>/<dd>/<HH>/<time>-<number>.mp4}, in
 * UTC. The number only grows, so no step of the clock makes a name twice.
 */
final class SegmentNames {
  private static final DateTimeFormatter FOLDER =
      DateTimeFormatter.ofPattern("uuuu/MM/dd/HH", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter FILE =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss.SSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private SegmentNames() {}

  static String id(StreamId stream, long firstSequence) {
    return stream.camera() + "-" + stream.role().word() + "-" + firstSequence;
  }

  static String path(StreamId stream, Instant startedAt, long firstSequence) {
    return "%s/%s/%s-%d.mp4"
        .formatted(stream, FOLDER.format(startedAt), FILE.format(startedAt), firstSequence);
  }

  /** The folder that a path lies in. */
  static String folder(String path) {
    int slash = path.lastIndexOf('/');
    return slash < 0 ? "" : path.substring(0, slash);
  }
}
