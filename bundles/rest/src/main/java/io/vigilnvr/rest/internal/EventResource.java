package io.vigilnvr.rest.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.vigilnvr.api.auth.Action;
import io.vigilnvr.api.auth.Identity;
import io.vigilnvr.api.camera.Camera;
import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.event.Change;
import io.vigilnvr.api.event.Event;
import io.vigilnvr.api.event.EventFilter;
import io.vigilnvr.api.event.EventStore.Kept;
import io.vigilnvr.api.event.EventStore.Position;
import io.vigilnvr.api.event.EventType;
import io.vigilnvr.api.record.RecordingPlan;
import java.io.IOException;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.UnaryOperator;
import javax.ws.rs.Consumes;
import javax.ws.rs.GET;
import javax.ws.rs.HeaderParam;
import javax.ws.rs.PATCH;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.QueryParam;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import javax.ws.rs.core.UriBuilder;
import org.jspecify.annotations.Nullable;

/** What happened before cameras. */
@Path("events")
@Produces(MediaType.APPLICATION_JSON)
public final class EventResource {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Duration AHEAD = Duration.ofHours(1);
  private static final Duration BACK = Duration.ofDays(3653);
  private static final Duration LONGEST_CLIP = Duration.ofHours(24);
  private static final int MOST_DATA_BYTES = 16 * 1024;
  private static final String ID = "[0-9a-z]{1,64}";

  private final Backend backend;
  private final CameraExportResource exports;
  private final EventRate rate;

  EventResource(Backend backend, CameraExportResource exports) {
    this.backend = backend;
    this.exports = exports;
    this.rate = new EventRate(backend.clock());
  }

  /**
   * @param type external
   * @param startedAt now if left out; at most an hour ahead and ten years back
   * @param endedAt left out while it lasts
   * @param score 0 to 1
   * @param data an object of at most 16 KiB
   */
  record EventRequest(
      String cameraId,
      String type,
      String label,
      @Nullable Instant startedAt,
      @Nullable Instant endedAt,
      @Nullable Double score,
      @Nullable Map<String, Object> data) {}

  /** What is left out stays. */
  record EventPatch(@Nullable Boolean reviewed, @Nullable Boolean retained) {}

  @GET
  @Route(
      value = "Events before cameras that one may see, newest first; from and to bound the start",
      scope = Route.Scope.SIGNED_IN)
  public Items<EventView> list(
      @QueryParam("camera") @Nullable String cameraText,
      @QueryParam("type") @Nullable String typeText,
      @QueryParam("label") @Nullable String labelText,
      @QueryParam("zone") @Nullable String zoneText,
      @QueryParam("from") @Nullable String fromText,
      @QueryParam("to") @Nullable String toText,
      @QueryParam("reviewed") @Nullable String reviewedText,
      @QueryParam("limit") @Nullable String limitText,
      @QueryParam("cursor") @Nullable String cursorText,
      @Context Caller caller) {
    var query = new Query();
    Optional<Instant> from = query.instant("from", fromText);
    Optional<Instant> to = query.instant("to", toText);
    if (from.isPresent() && to.isPresent()) {
      query.inOrder(from.get(), to.get());
    }
    boolean reviewed = query.flag("reviewed", reviewedText);
    int limit = query.limit(limitText);
    var filter =
        new EventFilter(
            EventQuery.cameras(query, cameraText, caller.signedIn(), backend.access()),
            EventQuery.type(query, typeText),
            EventQuery.word(query, "label", labelText),
            EventQuery.word(query, "zone", zoneText),
            from.map(EventResource::bounded),
            to.map(EventResource::bounded),
            Optional.ofNullable(reviewedText).map(text -> reviewed));
    Optional<Position> after = EventQuery.position(query, cursorText);
    query.check();
    List<Kept> page = backend.events().list(filter, after, limit);
    return new Items<>(
        page.stream().map(kept -> EventView.of(backend, kept)).toList(),
        page.size() < limit ? null : EventQuery.cursor(position(page.get(limit - 1).event())));
  }

  private static Position position(Event event) {
    return new Position(event.startedAt(), event.id());
  }

