package io.vigilnvr.store.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.event.Change;
import io.vigilnvr.api.event.Event;
import io.vigilnvr.api.event.EventStore.Kept;
import io.vigilnvr.api.event.EventType;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** Events as rows. */
final class EventRows {
  static final String COLUMNS =
      "id, revision, step, camera, type, label, score, started_at, ended_at, zones, box, detector,"
          + " reviewed, retained, data";

  /** What {@link #get} reads, of a table or subquery named e. */
  static final String SELECTED =
      "e.id, e.revision, e.step, e.camera, e.type, e.label, e.score, e.started_at, e.ended_at,"
          + " e.zones, e.box, e.detector, e.reviewed, e.retained, e.data::text,"
          // As long segments are found by an index of their own, so they are here.
          + " EXISTS (SELECT 1 FROM segment s WHERE s.camera = e.camera"
          + " AND s.role IN ('main', 'sub') AND s.started_at <= e.started_at"
          + " AND s.started_at > e.started_at - interval '10 minutes'"
          // One that is open reaches up to now, whatever its row says.
          + " AND (s.ended_at > e.started_at OR s.state = 'open' AND e.started_at <= now())"
          + " AND s.state NOT IN ('garbage', 'missing')) OR EXISTS (SELECT 1 FROM segment s"
          + " WHERE s.camera = e.camera AND s.role IN ('main', 'sub')"
          + " AND s.started_at <= e.started_at - interval '10 minutes'"
          + " AND s.ended_at > e.started_at"
          + " AND s.ended_at - s.started_at > interval '10 minutes'"
          + " AND s.state NOT IN ('garbage', 'missing'))";

  static final String INSERT =
      "INSERT INTO event ("
          + COLUMNS
          + ", heard_of) VALUES"
          + " (?,nextval('event_revision'),?,?,?,?,?,?,?,?,?,?,?,?,?::json,now())";

  static final String UPDATE =
      "UPDATE event SET revision = nextval('event_revision'), step = ?, camera = ?, type = ?,"
          + " label = ?, score = ?, started_at = ?, ended_at = ?, zones = ?, box = ?,"
          + " detector = ?, reviewed = ?, retained = ?, data = ?::json, heard_of = now() WHERE id = ?";

  /** Lone surrogates cannot be sent as they are. */
  private static final ObjectWriter ASCII =
      new ObjectMapper().writer().with(JsonWriteFeature.ESCAPE_NON_ASCII.mappedFeature());

  private EventRows() {}

  /** Sets all but the id, from a parameter on; says which is next. */
  static int set(PreparedStatement row, int first, Event event, Change.Step step)
      throws SQLException {
    Connection connection = row.getConnection();
    int at = first;
    row.setString(at++, step.name().toLowerCase(Locale.ROOT));
    row.setString(at++, event.camera().value());
    row.setString(at++, event.type().word());
    row.setString(at++, event.label());
    if (event.score().isPresent()) {
      row.setDouble(at++, event.score().getAsDouble());
    } else {
      row.setNull(at++, Types.DOUBLE);
    }
    row.setObject(at++, SegmentRows.time(event.startedAt()));
    row.setObject(
        at++, event.endedAt().map(SegmentRows::time).orElse(null), Types.TIMESTAMP_WITH_TIMEZONE);
    row.setArray(at++, connection.createArrayOf("text", event.zones().toArray()));
    row.setArray(
        at++,
        event.box().isPresent()
            ? connection.createArrayOf("float8", sides(event.box().get()))
            : null);
    row.setString(at++, event.detector().orElse(null));
    row.setBoolean(at++, event.reviewed());
    row.setBoolean(at++, event.retained());
    row.setString(at++, json(event.data()));
    return at;
  }

  private static Double[] sides(Event.Box box) {
    return new Double[] {box.x(), box.y(), box.width(), box.height()};
  }

  static Kept get(ResultSet row) throws SQLException {
    double score = row.getDouble(7);
    OptionalDouble known = row.wasNull() ? OptionalDouble.empty() : OptionalDouble.of(score);
    var event =
        new Event(
            row.getString(1),
            new CameraId(row.getString(4)),
            EventType.of(row.getString(5)),
            row.getString(6),
            known,
            SegmentRows.time(row, 8),
            Optional.ofNullable(row.getObject(9, OffsetDateTime.class))
                .map(OffsetDateTime::toInstant),
            List.of((String[]) row.getArray(10).getArray()),
            box(row.getArray(11)),
            Optional.ofNullable(row.getString(12)),
            row.getBoolean(13),
            row.getBoolean(14),
            Json.read(row.getString(15), new TypeReference<Map<String, Object>>() {}));
    return new Kept(
        event,
        row.getLong(2),
        Change.Step.valueOf(row.getString(3).toUpperCase(Locale.ROOT)),
        row.getBoolean(16));
  }

  /** What follows {@link #SELECTED}. */
  static Instant heardOf(ResultSet row) throws SQLException {
    return SegmentRows.time(row, 17);
  }

  private static Optional<Event.Box> box(java.sql.@Nullable Array sides) throws SQLException {
    if (sides == null) {
      return Optional.empty();
    }
    var of = (Double[]) sides.getArray();
    return Optional.of(new Event.Box(of[0], of[1], of[2], of[3]));
  }

  private static String json(Map<String, Object> data) {
    try {
      return ASCII.writeValueAsString(data);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("cannot be kept as JSON", e);
    }
  }
}
