package io.vigilnvr.rest.internal;

import io.vigilnvr.api.auth.Action;
import io.vigilnvr.api.camera.Camera;
import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.camera.StreamRole;
import io.vigilnvr.api.record.GapCause;
import io.vigilnvr.api.record.Ledger;
import io.vigilnvr.api.record.Recordings;
import io.vigilnvr.api.record.Segment;
import io.vigilnvr.api.record.Volumes.Stretch;
import io.vigilnvr.media.hls.Playlist;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.TreeMap;
import javax.ws.rs.GET;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.QueryParam;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import javax.ws.rs.core.StreamingOutput;
import org.jspecify.annotations.Nullable;

/** What is recorded of a camera, and playing it. */
@Path("cameras")
@Produces(MediaType.APPLICATION_JSON)
public final class RecordingResource {
  static final String PLAYLIST = "application/vnd.apple.mpegurl";

  /** Up to this, a playlist has pieces short enough to start and seek quickly. */
  private static final Duration FINE = Duration.ofHours(2);

  private static final Duration PIECE = Duration.ofSeconds(6);

  private static final int MOST_DAYS = 366;

  /** A segment ends at the first keyframe after 60 s. */
  private static final Duration LONGEST_SEGMENT = Duration.ofSeconds(90);

  private final Backend backend;

  RecordingResource(Backend backend) {
    this.backend = backend;
  }

  record LedgerView(List<SpanView> spans, List<GapView> gaps) {}

  record SpanView(Instant from, Instant to, long bytes, @Means(StreamRole.class) String stream) {}

  record GapView(Instant from, Instant to, @Means(GapCause.class) String cause) {}

  record SegmentView(
      String id,
      @Means(StreamRole.class) String stream,
      Instant startedAt,
      Instant endedAt,
      long bytes,
      long accessUnits,
      long firstSequence,
      long lastSequence,
      String codecs,
      @Nullable String sha256,
      @Means(Segment.State.class) String state,
      String volume) {
    static SegmentView of(Segment segment) {
      return new SegmentView(
          segment.id(),
          segment.stream().role().word(),
          segment.startedAt(),
          segment.endedAt(),
          segment.bytes(),
          segment.accessUnits(),
          segment.firstSequence(),
          segment.lastSequence(),
          segment.codecs(),
          segment.sha256().orElse(null),
          segment.state().word(),
          segment.volume().value());
    }
  }

  @GET
  @Path("{camera}/recordings")
  @Route(
      value =
          "What is recorded and what is not, and why; of all streams together unless one is named;"
              + " without from and to: since the camera was added, up to now",
      scope = Route.Scope.CAMERA,
      needs = Action.PLAY_BACK)
  public LedgerView recordings(
      @PathParam("camera") String id,
      @QueryParam("from") @Nullable String fromText,
      @QueryParam("to") @Nullable String toText,
      @QueryParam("stream") @Nullable String streamText) {
    Camera camera = existing(id);
    var query = new Query();
    Instant now = backend.clock().instant();
    Instant from = query.instant("from", fromText).orElse(camera.createdAt());
    Instant to = query.instant("to", toText).orElse(now.isAfter(from) ? now : from.plusMillis(1));
    Optional<StreamRole> role = query.role(streamText);
    query.inOrder(from, to);
    query.check();
    Recordings recordings = backend.recordings();
    Ledger ledger =
        role.map(one -> recordings.ledger(new StreamId(camera.id(), one), from, to))
            .orElseGet(() -> recordings.ledger(camera.id(), from, to));
    return new LedgerView(
        ledger.spans().stream()
            .map(span -> new SpanView(span.from(), span.to(), span.bytes(), span.stream().word()))
            .toList(),
        ledger.gaps().stream()
            .map(gap -> new GapView(gap.from(), gap.to(), gap.cause().word()))
            .toList());
  }

  /**
   * A day in a calendar.
   *
   * @param recordedSeconds how much of it is recorded, on any stream
   */
  record DayView(String day, long recordedSeconds) {}

