package io.vigilnvr.store.internal;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.type.TypeReference;
import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.StreamRole;
import io.vigilnvr.api.view.SavedView;
import java.util.List;
import java.util.Optional;
import javax.persistence.Column;
import javax.persistence.Entity;
import javax.persistence.Id;
import javax.persistence.Table;
import org.hibernate.annotations.ColumnTransformer;
import org.hibernate.annotations.Proxy;
import org.jspecify.annotations.Nullable;

/** A saved view in the database. */
@Entity
@Table(name = "saved_view")
@Proxy(lazy = false)
class ViewRow {
  @Id private String id = "";

  private String owner = "";
  private String name = "";
  private boolean shared;
  private int columns;

  @Column(columnDefinition = "jsonb")
  @ColumnTransformer(write = "cast(? as jsonb)")
  private String tiles = "[]";

  /** What is left out was not there when the view was saved, or is as usual: one cell. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Tile(
      String camera, @Nullable String stream, @Nullable Integer columns, @Nullable Integer rows) {
    static Tile of(SavedView.Tile tile) {
      return new Tile(
          tile.camera().value(),
          tile.stream().map(StreamRole::word).orElse(null),
          tile.columns() == 1 ? null : tile.columns(),
          tile.rows() == 1 ? null : tile.rows());
    }

    SavedView.Tile tile() {
      return new SavedView.Tile(
          new CameraId(camera),
          Optional.ofNullable(stream).map(StreamRole::of),
          columns == null ? 1 : columns,
          rows == null ? 1 : rows);
    }
  }

  ViewRow() {}

  ViewRow(SavedView view) {
    id = view.id();
    set(view);
  }

  final void set(SavedView view) {
    owner = view.owner();
    name = view.name();
    shared = view.shared();
    columns = view.columns();
    tiles = Json.write(view.tiles().stream().map(Tile::of).toList());
  }

  SavedView view() {
    List<Tile> kept = Json.read(tiles, new TypeReference<>() {});
    return new SavedView(id, owner, name, shared, columns, kept.stream().map(Tile::tile).toList());
  }
}
