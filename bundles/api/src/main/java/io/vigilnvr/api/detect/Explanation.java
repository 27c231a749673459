package io.vigilnvr.api.detect;

import io.vigilnvr.api.event.Event;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Why a frame gave what it gave.
 *
 * @param regions all that was considered, also what did not count
 * @param foreground what differs from what is usual there
 * @param figures what was measured, by name, e.g. {@code foregroundFraction}
 * @param note what else is to be said of the frame, e.g. that the light changed; empty if nothing
 */
public record Explanation(
    List<Region> regions,
    Optional<Foreground> foreground,
    Map<String, Double> figures,
    String note) {
  /**
   * A part of the picture that was considered.
   *
   * @param area of what is in it, as a fraction of the picture
   * @param counted whether it became a detection
   * @param reason why, in words a user understands
   */
  public record Region(Event.Box box, double area, boolean counted, String reason) {}

  /**
   * A picture in which 0 is background, and 255 foreground.
   *
   * @param pixels a byte each, row by row
   */
  public record Foreground(int widthPx, int heightPx, ByteBuffer pixels) {
    public Foreground {
      if (pixels.remaining() != widthPx * heightPx) {
        throw new IllegalArgumentException("not a picture of " + widthPx + "x" + heightPx);
      }
      pixels = pixels.slice().asReadOnlyBuffer();
    }
  }

  public Explanation {
    regions = List.copyOf(regions);
    figures = Map.copyOf(figures);
  }
}