  /** The database has no other years. */
  private static Instant bounded(Instant at) {
    Instant least = Instant.parse("0001-01-01T00:00:00Z");
    return at.isBefore(least) ? least : at;
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Route(
      value = "Reports an event of another system, before a camera; for those who may review",
      scope = Route.Scope.SIGNED_IN,
      status = 201,
      returns = EventView.class,
      fails = {403, 404, 429})
  public Response create(EventRequest request, @Context Caller caller) {
    Identity who = caller.signedIn();
    CameraId camera = Permission.cameraId(request.cameraId());
    caller.require(backend.access(), Action.REVIEW, camera);
    if (backend.cameras().camera(camera).isEmpty()) {
      throw ProblemException.notFound();
    }
    throttle(who);
    Event event = accepted(camera, request);
    EventView view = EventView.of(backend, backend.events().insert(event));
    backend.tell(view.change(Change.Step.NEW));
    return Response.created(URI.create("events/" + view.id())).entity(view).build();
  }

  private void throttle(Identity who) {
    Optional<Duration> wait = rate.take(who.username());
    if (wait.isPresent()) {
      throw new ProblemException(
              429,
              "At most "
                  + EventRate.PER_SECOND
                  + " events a second, and "
                  + EventRate.BURST
                  + " at once.")
          .header("Retry-After", Long.toString(wait.get().plusMillis(999).toSeconds()));
    }
  }

  private Event accepted(CameraId camera, EventRequest request) {
    var query = new Query();
    if (!request.type().equals(EventType.EXTERNAL.word())) {
      query.wrong("type", "must be external");
    }
    if (!EventQuery.isWord(request.label())) {
      query.wrong("label", "must be 1 to " + EventQuery.MOST_LABEL + " characters of text");
    }
    Double score = request.score();
    if (score != null && !(score >= 0 && score <= 1)) {
      query.wrong("score", "must be a number from 0 to 1");
    }
    Instant now = backend.clock().instant();
    Instant started = request.startedAt() == null ? now : request.startedAt();
    if (started.isAfter(now.plus(AHEAD)) || started.isBefore(now.minus(BACK))) {
      query.wrong("startedAt", "must be at most 1 h ahead and 10 years back");
    }
    Instant ended = request.endedAt();
    if (ended != null && (ended.isBefore(started) || ended.isAfter(now.plus(AHEAD)))) {
      query.wrong("endedAt", "must not be before startedAt, and at most 1 h ahead");
    }
    Map<String, Object> data = request.data() == null ? Map.of() : request.data();
    if (bytes(data) > MOST_DATA_BYTES) {
      query.wrong("data", "must be at most 16 KiB");
    }
    query.check();
    var random = new byte[12];
    RANDOM.nextBytes(random);
    return new Event(
        HexFormat.of().formatHex(random),
        camera,
        EventType.EXTERNAL,
        request.label(),
        score == null ? OptionalDouble.empty() : OptionalDouble.of(score),
        started.truncatedTo(ChronoUnit.MICROS),
        Optional.ofNullable(ended).map(at -> at.truncatedTo(ChronoUnit.MICROS)),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        false,
        false,
        data);
  }

  private static int bytes(Map<String, Object> data) {
    try {
      return Json.MAPPER.writeValueAsBytes(data).length;
    } catch (JsonProcessingException e) {
      throw ProblemException.invalid("/data", "cannot be kept as JSON");
    }
  }

  @GET
  @Path("{event}")
  @Route(value = "An event", scope = Route.Scope.SIGNED_IN, returns = EventView.class, fails = 404)
  public Response get(@PathParam("event") String id, @Context Caller caller) {
    return answer(visible(id, Action.PLAY_BACK, caller));
  }

  @PATCH
  @Path("{event}")
  @Consumes({MediaType.APPLICATION_JSON, "application/merge-patch+json"})
  @Route(
      value = "Marks an event as reviewed or retained; for those who may review",
      scope = Route.Scope.SIGNED_IN,
      returns = EventView.class,
      fails = {403, 404, 412})
  public Response mark(
      @PathParam("event") String id,
      @HeaderParam("If-Match") @Nullable String ifMatch,
      EventPatch patch,
      @Context Caller caller) {
    Kept before = visible(id, Action.REVIEW, caller);
    if (ifMatch != null && !ifMatch.equals("*") && !ifMatch.equals(tag(before))) {
      throw new ProblemException(412, "It has another ETag now; read it again.");
    }
    return answer(
        change(
            before,
            Change.Step.UPDATE,
            event ->
                event.marked(
                    patch.reviewed() == null ? event.reviewed() : patch.reviewed(),
                    patch.retained() == null ? event.retained() : patch.retained())));
  }

  @POST
  @Path("{event}/end")
  @Route(
      value = "Ends an event of another system now; for those who may review",
      scope = Route.Scope.SIGNED_IN,
      returns = EventView.class,
      fails = {403, 404, 409})
  public Response end(@PathParam("event") String id, @Context Caller caller) {
    Kept before = visible(id, Action.REVIEW, caller);
    if (before.event().type() != EventType.EXTERNAL) {
      throw new ProblemException(409, "Whoever found it ends it.");
    }
    Instant now = backend.clock().instant().truncatedTo(ChronoUnit.MICROS);
    return answer(
        change(
            before,
            Change.Step.END,
            event -> {
              if (event.endedAt().isPresent()) {
                throw new ProblemException(409, "It has ended already.");
              }
              return event.ended(now.isAfter(event.startedAt()) ? now : event.startedAt());
            }));
  }

  private Kept change(Kept before, Change.Step step, UnaryOperator<Event> change) {
    Kept after =
        backend
            .events()
            .change(before.event().id(), step, change)
            .orElseThrow(ProblemException::notFound);
    if (after.revision() != before.revision()) {
      backend.tell(EventView.of(backend, after).change(step));
    }
    return after;
  }

  @GET
  @Path("{event}/clip.mp4")
  @Produces({SegmentResource.VIDEO, Problem.MEDIA_TYPE})
  @Route(
      value = "The film of an event, with the camera's roll before and after it; 24 h at most",
      scope = Route.Scope.SIGNED_IN,
      fails = {403, 404, 422})
  public Response clip(@PathParam("event") String id, @Context Caller caller) throws IOException {
    Kept kept = visible(id, Action.EXPORT, caller);
    CameraId camera = kept.event().camera();
    EventView.ClipView clip = EventView.of(backend, kept).clip();
    Instant most = clip.from().plus(LONGEST_CLIP);
    return exports.film(
        new StreamId(camera, plan(camera).stream()),
        clip.from(),
        clip.to().isBefore(most) ? clip.to() : most);
  }

  private RecordingPlan plan(CameraId camera) {
    return backend.cameras().camera(camera).map(Camera::recording).orElse(RecordingPlan.DEFAULT);
  }

  @GET
  @Path("{event}/snapshot.jpg")
  @Produces({"image/jpeg", Problem.MEDIA_TYPE})
  @Route(
      value = "Leads to the picture of an event's start in the recording",
      scope = Route.Scope.SIGNED_IN,
      status = 307,
      fails = 404)
  public Response snapshot(
      @PathParam("event") String id,
      @QueryParam("width") @Nullable String width,
      @Context Caller caller) {
    Kept kept = visible(id, Action.PLAY_BACK, caller);
    if (!EventView.hasPicture(backend, kept)) {
      throw new ProblemException(404, "Nothing is recorded of its start.");
    }
    UriBuilder picture =
        UriBuilder.fromPath("cameras/{camera}/preview.jpg")
            .queryParam("at", Json.text(kept.event().startedAt()));
    if (width != null) {
      picture.queryParam("width", "{width}");
    }
    return Response.temporaryRedirect(
            picture.build(kept.event().camera().value(), width == null ? "" : width))
        .build();
  }

  /** The event, if they may do this with its camera. */
  private Kept visible(String id, Action action, Caller caller) {
    caller.signedIn();
    if (!id.matches(ID)) {
      throw ProblemException.notFound();
    }
    Kept kept = backend.events().find(id).orElseThrow(ProblemException::notFound);
    caller.require(backend.access(), action, kept.event().camera());
    return kept;
  }

  private Response answer(Kept kept) {
    return Response.ok(EventView.of(backend, kept)).header("ETag", tag(kept)).build();
  }

  private static String tag(Kept kept) {
    return "\"" + kept.revision() + "\"";
  }
}
