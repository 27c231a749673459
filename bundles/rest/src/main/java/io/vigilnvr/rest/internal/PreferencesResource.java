package io.vigilnvr.rest.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.Map;
import javax.ws.rs.Consumes;
import javax.ws.rs.GET;
import javax.ws.rs.PUT;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;

/** How a user likes the page to be; what is in it is the page's affair. */
@Path("sessions/current/preferences")
@Produces(MediaType.APPLICATION_JSON)
public final class PreferencesResource {
  private static final int MOST_BYTES = 16 * 1024;

  private final Backend backend;

  PreferencesResource(Backend backend) {
    this.backend = backend;
  }

  @GET
  @Route(value = "One's own preferences; an empty object at first", scope = Route.Scope.SIGNED_IN)
  public Map<String, Object> get(@Context Caller caller) {
    return backend.views().preferences(caller.signedIn().username());
  }

  @PUT
  @Consumes(MediaType.APPLICATION_JSON)
  @Route(
      value = "Replaces one's own preferences: any JSON object of at most 16 KiB",
      scope = Route.Scope.SIGNED_IN)
  public Map<String, Object> replace(Map<String, Object> preferences, @Context Caller caller)
      throws JsonProcessingException {
    if (Json.MAPPER.writeValueAsBytes(preferences).length > MOST_BYTES) {
      throw new ProblemException(413, "Preferences have at most 16 KiB.");
    }
    if (!backend.views().setPreferences(caller.signedIn().username(), preferences)) {
      throw new ProblemException(409, "There is no such user any more.");
    }
    return preferences;
  }
}