  @GET
  @Path("{camera}/days")
  @Route(
      value = "Days with footage, as a calendar in a time zone has them; UTC unless one is named",
      scope = Route.Scope.CAMERA,
      needs = Action.PLAY_BACK,
      fails = 503)
  public Items<DayView> days(
      @PathParam("camera") String id,
      @QueryParam("from") @Nullable String fromText,
      @QueryParam("to") @Nullable String toText,
      @QueryParam("zone") @Nullable String zoneText) {
    Camera camera = existing(id);
    var query = new Query();
    ZoneId zone = zone(query, zoneText);
    LocalDate first = day(query, "from", fromText);
    LocalDate last = day(query, "to", toText);
    if (last.isBefore(first)) {
      query.wrong("to", "must not be before from");
    } else if (first.plusDays(MOST_DAYS).isBefore(last)) {
      query.wrong("to", "must be at most " + MOST_DAYS + " days after from");
    }
    query.check();
    List<Stretch> stretches =
        backend
            .volumes()
            .recorded(
                camera.id(),
                first.atStartOfDay(zone).toInstant(),
                last.plusDays(1).atStartOfDay(zone).toInstant());
    var days = new ArrayList<DayView>();
    for (LocalDate day = first; !day.isAfter(last); day = day.plusDays(1)) {
      // A day has 23 or 25 hours where clocks are changed.
      Instant start = day.atStartOfDay(zone).toInstant();
      Instant end = day.plusDays(1).atStartOfDay(zone).toInstant();
      Duration recorded =
          stretches.stream()
              .map(stretch -> within(stretch, start, end))
              .reduce(Duration.ZERO, Duration::plus);
      if (!recorded.isZero()) {
        days.add(new DayView(day.toString(), Math.max(1, recorded.toSeconds())));
      }
    }
    return Items.all(days);
  }

  private static Duration within(Stretch stretch, Instant start, Instant end) {
    Instant from = stretch.from().isAfter(start) ? stretch.from() : start;
    Instant to = stretch.to().isBefore(end) ? stretch.to() : end;
    return from.isBefore(to) ? Duration.between(from, to) : Duration.ZERO;
  }

  private static ZoneId zone(Query query, @Nullable String text) {
    try {
      return text == null ? ZoneOffset.UTC : ZoneId.of(text);
    } catch (DateTimeException e) {
      query.wrong("zone", "must be a time zone like Europe/Berlin");
      return ZoneOffset.UTC;
    }
  }

  private static LocalDate day(Query query, String name, @Nullable String text) {
    try {
      if (text != null) {
        LocalDate day = LocalDate.parse(text);
        if (day.getYear() >= 1970 && day.getYear() <= 9999) {
          return day;
        }
      }
    } catch (DateTimeException e) {
      // Said below.
    }
    query.wrong(name, "must be a day like 2026-11-22");
    return LocalDate.EPOCH;
  }

  @GET
  @Path("{camera}/segments")
  @Route(
      value = "Segments that overlap a time, in order; of all streams unless one is named",
      scope = Route.Scope.CAMERA,
      needs = Action.PLAY_BACK)
  public Items<SegmentView> segments(
      @PathParam("camera") String id,
      @QueryParam("from") @Nullable String fromText,
      @QueryParam("to") @Nullable String toText,
      @QueryParam("stream") @Nullable String streamText,
      @QueryParam("limit") @Nullable String limitText,
      @QueryParam("cursor") @Nullable String cursorText) {
    Camera camera = existing(id);
    var query = new Query();
    Instant now = backend.clock().instant();
    Instant from = query.instant("from", fromText).orElse(camera.createdAt());
    Instant to = query.instant("to", toText).orElse(now.isAfter(from) ? now : from.plusMillis(1));
    Optional<StreamRole> role = query.role(streamText);
    int limit = query.limit(limitText);
    query.inOrder(from, to);
    Optional<Position> after =
        query.cursor(cursorText).flatMap(text -> Position.parse(text, query));
    query.check();
    Instant start = after.map(Position::startedAt).filter(at -> at.isAfter(from)).orElse(from);
    var walks = new ArrayList<SegmentWalk>();
    Arrays.stream(StreamRole.values())
        .filter(one -> role.isEmpty() || role.get() == one)
        .forEach(
            one ->
                walks.add(
                    new SegmentWalk(
                        backend.recordings(), new StreamId(camera.id(), one), start, to)));
    var page = new ArrayList<Segment>();
    Iterator<Segment> merged = merged(walks);
    boolean more = false;
    while (merged.hasNext()) {
      Segment segment = merged.next();
      if (after.isPresent() && !after.get().isBefore(segment)) {
        continue;
      }
      if (page.size() == limit) {
        more = true;
        break;
      }
      page.add(segment);
    }
    return new Items<>(
        page.stream().map(SegmentView::of).toList(),
        more ? Query.toCursor(Position.of(page.get(page.size() - 1)).text()) : null);
  }

  /** Where a page ended. */
  private record Position(Instant startedAt, String id) {
    static Position of(Segment segment) {
      return new Position(segment.startedAt(), segment.id());
    }

