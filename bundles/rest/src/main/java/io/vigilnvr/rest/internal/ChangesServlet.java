package io.vigilnvr.rest.internal;

import io.vigilnvr.api.auth.Identity;
import io.vigilnvr.api.record.StoreUnavailableException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.servlet.AsyncContext;
import javax.servlet.AsyncEvent;
import javax.servlet.AsyncListener;
import javax.servlet.Servlet;
import javax.servlet.ServletException;
import javax.servlet.http.Cookie;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.http.whiteboard.propertytypes.HttpWhiteboardServletAsyncSupported;
import org.osgi.service.http.whiteboard.propertytypes.HttpWhiteboardServletName;
import org.osgi.service.http.whiteboard.propertytypes.HttpWhiteboardServletPattern;

/**
 * Changes as they happen, as server-sent events. Not behind Jersey, which would need a thread for
 * each follower, or a plugin's code for as long as somebody follows; its annotations only describe
 * it for {@link OpenApi}.
 */
@Component(service = Servlet.class)
@HttpWhiteboardServletPattern("/api/v1/changes")
@HttpWhiteboardServletName("vigil-changes")
@HttpWhiteboardServletAsyncSupported
@Path("changes")
public final class ChangesServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;
  static final String EVENTS = "text/event-stream";

  private final transient Backend backend;
  private final transient ChangeFeed feed;

  @Activate
  public ChangesServlet(@Reference Backend backend, @Reference ChangeFeed feed) {
    this.backend = backend;
    this.feed = feed;
  }

  @GET
  @Produces(EVENTS)
  @Route(
      value = "What changes, as it happens: server-sent events, described by ChangeKinds",
      scope = Route.Scope.SIGNED_IN)
  @Override
  public void doGet(@Context HttpServletRequest request, @Context HttpServletResponse response)
      throws IOException {
    Headers.put(response);
    try {
      Optional<String> authorization = Optional.ofNullable(request.getHeader("Authorization"));
      Optional<String> cookie = cookie(request);
      Identity who =
          SignIn.caller(backend, authorization, cookie, request.getRemoteAddr()).signedIn();
      follow(request, response, who, secret(authorization, cookie));
    } catch (ProblemException e) {
      ProblemAnswer.send(request, response, e);
    } catch (StoreUnavailableException e) {
      ProblemAnswer.send(request, response, e);
    }
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    if (!refused(request, response)) {
      super.service(request, response);
    }
  }

  /** Other methods get a problem; the server has no error pages for most of them. */
  static boolean refused(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (List.of("GET", "OPTIONS").contains(request.getMethod())) {
      return false;
    }
    Headers.put(response);
    response.setHeader("Allow", "GET, OPTIONS");
    ProblemAnswer.send(request, response, new ProblemException(405));
    return true;
  }

  static Optional<String> cookie(HttpServletRequest request) {
    return Stream.ofNullable(request.getCookies())
        .flatMap(Arrays::stream)
        .filter(cookie -> cookie.getName().equals(SignIn.COOKIE))
        .map(Cookie::getValue)
        .findFirst();
  }

  static String secret(Optional<String> authorization, Optional<String> cookie) {
    return authorization.map(SignIn::bearerSecret).or(() -> cookie).orElseThrow();
  }

  private void follow(
      HttpServletRequest request, HttpServletResponse response, Identity who, String secret)
      throws IOException {
    response.setStatus(200);
    response.setContentType(EVENTS);
    response.setCharacterEncoding("UTF-8");
    // Proxies hold answers back otherwise.
    response.setHeader("X-Accel-Buffering", "no");
    AsyncContext context = request.startAsync();
    context.setTimeout(0);
    var client = new ChangeClient(who, secret, context, response.getOutputStream());
    context.addListener(new Leave(feed, client));
    if (!feed.join(client)) {
      response.reset();
      Headers.put(response);
      ProblemAnswer.send(
          request, response, ProblemException.unavailable("Enough people follow the changes."));
      client.close();
      return;
    }
    response.getOutputStream().setWriteListener(client);
  }

  private record Leave(ChangeFeed feed, ChangeClient client) implements AsyncListener {
    @Override
    public void onComplete(AsyncEvent event) {
      feed.leave(client);
    }

    @Override
    public void onTimeout(AsyncEvent event) {
      client.close();
    }

    @Override
    public void onError(AsyncEvent event) {
      client.close();
    }

    @Override
    public void onStartAsync(AsyncEvent event) {}
  }
}
