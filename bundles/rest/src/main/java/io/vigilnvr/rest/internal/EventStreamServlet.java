package io.vigilnvr.rest.internal;

import io.vigilnvr.api.auth.Identity;
import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.event.EventType;
import io.vigilnvr.api.record.StoreUnavailableException;
import java.io.IOException;
import java.util.Optional;
import javax.servlet.AsyncContext;
import javax.servlet.AsyncEvent;
import javax.servlet.AsyncListener;
import javax.servlet.Servlet;
import javax.servlet.ServletException;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import javax.ws.rs.GET;
import javax.ws.rs.HeaderParam;
import javax.ws.rs.Path;
import javax.ws.rs.Produces;
import javax.ws.rs.QueryParam;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.http.whiteboard.propertytypes.HttpWhiteboardServletAsyncSupported;
import org.osgi.service.http.whiteboard.propertytypes.HttpWhiteboardServletName;
import org.osgi.service.http.whiteboard.propertytypes.HttpWhiteboardServletPattern;

/**
 * Events as they happen, as server-sent events; not behind Jersey, for the reasons of {@link
 * ChangesServlet}.
 */
@Component(service = Servlet.class)
@HttpWhiteboardServletPattern("/api/v1/events/stream")
@HttpWhiteboardServletName("vigil-events")
@HttpWhiteboardServletAsyncSupported
@Path("events/stream")
public final class EventStreamServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  private final transient Backend backend;
  private final transient EventFeed feed;

  @Activate
  public EventStreamServlet(@Reference Backend backend, @Reference EventFeed feed) {
    this.backend = backend;
    this.feed = feed;
  }

  /** Only says what {@link #doGet} takes. */
  @GET
  @Produces(ChangesServlet.EVENTS)
  @Route(
      value = "Events as they happen: server-sent events new, update and end",
      scope = Route.Scope.SIGNED_IN,
      returns = EventView.class)
  public void describe(
      @QueryParam("camera") @Nullable String camera,
      @QueryParam("type") @Nullable String type,
      @HeaderParam("Last-Event-ID") @Nullable String last) {
    // The container calls doGet.
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    if (!ChangesServlet.refused(request, response)) {
      super.service(request, response);
    }
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Headers.put(response);
    try {
      Optional<String> authorization = Optional.ofNullable(request.getHeader("Authorization"));
      Optional<String> cookie = ChangesServlet.cookie(request);
      Identity who =
          SignIn.caller(backend, authorization, cookie, request.getRemoteAddr()).signedIn();
      var query = new Query();
      Optional<CameraId> camera = EventQuery.camera(query, request.getParameter("camera"));
      Optional<EventType> type = EventQuery.type(query, request.getParameter("type"));
      Optional<Long> last = last(query, request.getHeader("Last-Event-ID"));
      query.check();
      // An id above the newest is of another database, or of an event that has been deleted.
      long newest = backend.events().revision();
      long revision = Math.min(last.orElse(newest), newest);
      response.setStatus(200);
      response.setContentType(ChangesServlet.EVENTS);
      response.setCharacterEncoding("UTF-8");
      // Proxies hold answers back otherwise.
      response.setHeader("X-Accel-Buffering", "no");
      AsyncContext context = request.startAsync();
      context.setTimeout(0);
      var client =
          new ChangeClient(
              who,
              ChangesServlet.secret(authorization, cookie),
              context,
              response.getOutputStream());
      follow(request, response, new EventFollower(client, camera, type, revision), context);
    } catch (ProblemException e) {
      ProblemAnswer.send(request, response, e);
    } catch (StoreUnavailableException e) {
      ProblemAnswer.send(request, response, e);
    }
  }

  private static Optional<Long> last(Query query, @Nullable String text) {
    try {
      return Optional.ofNullable(text)
          .map(String::strip)
          .filter(one -> !one.isEmpty())
          .map(Long::parseLong);
    } catch (NumberFormatException e) {
      query.wrong("Last-Event-ID", "must be the id of an event of this stream");
      return Optional.empty();
    }
  }

  private void follow(
      HttpServletRequest request,
      HttpServletResponse response,
      EventFollower follower,
      AsyncContext context)
      throws IOException {
    context.addListener(new Leave(feed, follower));
    if (!feed.join(follower)) {
      response.reset();
      Headers.put(response);
      ProblemAnswer.send(
          request, response, ProblemException.unavailable("Enough people follow the events."));
      follower.client().close();
      return;
    }
    response.getOutputStream().setWriteListener(follower.client());
  }

  private record Leave(EventFeed feed, EventFollower follower) implements AsyncListener {
    @Override
    public void onComplete(AsyncEvent event) {
      feed.leave(follower);
    }

    @Override
    public void onTimeout(AsyncEvent event) {
      follower.client().close();
    }

    @Override
    public void onError(AsyncEvent event) {
      follower.client().close();
    }

    @Override
    public void onStartAsync(AsyncEvent event) {}
  }
}
