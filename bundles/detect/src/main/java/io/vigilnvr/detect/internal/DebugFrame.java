package io.vigilnvr.detect.internal;

import io.vigilnvr.api.event.Event.Box;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@link Snapshot#json} tells of a frame as a detector saw it, for the description of the API.
 *
 * @param on whether something is on at present
 * @param foreground PNG in base64, white on transparent
 * @param picture JPEG in base64
 */
record DebugFrame(
    Instant at,
    int widthPx,
    int heightPx,
    boolean on,
    String note,
    Map<String, Double> figures,
    List<Region> regions,
    List<Seen> detections,
    Optional<String> foreground,
    String picture) {
  /**
   * What differs from the background.
   *
   * @param area of the picture, 0 to 1
   */
  record Region(Box box, double area, boolean counted, String reason) {}

  /**
   * What was recognised.
   *
   * @param event that it is part of
   */
  record Seen(
      String label,
      double score,
      Box box,
      boolean counted,
      String reason,
      List<String> zones,
      Optional<String> event) {}
}
