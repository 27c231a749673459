package io.vigilnvr.api.view;

import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.StreamRole;
import java.util.List;
import java.util.Optional;

/**
 * Cameras side by side, as somebody likes to see them.
 *
 * @param owner user name of who made it
 * @param shared whether everybody may use it
 * @param columns how many tiles stand in a row; 0 for as many as fit
 * @param tiles in reading order; a camera may have gone since
 */
public record SavedView(
    String id, String owner, String name, boolean shared, int columns, List<Tile> tiles) {
  /**
   * A place in the view.
   *
   * @param stream which stream is shown; empty for whichever suits the size
   */
  public record Tile(CameraId camera, Optional<StreamRole> stream) {}

  public SavedView {
    tiles = List.copyOf(tiles);
  }
}
