package io.vigilnvr.rest.internal;

import io.vigilnvr.api.auth.Action;
import io.vigilnvr.api.auth.Identity;
import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.StreamRole;
import io.vigilnvr.api.event.Change;
import io.vigilnvr.api.plugin.InvalidSettingsException;
import io.vigilnvr.api.plugin.InvalidSettingsException.Problem;
import io.vigilnvr.api.view.SavedView;
import java.net.URI;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.ws.rs.Consumes;
import javax.ws.rs.DELETE;
import javax.ws.rs.GET;
import javax.ws.rs.HeaderParam;
import javax.ws.rs.POST;
import javax.ws.rs.PUT;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import org.jspecify.annotations.Nullable;

/** Saved views: one's own, and those that admins share with everybody. */
@Path("views")
@Produces(MediaType.APPLICATION_JSON)
public final class ViewResource {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int MOST_COLUMNS = 12;
  private static final int MOST_TILES = 100;
  private static final int MOST_NAME = 100;
  private static final int MOST_OWN = 200;

  private final Backend backend;

  /** Held from the look at an ETag until the change: nobody else changes views. */
  private final Object changes = new Object();

  ViewResource(Backend backend) {
    this.backend = backend;
  }

  /**
   * @param stream main or sub; absent for whichever suits the size
   * @param columns how many cells wide; 1 if left out
   * @param rows how many cells high; 1 if left out
   */
  record TileView(
      String camera,
      @Means(StreamRole.class) @Nullable String stream,
      @Nullable Integer columns,
      @Nullable Integer rows) {}

  /**
   * @param columns in a row; 0 for as many as fit
   */
  record LayoutView(int columns, List<TileView> tiles) {}

  /**
   * @param shared with everybody; for admins. Not shared if left out
   */
  record ViewRequest(String name, @Nullable Boolean shared, LayoutView layout) {}

  record ViewView(String id, String name, boolean shared, String owner, LayoutView layout) {}

  @GET
  @Route(
      value = "One's own views and the shared ones, with the cameras that one may see",
      scope = Route.Scope.SIGNED_IN)
  public Items<ViewView> list(@Context Caller caller) {
    Identity who = caller.signedIn();
    return Items.all(
        backend.views().views(who.username()).stream().map(view -> shown(view, who)).toList());
  }

