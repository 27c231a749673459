package io.vigilnvr.rest.internal;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.vigilnvr.api.auth.Accounts;
import io.vigilnvr.api.auth.Identity;
import io.vigilnvr.api.auth.Role;
import io.vigilnvr.api.plugin.InvalidSettingsException;
import java.net.URI;
import java.util.List;
import javax.ws.rs.Consumes;
import javax.ws.rs.DELETE;
import javax.ws.rs.GET;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.HttpHeaders;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import org.jspecify.annotations.Nullable;

/** Login sessions. */
@Path("sessions")
@Produces(MediaType.APPLICATION_JSON)
public final class SessionResource {
  private static final String ATTRIBUTES = "; Path=/; Secure; HttpOnly; SameSite=Strict";
  private static final int SEVEN_DAYS = 7 * 24 * 3600;

  private final Backend backend;
  private final Confirmations confirmations;

  SessionResource(Backend backend, Confirmations confirmations) {
    this.backend = backend;
    this.confirmations = confirmations;
  }

  record SignInRequest(String username, String password) {
    @Override
    public String toString() {
      return "SignInRequest[***]";
    }
  }

  record PasswordRequest(String currentPassword, String password) {
    @Override
    public String toString() {
      return "PasswordRequest[***]";
    }
  }

  record ConfirmRequest(String password) {
    @Override
    public String toString() {
      return "ConfirmRequest[***]";
    }
  }

  record SessionUser(
      String username, @Means(Role.class) String role, @Nullable List<String> cameras) {}

  /**
   * @param csrfToken for the header X-Vigil-Csrf; absent if signed in by a token
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record SessionView(SessionUser user, @Nullable String csrfToken) {}

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Route(
      value = "Signs in; the answer sets the cookie __Host-vigil",
      scope = Route.Scope.OPEN,
      status = 201,
      returns = SessionView.class,
      fails = {401, 403, 429})
  public Response signIn(SignInRequest request, @Context Caller caller) {
    Accounts.Issued<Identity> session =
        signIn(backend.accounts(), request.username(), request.password(), caller.address());
    confirmations.confirm(session.of());
    return Response.created(URI.create("sessions/current"))
        .header(
            HttpHeaders.SET_COOKIE,
            SignIn.COOKIE + "=" + session.secret() + ATTRIBUTES + "; Max-Age=" + SEVEN_DAYS)
        .entity(view(session.of(), SignIn.csrfToken(session.secret())))
        .build();
  }

  static Accounts.Issued<Identity> signIn(
      Accounts accounts, String username, String password, String from) {
    Accounts.SignIn result = accounts.signIn(username, password, from);
    if (result instanceof Accounts.SignIn.Accepted accepted) {
      return accepted.session();
    }
    if (result instanceof Accounts.SignIn.Throttled throttled) {
      long seconds = Math.max(1, throttled.retryAfter().plusMillis(999).toSeconds());
      throw new ProblemException(429, "Too many tries; wait " + seconds + " s.")
          .header("Retry-After", Long.toString(seconds));
    }
    throw new ProblemException(401, "The user name or the password is wrong.")
        .header("WWW-Authenticate", "Bearer realm=\"vigil\"");
  }

  @GET
  @Path("current")
  @Route(value = "Who is signed in", scope = Route.Scope.SIGNED_IN)
  public SessionView current(@Context Caller caller) {
    return view(caller.signedIn(), caller.sessionSecret().map(SignIn::csrfToken).orElse(null));
  }

  @DELETE
  @Path("current")
  @Route(value = "Signs out", scope = Route.Scope.SIGNED_IN, status = 204)
  public Response signOut(@Context Caller caller) {
    caller
        .sessionSecret()
        .ifPresentOrElse(
            backend.accounts()::signOut,
            () -> {
              throw new ProblemException(409, "There is no session; revoke the token instead.");
            });
    return Response.noContent()
        .header(HttpHeaders.SET_COOKIE, SignIn.COOKIE + "=" + ATTRIBUTES + "; Max-Age=0")
        .build();
  }

  @POST
  @Path("current/password")
  @Consumes(MediaType.APPLICATION_JSON)
  @Route(
      value = "Changes one's own password, and ends all one's sessions",
      scope = Route.Scope.SIGNED_IN,
      status = 204,
      fails = {403, 429})
  public Response changePassword(PasswordRequest request, @Context Caller caller)
      throws InvalidSettingsException {
    check(caller, request.currentPassword(), "/currentPassword");
    backend.accounts().changePassword(caller.signedIn().username(), request.password());
    return Response.noContent().build();
  }

  @POST
  @Path("current/confirm")
  @Consumes(MediaType.APPLICATION_JSON)
  @Route(
      value =
          "Shows the session's password again, for what asks for it within the last 15 minutes:"
              + " putting in a plugin",
      scope = Route.Scope.SIGNED_IN,
      status = 204,
      fails = {403, 409, 429})
  public Response confirm(ConfirmRequest request, @Context Caller caller) {
    if (caller.sessionSecret().isEmpty()) {
      throw new ProblemException(409, "There is no session; a token need not confirm anything.");
    }
    check(caller, request.password(), "/password");
    confirmations.confirm(caller.signedIn());
    return Response.noContent().build();
  }

  /** Ends the request unless that is the caller's password. */
  private void check(Caller caller, String password, String pointer) {
    Accounts accounts = backend.accounts();
    Accounts.SignIn result =
        accounts.signIn(caller.signedIn().username(), password, caller.address());
    if (result instanceof Accounts.SignIn.Refused) {
      throw ProblemException.invalid(pointer, "is wrong");
    }
    if (result instanceof Accounts.SignIn.Accepted accepted) {
      accounts.signOut(accepted.session().secret());
    } else if (result instanceof Accounts.SignIn.Throttled throttled) {
      throw new ProblemException(429, "Too many tries; wait a little.")
          .header("Retry-After", Long.toString(throttled.retryAfter().toSeconds() + 1));
    }
  }

  private static SessionView view(Identity who, @Nullable String csrfToken) {
    return new SessionView(
        new SessionUser(who.username(), who.role().word(), UserView.names(who.cameras())),
        csrfToken);
  }
}
