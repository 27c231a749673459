package io.vigilnvr.rest.internal;

import io.vigilnvr.api.auth.Accounts;
import io.vigilnvr.api.plugin.InvalidSettingsException;
import java.util.Optional;
import javax.ws.rs.Consumes;
import javax.ws.rs.GET;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;

/** Makes the first admin, once. */
@Path("setup")
@Produces(MediaType.APPLICATION_JSON)
public final class SetupResource {
  private final Backend backend;

  SetupResource(Backend backend) {
    this.backend = backend;
  }

  record SetupState(boolean needed) {}

  record SetupRequest(String token, String username, String password) {}

  record SetupDone(UserView user) {}

  @GET
  @Route(value = "Whether the first admin is still to be made", scope = Route.Scope.OPEN)
  public SetupState state() {
    return new SetupState(backend.accounts().needsSetup());
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Route(
      value = "Makes the first admin with the one-time token",
      scope = Route.Scope.OPEN,
      status = 201,
      returns = SetupDone.class,
      fails = {403, 409})
  public Response setUp(SetupRequest request) throws InvalidSettingsException {
    Accounts accounts = backend.accounts();
    if (!accounts.needsSetup()) {
      throw new ProblemException(409, "There is an admin already; sign in.");
    }
    Optional<Accounts.User> user =
        accounts.setUp(request.token(), request.username(), request.password());
    if (user.isEmpty()) {
      throw new ProblemException(
          403, "The setup token is wrong, used or older than 60 minutes; a restart makes another.");
    }
    return Response.status(201).entity(new SetupDone(UserView.of(user.get()))).build();
  }
}
