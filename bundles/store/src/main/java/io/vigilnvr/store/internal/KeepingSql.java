package io.vigilnvr.store.internal;

import io.vigilnvr.api.record.SegmentIndex.Keeping;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Questions of which events keep which footage, put together with their parameters. Events that
 * overlap a time are found in two steps, each by an index: those that began up to an hour before
 * it, and those that last for longer than that.
 */
final class KeepingSql {
  private static final String SHORT = "e.started_at > s.started_at - interval '1 hour'";
  private static final String LONG =
      "(e.ended_at IS NULL OR e.ended_at - e.started_at > interval '1 hour')"
          + " AND e.started_at > s.started_at - interval '1 day'";

  /** When an event ends as far as it counts. */
  private static final String END =
      "least(coalesce(e.ended_at, 'infinity'), e.started_at + interval '1 day')";

  /** Of an event {@code e}. */
  static final String WITHOUT_FOOTAGE =
      withoutFootage(
              " AND s.started_at > e.started_at - interval '10 minutes'"
                  + " AND s.state NOT IN ('garbage', 'missing')")
          + withoutFootage(
              " AND s.ended_at - s.started_at > interval '10 minutes'"
                  + " AND s.state NOT IN ('garbage', 'missing')");

  private final Connection connection;
  private final Keeping events;
  private final StringBuilder text = new StringBuilder();
  private final List<Object> parameters = new ArrayList<>();

  KeepingSql(Connection connection, Keeping events) {
    this.connection = connection;
    this.events = events;
  }

  private static String withoutFootage(String which) {
    return " AND NOT EXISTS (SELECT 1 FROM segment s WHERE s.camera = e.camera"
        + " AND s.role IN ('main', 'sub') AND s.started_at <= "
        + END
        + " AND s.ended_at >= e.started_at"
        + which
        + ")";
  }

  /** That an event overlaps a segment {@code s}, whatever it is. */
  static String overlapped() {
    return "(" + overlapped(SHORT) + " OR " + overlapped(LONG) + ")";
  }

  private static String overlapped(String which) {
    return "EXISTS (SELECT 1 FROM event e WHERE e.camera = s.camera AND e.type <> 'system' AND "
        + which
        + " AND e.started_at < s.ended_at AND "
        + END
        + " > s.started_at)";
  }

  void add(String sql) {
    text.append(sql);
  }

  void set(Object... values) {
    parameters.addAll(List.of(values));
  }

  String text() {
    return text.toString();
  }

  Object[] parameters() {
    return parameters.toArray();
  }

  /** That no event keeps a segment {@code s}. */
  void addNotKept() throws SQLException {
    for (String which : List.of(SHORT, LONG)) {
      add(" AND NOT EXISTS (SELECT 1 FROM event e WHERE e.camera = s.camera");
      add(" AND e.type <> 'system' AND ");
      // As much earlier as it counts afterwards, so that what overlaps by its post-roll is found.
      add(which + " - ?::interval AND e.started_at < s.ended_at + ?::interval AND ");
      add(END + " + ?::interval > s.started_at AND ");
      set(interval(events.postRoll()), interval(events.preRoll()), interval(events.postRoll()));
      addKeeps();
      add(")");
    }
  }

  /** That an event {@code e} keeps no footage. */
  void addNotKeeping() throws SQLException {
    add(" AND NOT ");
    addKeeps();
  }

  private void addKeeps() throws SQLException {
    add("(e.retained OR e.started_at >= ?");
    set(SegmentRows.time(events.since()));
    for (Map.Entry<String, Instant> label : events.labelsSince().entrySet()) {
      add(" OR (e.label = ? AND e.started_at >= ?)");
      set(label.getKey(), SegmentRows.time(label.getValue()));
    }
    for (Map.Entry<String, Instant> zone : events.zonesSince().entrySet()) {
      add(" OR (e.zones @> ? AND e.started_at >= ?)");
      set(
          connection.createArrayOf("text", new Object[] {zone.getKey()}),
          SegmentRows.time(zone.getValue()));
    }
    add(")");
  }

  private static String interval(Duration duration) {
    return duration.toMillis() + " milliseconds";
  }
}
