package io.vigilnvr.rest.internal;

import io.vigilnvr.api.auth.Accounts;
import io.vigilnvr.api.auth.Action;
import io.vigilnvr.api.auth.Identity;
import io.vigilnvr.api.auth.Role;
import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.plugin.InvalidSettingsException;
import io.vigilnvr.api.plugin.InvalidSettingsException.Problem;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.ws.rs.Consumes;
import javax.ws.rs.DELETE;
import javax.ws.rs.GET;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import org.jspecify.annotations.Nullable;

/** Tokens of scripts and other systems. */
@Path("tokens")
@Produces(MediaType.APPLICATION_JSON)
public final class TokenResource {
  private final Backend backend;
  private final Confirmations confirmations;

  TokenResource(Backend backend, Confirmations confirmations) {
    this.backend = backend;
    this.confirmations = confirmations;
  }

  /**
   * @param role at most one's own, which it is if left out
   * @param username with {@code password}: instead of being signed in
   */
  record TokenRequest(
      String name,
      @Means(Role.class) @Nullable String role,
      @Nullable List<String> cameras,
      @Nullable Instant expiresAt,
      @Nullable String username,
      @Nullable String password) {
    @Override
    public String toString() {
      return "TokenRequest[" + name + "]";
    }
  }

  record TokenView(
      String id,
      String username,
      String name,
      @Means(Role.class) String role,
      @Nullable List<String> cameras,
      Instant createdAt,
      @Nullable Instant expiresAt) {
    static TokenView of(Accounts.Token token) {
      return new TokenView(
          token.id(),
          token.username(),
          token.name(),
          token.role().word(),
          UserView.names(token.cameras()),
          token.createdAt(),
          token.expiresAt().orElse(null));
    }
  }

  /**
   * @param token the secret; shown this once
   */
  record IssuedToken(
      String id,
      String token,
      String username,
      String name,
      @Means(Role.class) String role,
      @Nullable List<String> cameras,
      Instant createdAt,
      @Nullable Instant expiresAt) {
    @Override
    public String toString() {
      return "IssuedToken[" + id + "]";
    }
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Route(
      value = "Issues a token; its secret is shown once",
      scope = Route.Scope.OPEN,
      heedsSession = true,
      status = 201,
      returns = IssuedToken.class,
      fails = {401, 403, 429})
  public Response issue(TokenRequest request, @Context Caller caller)
      throws InvalidSettingsException {
    Accounts accounts = backend.accounts();
    if (request.username() == null && request.password() == null) {
      Identity who = caller.signedIn();
      // It would outlive what the session may do.
      confirmations.require(caller);
      return issue(accounts, request, who);
    }
    var session =
        SessionResource.signIn(
            accounts,
            required(request.username(), "username"),
            required(request.password(), "password"),
            caller.address());
    try {
      return issue(accounts, request, session.of());
    } finally {
      accounts.signOut(session.secret());
    }
  }

  private static String required(@Nullable String value, String name) {
    if (value == null) {
      throw ProblemException.invalid("/" + name, "is required");
    }
    return value;
  }

  private Response issue(Accounts accounts, TokenRequest request, Identity who)
      throws InvalidSettingsException {
    var problems = new ArrayList<Problem>();
    Role role = request.role() == null ? who.role() : UserView.role(request.role(), problems);
    Optional<Set<CameraId>> cameras =
        request.cameras() == null
            ? who.cameras()
            : UserView.cameras(request.cameras(), id -> mayName(who, id), problems);
    if (!problems.isEmpty()) {
      throw new InvalidSettingsException(problems);
    }
    var issued =
        accounts.issueToken(
            who, request.name(), role, cameras, Optional.ofNullable(request.expiresAt()));
    TokenView view = TokenView.of(issued.of());
    return Response.created(URI.create("tokens/" + view.id()))
        .entity(
            new IssuedToken(
                view.id(),
                issued.secret(),
                view.username(),
                view.name(),
                view.role(),
                view.cameras(),
                view.createdAt(),
                view.expiresAt()))
        .build();
  }

  /** Who is limited gets the same answer for each camera that is not theirs, there or not. */
  private boolean mayName(Identity who, CameraId id) {
    return who.cameras().isPresent() || backend.cameras().camera(id).isPresent();
  }

  @GET
  @Route(value = "One's own tokens; an admin sees all", scope = Route.Scope.SIGNED_IN)
  public Items<TokenView> list(@Context Caller caller) {
    return Items.all(visible(caller).stream().map(TokenView::of).toList());
  }

  @DELETE
  @Path("{token}")
  @Route(
      value = "Revokes a token, at once",
      scope = Route.Scope.SIGNED_IN,
      status = 204,
      fails = 404)
  public Response revoke(@PathParam("token") String id, @Context Caller caller) {
    if (visible(caller).stream().noneMatch(token -> token.id().equals(id))
        || !backend.accounts().revokeToken(id)) {
      throw ProblemException.notFound();
    }
    return Response.noContent().build();
  }

  private List<Accounts.Token> visible(Caller caller) {
    Identity who = caller.signedIn();
    boolean all = backend.access().allows(who, Action.ADMINISTER);
    return backend.accounts().tokens(all ? Optional.empty() : Optional.of(who.username()));
  }
}
