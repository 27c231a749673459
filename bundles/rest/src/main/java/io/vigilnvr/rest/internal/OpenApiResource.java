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

  /**
   * @param ours whose methods have a {@link Route}
   * @param foreign of plugins
   */
  OpenApiResource(List<?> ours, List<?> foreign, String version) {
    var described = new ArrayList<Class<?>>();
    ours.forEach(resource -> described.add(resource.getClass()));
    described.add(OpenApiResource.class);
    described.add(ChangesServlet.class);
    described.add(EventStreamServlet.class);
    document =
        new OpenApi(version)
            .document(ResourceRoutes.ofClasses(described), ResourceRoutes.foreign(foreign));
  }

  @GET
  @Route(value = "This description", scope = Route.Scope.SIGNED_IN)
  public Map<String, Object> get() {
    return document;
  }
}