    static Optional<Position> parse(String text, Query query) {
      int space = text.indexOf(' ');
      Optional<Instant> at = space < 0 ? Optional.empty() : Json.instant(text.substring(0, space));
      if (at.isEmpty()) {
        query.wrong("cursor", "must be the next of a former answer");
      }
      return at.map(instant -> new Position(instant, text.substring(space + 1)));
    }

    String text() {
      return startedAt + " " + id;
    }

    boolean isBefore(Segment segment) {
      int order = startedAt.compareTo(segment.startedAt());
      return order < 0 || (order == 0 && id.compareTo(segment.id()) < 0);
    }
  }

  private static Iterator<Segment> merged(List<SegmentWalk> walks) {
    var heads =
        new TreeMap<Segment, SegmentWalk>(
            Comparator.comparing(Segment::startedAt).thenComparing(Segment::id));
    walks.forEach(walk -> putNext(heads, walk));
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return !heads.isEmpty();
      }

      @Override
      public Segment next() {
        var first = heads.pollFirstEntry();
        if (first == null) {
          throw new NoSuchElementException();
        }
        putNext(heads, first.getValue());
        return first.getKey();
      }
    };
  }

  private static void putNext(Map<Segment, SegmentWalk> heads, SegmentWalk walk) {
    if (walk.hasNext()) {
      heads.put(walk.next(), walk);
    }
  }

  @GET
  @Path("{camera}/playback/index.m3u8")
  @Produces({PLAYLIST, Problem.MEDIA_TYPE})
  @Route(
      value = "An HLS playlist over the recorded bytes, without a gap inside a recording",
      scope = Route.Scope.CAMERA,
      needs = Action.PLAY_BACK)
  public Response playlist(
      @PathParam("camera") String id,
      @QueryParam("from") @Nullable String fromText,
      @QueryParam("to") @Nullable String toText,
      @QueryParam("stream") @Nullable String streamText) {
    Camera camera = existing(id);
    var query = new Query();
    Instant from = query.requiredInstant("from", fromText);
    Instant to = query.requiredInstant("to", toText);
    Optional<StreamRole> role = query.role(streamText);
    query.inOrder(from, to);
    query.check();
    var stream = new StreamId(camera.id(), role.orElse(camera.recording().stream()));
    var walk = new SegmentWalk(backend.recordings(), stream, from, to);
    if (!walk.hasNext()) {
      throw new ProblemException(404, "Nothing is recorded in that time.");
    }
    boolean fine = Duration.between(from, to).compareTo(FINE) <= 0;
    StreamingOutput body = out -> write(walk, from, to, fine, out);
    return FileBody.streamed(body, PLAYLIST).build();
  }

  private static void write(
      Iterator<Segment> walk, Instant from, Instant to, boolean fine, OutputStream out)
      throws IOException {
    Writer writer =
        new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8), 32 * 1024);
    Iterator<List<Cut>> pieces;
    Duration longest = LONGEST_SEGMENT;
    if (fine) {
      var all = new ArrayList<List<Cut>>();
      walk.forEachRemaining(
          segment -> Cut.of(segment, from, to).map(cut -> cut.inPieces(PIECE)).ifPresent(all::add));
      longest =
          all.stream()
              .flatMap(List::stream)
              .map(Cut::duration)
              .max(Comparator.naturalOrder())
              .orElse(PIECE);
      pieces = all.iterator();
    } else {
      pieces = new Whole(walk, from, to);
    }
    Playlist playlist = Playlist.vod(writer, longest);
    Segment before = null;
    while (pieces.hasNext()) {
      List<Cut> cuts = pieces.next();
      if (cuts.isEmpty()) {
        continue;
      }
      Segment segment = cuts.get(0).segment();
      String uri = "../../../segments/" + segment.id() + SegmentResource.SUFFIX;
      if (before == null || !SegmentWalk.adjoin(before, segment)) {
        playlist.discontinuity();
        playlist.map(uri, segment.initBytes());
      }
      before = segment;
      playlist.at(cuts.get(0).startedAt());
      for (Cut cut : cuts) {
        playlist.part(uri, cut.offset(), cut.bytes(), cut.duration());
      }
    }
    playlist.end();
    writer.flush();
  }

  /** Whole segments, except where the time begins and ends. */
  private record Whole(Iterator<Segment> walk, Instant from, Instant to)
      implements Iterator<List<Cut>> {
    @Override
    public boolean hasNext() {
      return walk.hasNext();
    }

    @Override
    public List<Cut> next() {
      return Cut.of(walk.next(), from, to).map(List::of).orElse(List.of());
    }
  }

  private Camera existing(String id) {
    return backend
        .cameras()
        .camera(Permission.cameraId(id))
        .orElseThrow(ProblemException::notFound);
  }
}
