package io.vigilnvr.rest.internal;

import com.fasterxml.jackson.databind.JsonNode;
import io.vigilnvr.api.auth.Accounts;
import io.vigilnvr.api.auth.Role;
import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.plugin.InvalidSettingsException;
import io.vigilnvr.api.plugin.InvalidSettingsException.Problem;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.ws.rs.Consumes;
import javax.ws.rs.DELETE;
import javax.ws.rs.GET;
import javax.ws.rs.HeaderParam;
import javax.ws.rs.PATCH;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import org.jspecify.annotations.Nullable;

/** Users; for admins. */
@Path("users")
@Produces(MediaType.APPLICATION_JSON)
public final class UserResource {
  private final Backend backend;
  private final Confirmations confirmations;

  /** Held from the look at an ETag until the change: so no other request comes between. */
  private final Object changes = new Object();

  UserResource(Backend backend, Confirmations confirmations) {
    this.backend = backend;
    this.confirmations = confirmations;
  }

  record UserRequest(
      String username,
      String password,
      @Means(Role.class) String role,
      @Nullable List<String> cameras) {
    @Override
    public String toString() {
      return "UserRequest[" + username + "]";
    }
  }

  /** What can be changed; {@code cameras: null} lifts the limit. */
  record UserPatch(
      @Means(Role.class) String role,
      @Nullable List<String> cameras,
      boolean enabled,
      @Nullable String password) {
    @Override
    public String toString() {
      return "UserPatch[" + role + "]";
    }
  }

  @GET
  @Route(value = "All users", scope = Route.Scope.SYSTEM)
  public Items<UserView> list() {
    return Items.all(backend.accounts().users().stream().map(UserView::of).toList());
  }

  @GET
  @Path("{user}")
  @Route(value = "A user", scope = Route.Scope.SYSTEM, returns = UserView.class, fails = 404)
  public Response get(@PathParam("user") String username) {
    return single(200, existing(username));
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Route(
      value = "Adds a user",
      scope = Route.Scope.SYSTEM,
      status = 201,
      returns = UserView.class,
      fails = 409)
  public Response add(UserRequest request, @Context Caller caller) throws InvalidSettingsException {
    confirmations.require(caller);
    var problems = new ArrayList<Problem>();
    Role role = UserView.role(request.role(), problems);
    Optional<Set<CameraId>> cameras = UserView.cameras(request.cameras(), this::isThere, problems);
    if (!problems.isEmpty()) {
      throw new InvalidSettingsException(problems);
    }
    if (find(request.username()).isPresent()) {
      throw new ProblemException(409, "There is a user of that name.");
    }
    return single(
        201, backend.accounts().addUser(request.username(), request.password(), role, cameras));
  }

  @PATCH
  @Path("{user}")
  @Consumes({"application/merge-patch+json", MediaType.APPLICATION_JSON})
  @Route(
      value = "Changes a user, and ends their sessions",
      scope = Route.Scope.SYSTEM,
      returns = UserView.class,
      fails = {404, 409, 412})
  public Response change(
      @PathParam("user") String username,
      @HeaderParam("If-Match") @Nullable String ifMatch,
      JsonNode patch,
      @Context Caller caller)
      throws InvalidSettingsException {
    confirmations.require(caller);
    synchronized (changes) {
      Accounts.User before = existing(username);
      EntityTag.of(UserView.of(before)).require(ifMatch);
      return single(200, changed(before, patch));
    }
  }

  private Accounts.User changed(Accounts.User before, JsonNode patch)
      throws InvalidSettingsException {
    var wanted =
        Json.bind(
            MergePatch.apply(
                Json.MAPPER.valueToTree(
                    new UserPatch(
                        before.role().word(),
                        UserView.names(before.cameras()),
                        before.enabled(),
                        null)),
                patch),
            UserPatch.class);
    var problems = new ArrayList<Problem>();
    Role role = UserView.role(wanted.role(), problems);
    // One that was removed stays in the list until somebody takes it out.
    Set<CameraId> named = before.cameras().orElse(Set.of());
    Optional<Set<CameraId>> cameras =
        UserView.cameras(wanted.cameras(), id -> named.contains(id) || isThere(id), problems);
    if (!problems.isEmpty()) {
      throw new InvalidSettingsException(problems);
    }
    if (wanted.password() != null) {
      backend.accounts().changePassword(before.username(), wanted.password());
    }
    return backend.accounts().changeUser(before.username(), role, cameras, wanted.enabled());
  }

  @DELETE
  @Path("{user}")
  @Route(
      value = "Removes a user, their sessions and tokens",
      scope = Route.Scope.SYSTEM,
      status = 204,
      fails = {404, 409, 412})
  public Response remove(
      @PathParam("user") String username, @HeaderParam("If-Match") @Nullable String ifMatch) {
    synchronized (changes) {
      EntityTag.of(UserView.of(existing(username))).require(ifMatch);
      try {
        if (!backend.accounts().removeUser(username)) {
          throw ProblemException.notFound();
        }
      } catch (IllegalStateException e) {
        throw new ProblemException(409, "There must be an admin left.");
      }
    }
    return Response.noContent().build();
  }

  private boolean isThere(CameraId id) {
    return backend.cameras().camera(id).isPresent();
  }

  private Accounts.User existing(String username) {
    return find(username).orElseThrow(ProblemException::notFound);
  }

  private Optional<Accounts.User> find(String username) {
    return backend.accounts().users().stream()
        .filter(user -> user.username().equals(username))
        .findFirst();
  }

  private static Response single(int status, Accounts.User user) {
    UserView view = UserView.of(user);
    var builder = Response.status(status).entity(view).header("ETag", EntityTag.of(view));
    return status == 201
        ? builder.location(URI.create("users/" + view.username())).build()
        : builder.build();
  }
}
