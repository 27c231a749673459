package io.vigilnvr.rest.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.core.MediaType;

/** The API's description, made from the code that serves it. */
@Path("openapi.json")
@Produces(MediaType.APPLICATION_JSON)
public final class OpenApiResource {
  private final Map<String, Object> document;

  OpenApiResource(List<Object> others, String version) {
    var all = new ArrayList<>(others);
    all.add(this);
    document = new OpenApi(version).document(ResourceRoutes.of(all));
  }

  @GET
  @Route(value = "This description", scope = Route.Scope.SIGNED_IN)
  public Map<String, Object> get() {
    return document;
  }
}
