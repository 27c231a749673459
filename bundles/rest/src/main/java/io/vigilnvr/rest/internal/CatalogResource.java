package io.vigilnvr.rest.internal;

import io.vigilnvr.api.plugin.PluginCatalog.Kind;
import java.util.List;
import java.util.Map;
import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.core.MediaType;

/** The types that plugins provide; for admins. */
@Path("/")
@Produces(MediaType.APPLICATION_JSON)
public final class CatalogResource {
  private final Backend backend;

  CatalogResource(Backend backend) {
    this.backend = backend;
  }

  /**
   * @param schema JSON Schema 2020-12 of the settings
   */
  record TypeView(
      String id,
      String name,
      String description,
      Map<String, Object> schema,
      List<String> capabilities) {}

  @GET
  @Path("drivers")
  @Route(value = "Camera drivers", scope = Route.Scope.SYSTEM)
  public Items<TypeView> drivers() {
    return types(Kind.CAMERA_DRIVER);
  }

  @GET
  @Path("detectors")
  @Route(value = "Detectors", scope = Route.Scope.SYSTEM)
  public Items<TypeView> detectors() {
    return types(Kind.DETECTOR);
  }

  @GET
  @Path("recorders")
  @Route(value = "Recorders", scope = Route.Scope.SYSTEM)
  public Items<TypeView> recorders() {
    return types(Kind.RECORDER);
  }

  @GET
  @Path("storage-backends")
  @Route(value = "Storage backends", scope = Route.Scope.SYSTEM)
  public Items<TypeView> storageBackends() {
    return types(Kind.STORAGE_BACKEND);
  }

  @GET
  @Path("notifiers")
  @Route(value = "Notifiers", scope = Route.Scope.SYSTEM)
  public Items<TypeView> notifiers() {
    return types(Kind.NOTIFIER);
  }

  private Items<TypeView> types(Kind kind) {
    return Items.all(
        backend.catalog().types(kind).stream()
            .map(
                type ->
                    new TypeView(
                        type.id(),
                        type.name(),
                        type.description(),
                        type.schema(),
                        type.capabilities()))
            .toList());
  }
}
