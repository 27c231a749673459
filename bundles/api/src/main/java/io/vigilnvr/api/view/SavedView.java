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
   * @param columns how many cells of the grid it is wide
   * @param rows how many cells of the grid it is high
   */
  public record Tile(CameraId camera, Optional<StreamRole> stream, int columns, int rows) {
    /** One that takes a single cell. */
    public Tile(CameraId camera, Optional<StreamRole> stream) {
      this(camera, stream, 1, 1);
    }

    public Tile {
      if (columns < 1 || rows < 1) {
        throw new IllegalArgumentException("no size of a tile: " + columns + " by " + rows);
      }
    }
  }

  public SavedView {
    tiles = List.copyOf(tiles);
  }
}
