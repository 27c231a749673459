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

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Tile(String camera, @Nullable String stream) {}

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
    tiles =
        Json.write(
            view.tiles().stream()
                .map(
                    tile ->
                        new Tile(
                            tile.camera().value(),
                            tile.stream().map(StreamRole::word).orElse(null)))
                .toList());
  }

  SavedView view() {
    List<Tile> kept = Json.read(tiles, new TypeReference<>() {});
    return new SavedView(
        id,
        owner,
        name,
        shared,
        columns,
        kept.stream()
            .map(
                tile ->
                    new SavedView.Tile(
                        new CameraId(tile.camera()),
                        Optional.ofNullable(tile.stream()).map(StreamRole::of)))
            .toList());
  }
}
