package io.vigilnvr.rest.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.vigilnvr.api.auth.Action;
import io.vigilnvr.api.auth.Identity;
import io.vigilnvr.api.camera.Camera;
import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.decode.Jpeg;
import io.vigilnvr.api.event.Change;
import io.vigilnvr.api.event.Event;
import io.vigilnvr.api.event.EventFilter;
import io.vigilnvr.api.event.EventLog.TooManyEventsException;
import io.vigilnvr.api.event.EventStore.Kept;
import io.vigilnvr.api.event.EventStore.Position;
import io.vigilnvr.api.event.EventType;
import io.vigilnvr.api.record.RecordingPlan;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.UnaryOperator;
import javax.ws.rs.Consumes;
import javax.ws.rs.DELETE;
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
  private static final Duration AHEAD = Duration.ofHours(1);
  private static final Duration BACK = Duration.ofDays(3653);
  private static final Duration LONGEST_CLIP = Duration.ofHours(24);
  private static final int MOST_DATA_BYTES = 16 * 1024;
  private static final int MOST_AT_ONCE = 1000;
  private static final String TIME_HEADER = "X-Vigil-Time";

  /** Until then its picture may still become a better one. */
  private static final Duration SETTLED = Duration.ofMinutes(1);

  private static final String ID = "[0-9a-z]{1,64}";

  private final Backend backend;
  private final CameraExportResource exports;

  /** Held while it is looked whether a report is a repeated one, until it is kept. */
  private final Object reports = new Object();

  EventResource(Backend backend, CameraExportResource exports) {
    this.backend = backend;
    this.exports = exports;
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
      @Means(words = "external") String type,
      String label,
      @Nullable Instant startedAt,
      @Nullable Instant endedAt,
      @Nullable Double score,
      @Nullable Map<String, Object> data) {}

  /**
   * What is to be done with several events. What is left out stays.
   *
   * @param ids of 1 to 1000 events
   * @param delete true, and no mark
   */
  record BulkRequest(
      List<String> ids,
      @Nullable Boolean reviewed,
      @Nullable Boolean retained,
      @Nullable Boolean delete) {}

  /** How many are not as they were. */
  record BulkAnswer(int changed) {}

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
      @QueryParam("retained") @Nullable String retainedText,
      @QueryParam("detector") @Nullable String detectorText,
      @QueryParam("minScore") @Nullable String minScoreText,
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
    boolean retained = query.flag("retained", retainedText);
    int limit = query.limit(limitText);
    var filter =
        new EventFilter(
            EventQuery.cameras(query, cameraText, caller.signedIn(), backend.access()),
            EventQuery.type(query, typeText),
            EventQuery.word(query, "label", labelText),
            EventQuery.word(query, "zone", zoneText),
            from.map(EventResource::bounded),
            to.map(EventResource::bounded),
            Optional.ofNullable(reviewedText).map(text -> reviewed),
            Optional.ofNullable(retainedText).map(text -> retained),
            EventQuery.word(query, "detector", detectorText),
            EventQuery.score(query, minScoreText));
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
  public Response create(
      @HeaderParam(ReportKey.HEADER) @Nullable String key,
      EventRequest request,
      @Context Caller caller) {
    Identity who = caller.signedIn();
    CameraId camera = Permission.cameraId(request.cameraId());
    caller.require(backend.access(), Action.REVIEW, camera);
    if (backend.cameras().camera(camera).isEmpty()) {
      throw ProblemException.notFound();
    }
    String id = key == null ? backend.eventLog().newId() : ReportKey.id(who, key);
    Event event = accepted(id, camera, request);
    Kept kept = key == null ? report(who, event) : reportOnce(who, event, request);
    return Response.created(URI.create("events/" + id))
        .entity(EventView.of(backend, kept))
        .header("ETag", tag(kept))
        .build();
  }

  private Kept report(Identity who, Event event) {
    try {
      return backend.eventLog().report("user " + who.username(), event);
    } catch (TooManyEventsException e) {
      throw new ProblemException(429, e.getMessage() + ".")
          .header("Retry-After", Long.toString(e.retryAfter().plusMillis(999).toSeconds()));
    }
  }

  /** Gives the event as it is now if it was reported already. */
  private Kept reportOnce(Identity who, Event event, EventRequest request) {
    synchronized (reports) {
      Optional<Kept> known = backend.events().find(event.id());
      if (known.isEmpty()) {
        return report(who, event);
      }
      Event before = known.get().event();
      boolean isSame =
          before.camera().equals(event.camera())
              && before.label().equals(event.label())
              && (request.startedAt() == null || before.startedAt().equals(event.startedAt()));
      if (!isSame) {
        throw ProblemException.invalid("/" + ReportKey.HEADER, "was used for another event");
      }
      return known.get();
    }
  }

  private Event accepted(String id, CameraId camera, EventRequest request) {
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
    return new Event(
        id,
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
    tag(before).require(ifMatch);
    return answer(
        change(
            before,
            Change.Step.UPDATE,
            event -> {
              if (EntityTag.isCondition(ifMatch) && !event.equals(before.event())) {
                throw EntityTag.mismatch();
              }
              return marked(event, patch);
            }));
  }

  private static Event marked(Event event, EventPatch patch) {
    return event.marked(
        patch.reviewed() == null ? event.reviewed() : patch.reviewed(),
        patch.retained() == null ? event.retained() : patch.retained());
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
    return backend
        .eventLog()
        .change(before.event().id(), step, change)
        .orElseThrow(ProblemException::notFound);
  }

  @DELETE
  @Path("{event}")
  @Route(
      value =
          "Deletes an event and its picture, not its footage; for those who may review. Even one"
              + " that lasts or is retained",
      scope = Route.Scope.SIGNED_IN,
      status = 204,
      fails = {403, 404})
  public Response remove(@PathParam("event") String id, @Context Caller caller) {
    Kept kept = visible(id, Action.REVIEW, caller);
    if (backend.eventReview().delete(Set.of(kept.event().id())).isEmpty()) {
      throw ProblemException.notFound();
    }
    return Response.noContent().build();
  }

  @POST
  @Path("bulk")
  @Consumes(MediaType.APPLICATION_JSON)
  @Route(
      value = "Marks or deletes several events; those that are not there any more are passed over",
      scope = Route.Scope.SIGNED_IN,
      returns = BulkAnswer.class,
      fails = 403)
  public BulkAnswer bulk(BulkRequest request, @Context Caller caller) {
    Identity who = caller.signedIn();
    boolean isDeletion = Boolean.TRUE.equals(request.delete());
    boolean isMark = request.reviewed() != null || request.retained() != null;
    var query = new Query();
    if (request.ids().isEmpty() || request.ids().size() > MOST_AT_ONCE) {
      query.wrong("ids", "must be 1 to " + MOST_AT_ONCE + " ids");
    }
    if (isDeletion == isMark) {
      query.wrong("delete", "must be true, or else reviewed or retained be given");
    }
    query.check();
    Set<String> ids = changeable(request.ids(), who);
    if (isDeletion) {
      return new BulkAnswer(backend.eventReview().delete(ids).size());
    }
    var patch = new EventPatch(request.reviewed(), request.retained());
    return new BulkAnswer(
        backend.eventReview().changeAll(ids, event -> marked(event, patch)).size());
  }

  /** Of these, those that there are and that they may review; fails if they only may see one. */
  private Set<String> changeable(List<String> ids, Identity who) {
    Set<String> known = new HashSet<>(ids);
    known.removeIf(id -> !id.matches(ID));
    Set<String> changeable = new HashSet<>();
    for (Kept kept : backend.events().find(known)) {
      CameraId camera = kept.event().camera();
      if (backend.access().allows(who, Action.REVIEW, camera)) {
        changeable.add(kept.event().id());
      } else if (backend.access().allows(who, Action.PLAY_BACK, camera)) {
        throw new ProblemException(403);
      }
    }
    return changeable;
  }

  @GET
  @Path("{event}/clip.mp4")
  @Produces({SegmentResource.VIDEO, Problem.MEDIA_TYPE})
  @Route(
      value = "The film of an event, with the camera's roll before and after it; 24 h at most",
      scope = Route.Scope.SIGNED_IN,
      fails = {404, 422})
  public Response clip(@PathParam("event") String id, @Context Caller caller) throws IOException {
    Kept kept = visible(id, Action.PLAY_BACK, caller);
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
      value =
          "The best picture of an event, if one is kept; else 307 to that of its start in the"
              + " recording",
      scope = Route.Scope.SIGNED_IN,
      fails = 404)
  public Response snapshot(
      @PathParam("event") String id,
      @QueryParam("width") @Nullable String width,
      @Context Caller caller) {
    Kept kept = visible(id, Action.PLAY_BACK, caller);
    Optional<Jpeg> best = best(kept.event());
    if (best.isPresent()) {
      return picture(best.get(), kept.event());
    }
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

  private Optional<Jpeg> best(Event event) {
    try {
      return backend.eventLog().picture(event.id(), event.startedAt());
    } catch (ProblemException e) {
      return Optional.empty(); // the log is away just now
    }
  }

  private Response picture(Jpeg jpeg, Event event) {
    var bytes = new byte[jpeg.bytes().remaining()];
    jpeg.bytes().duplicate().get(bytes);
    Instant now = backend.clock().instant();
    boolean isFinal = event.endedAt().filter(at -> at.isBefore(now.minus(SETTLED))).isPresent();
    return Response.ok(bytes, "image/jpeg")
        .header(TIME_HEADER, Json.text(jpeg.captured()))
        .header("Cache-Control", isFinal ? "private, max-age=86400" : "private, max-age=10")
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

  private static EntityTag tag(Kept kept) {
    return new EntityTag(Long.toString(kept.revision()));
  }
}