  @GET
  @Path("{view}")
  @Route(
      value = "A saved view",
      scope = Route.Scope.SIGNED_IN,
      returns = ViewView.class,
      fails = 404)
  public Response get(@PathParam("view") String id, @Context Caller caller) {
    return single(Response.ok(), visible(id, caller.signedIn()), caller.signedIn());
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Route(
      value = "Saves a view",
      scope = Route.Scope.SIGNED_IN,
      status = 201,
      returns = ViewView.class,
      fails = {403, 409})
  public Response create(ViewRequest request, @Context Caller caller)
      throws InvalidSettingsException {
    Identity who = caller.signedIn();
    var random = new byte[8];
    RANDOM.nextBytes(random);
    SavedView view = accepted(HexFormat.of().formatHex(random), who.username(), request, who);
    if (backend.views().views(who.username()).stream()
            .filter(one -> one.owner().equals(who.username()))
            .count()
        >= MOST_OWN) {
      throw new ProblemException(409, "You have " + MOST_OWN + " views; remove some first.");
    }
    backend.views().insert(view);
    backend.tell(new Change.ViewsChanged());
    return single(Response.created(URI.create("views/" + view.id())), view, who);
  }

  @PUT
  @Path("{view}")
  @Consumes(MediaType.APPLICATION_JSON)
  @Route(
      value = "Replaces a view: one's own, or as an admin a shared one",
      scope = Route.Scope.SIGNED_IN,
      returns = ViewView.class,
      fails = {403, 404, 412})
  public Response replace(
      @PathParam("view") String id,
      @HeaderParam("If-Match") @Nullable String ifMatch,
      ViewRequest request,
      @Context Caller caller)
      throws InvalidSettingsException {
    Identity who = caller.signedIn();
    SavedView after;
    synchronized (changes) {
      SavedView before = changeable(id, who);
      EntityTag.of(shown(before, who)).require(ifMatch);
      after = accepted(id, before.owner(), request, who);
      if (!backend.views().replace(after)) {
        throw ProblemException.notFound();
      }
    }
    backend.tell(new Change.ViewsChanged());
    return single(Response.ok(), after, who);
  }

  @DELETE
  @Path("{view}")
  @Route(
      value = "Removes a view: one's own, or as an admin a shared one",
      scope = Route.Scope.SIGNED_IN,
      status = 204,
      fails = {403, 404, 412})
  public Response remove(
      @PathParam("view") String id,
      @HeaderParam("If-Match") @Nullable String ifMatch,
      @Context Caller caller) {
    Identity who = caller.signedIn();
    synchronized (changes) {
      SavedView before = changeable(id, who);
      EntityTag.of(shown(before, who)).require(ifMatch);
      if (!backend.views().removeView(before.id())) {
        throw ProblemException.notFound();
      }
    }
    backend.tell(new Change.ViewsChanged());
    return Response.noContent().build();
  }

  private Response single(Response.ResponseBuilder answer, SavedView view, Identity who) {
    ViewView shown = shown(view, who);
    return answer.entity(shown).header("ETag", EntityTag.of(shown)).build();
  }

  private SavedView visible(String id, Identity who) {
    return backend
        .views()
        .view(id)
        .filter(view -> view.shared() || view.owner().equals(who.username()))
        .orElseThrow(ProblemException::notFound);
  }

  private SavedView changeable(String id, Identity who) {
    SavedView view = visible(id, who);
    if (view.shared() && !mayShare(who)) {
      throw new ProblemException(403, "Shared views are changed by admins.");
    }
    return view;
  }

  private boolean mayShare(Identity who) {
    return backend.access().allows(who, Action.ADMINISTER);
  }

  private SavedView accepted(String id, String owner, ViewRequest request, Identity who)
      throws InvalidSettingsException {
    var problems = new ArrayList<Problem>();
    String name = request.name().strip();
    if (name.isEmpty()
        || name.length() > MOST_NAME
        || name.chars().anyMatch(Character::isISOControl)) {
      problems.add(new Problem("/name", "must be 1 to " + MOST_NAME + " characters of text"));
    }
    boolean shared = Boolean.TRUE.equals(request.shared());
    if (shared && !mayShare(who)) {
      throw new ProblemException(403, "Views are shared by admins.");
    }
    int columns = request.layout().columns();
    if (columns < 0 || columns > MOST_COLUMNS) {
      problems.add(new Problem("/layout/columns", "must be 0 to " + MOST_COLUMNS));
    }
    List<TileView> asked = request.layout().tiles();
    if (asked.size() > MOST_TILES) {
      problems.add(new Problem("/layout/tiles", "must be at most " + MOST_TILES));
    }
    var tiles = new ArrayList<SavedView.Tile>();
    for (int i = 0; i < Math.min(asked.size(), MOST_TILES); i++) {
      tile(asked.get(i), "/layout/tiles/" + i, who, problems).ifPresent(tiles::add);
    }
    if (!problems.isEmpty()) {
      throw new InvalidSettingsException(problems);
    }
    return new SavedView(id, owner, name, shared, columns, tiles);
  }

  private Optional<SavedView.Tile> tile(
      TileView tile, String at, Identity who, List<Problem> problems) {
    Optional<StreamRole> stream = Optional.empty();
    if (tile.stream() != null) {
      try {
        stream = Optional.of(StreamRole.of(tile.stream()));
      } catch (IllegalArgumentException e) {
        problems.add(new Problem(at + "/stream", "must be main or sub"));
      }
    }
    int columns = cells(tile.columns(), at + "/columns", problems);
    int rows = cells(tile.rows(), at + "/rows", problems);
    try {
      var camera = new CameraId(tile.camera());
      if (isVisible(camera, who)) {
        return Optional.of(new SavedView.Tile(camera, stream, columns, rows));
      }
    } catch (IllegalArgumentException e) {
      // It is no camera's, then.
    }
    problems.add(new Problem(at + "/camera", "is no camera that you may see"));
    return Optional.empty();
  }

  private static int cells(@Nullable Integer asked, String at, List<Problem> problems) {
    if (asked == null) {
      return 1;
    }
    if (asked < 1 || asked > MOST_COLUMNS) {
      problems.add(new Problem(at, "must be 1 to " + MOST_COLUMNS));
      return 1;
    }
    return asked;
  }

  private boolean isVisible(CameraId camera, Identity who) {
    return backend.access().allows(who, Action.VIEW_LIVE, camera)
        && backend.cameras().camera(camera).isPresent();
  }

  private ViewView shown(SavedView view, Identity who) {
    return new ViewView(
        view.id(),
        view.name(),
        view.shared(),
        view.owner(),
        new LayoutView(
            view.columns(),
            view.tiles().stream()
                .filter(tile -> isVisible(tile.camera(), who))
                .map(
                    tile ->
                        new TileView(
                            tile.camera().value(),
                            tile.stream().map(StreamRole::word).orElse(null),
                            tile.columns(),
                            tile.rows()))
                .toList()));
  }
}
