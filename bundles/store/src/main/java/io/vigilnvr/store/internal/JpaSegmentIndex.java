package io.vigilnvr.store.internal;

import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.event.EventType;
import io.vigilnvr.api.record.GapCause;
import io.vigilnvr.api.record.Segment;
import io.vigilnvr.api.record.SegmentIndex;
import io.vigilnvr.api.record.Volumes;
import io.vigilnvr.api.storage.VolumeId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.aries.jpa.template.JpaTemplate;
import org.hibernate.Session;
import org.hibernate.jdbc.ReturningWork;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * The index of segments and conditions in SQL, through the connections of JPA. What the recorder
 * writes goes over connections of its own, so that it never waits for readers.
 */
@Component
public final class JpaSegmentIndex implements SegmentIndex {
  private static final String LIVE = "state NOT IN ('garbage', 'missing')";

  /** Two segments that meet within this are one stretch of time. */
  private static final Duration ADJOINING = Duration.ofMillis(50);

  private final Transactions readers;
  private final Transactions recorder;

  @Activate
  public JpaSegmentIndex(
      @Reference(target = "(osgi.unit.name=vigil)") JpaTemplate readers,
      @Reference(target = "(osgi.unit.name=vigil-recorder)") JpaTemplate recorder,
      @Reference Lease lease) {
    this(new JpaTransactions(readers, lease), new JpaTransactions(recorder, lease));
  }

  JpaSegmentIndex(Transactions readers, Transactions recorder) {
    this.readers = readers;
    this.recorder = recorder;
  }

  @Override
  public void upsert(List<Segment> segments) {
    // Each once, and always in the same order: two writers then cannot wait for each other.
    var last = new TreeMap<String, Segment>();
    segments.forEach(segment -> last.put(segment.id(), segment));
    batch(
        recorder,
        SegmentRows.UPSERT,
        last.values(),
        (statement, segment) -> SegmentRows.set(statement, segment));
  }

  @Override
  public List<Segment> find(StreamId stream, Instant from, Instant to) {
    String select =
        "SELECT "
            + SegmentRows.COLUMNS
            + " FROM segment WHERE camera = ? AND role = ? AND started_at < ? AND ended_at > ?"
            + " AND state <> 'garbage'";
    return query(
        select
            + " AND started_at > ?::timestamptz - interval '10 minutes' UNION ALL "
            + select
            + " AND started_at <= ?::timestamptz - interval '10 minutes'"
            + " AND ended_at - started_at > interval '10 minutes' ORDER BY 5, 1",
        SegmentRows::get,
        stream.camera().value(),
        stream.role().word(),
        SegmentRows.time(to),
        SegmentRows.time(from),
        SegmentRows.time(from),
        stream.camera().value(),
        stream.role().word(),
        SegmentRows.time(to),
        SegmentRows.time(from),
        SegmentRows.time(from));
  }

  @Override
  public Optional<Segment> find(String id) {
    return query(
            "SELECT " + SegmentRows.COLUMNS + " FROM segment WHERE id = ?", SegmentRows::get, id)
        .stream()
        .findFirst();
  }

  @Override
  public List<Segment> oldest(VolumeId volume, Optional<CameraId> camera, int limit) {
    String select = "SELECT " + SegmentRows.COLUMNS + " FROM segment WHERE volume = ? AND " + LIVE;
    String order = " ORDER BY started_at LIMIT ?";
    return camera
        .map(
            id ->
                query(
                    select + " AND camera = ?" + order,
                    SegmentRows::get,
                    volume.value(),
                    id.value(),
                    limit))
        .orElseGet(() -> query(select + order, SegmentRows::get, volume.value(), limit));
  }

  @Override
  public List<Segment> unkept(
      VolumeId volume, Keeping events, Instant from, Instant before, int limit) {
    return work(
        readers,
        connection -> {
          var sql = new KeepingSql(connection, events);
          sql.add("SELECT " + SegmentRows.COLUMNS + " FROM segment s WHERE volume = ?");
          sql.add(" AND camera = ? AND started_at >= ? AND started_at < ? AND ended_at < ?");
          sql.add(" AND " + LIVE);
          sql.set(volume.value(), events.camera().value());
          sql.set(SegmentRows.time(from), SegmentRows.time(before), SegmentRows.time(before));
          sql.addNotKept();
          sql.add(" ORDER BY started_at LIMIT ?");
          sql.set(limit);
          return select(connection, sql.text(), SegmentRows::get, sql.parameters());
        });
  }

  @Override
  public long bytesOfEventsSince(VolumeId volume, Instant start) {
    return number(
        "SELECT coalesce(sum(bytes), 0)::bigint FROM segment s WHERE volume = ?"
            + " AND started_at >= ? AND "
            + LIVE
            + " AND "
            + KeepingSql.overlapped(),
        volume.value(),
        SegmentRows.time(start));
  }

  @Override
  public List<String> spentEvents(Keeping events, Instant from, Instant before, int limit) {
    return work(
        readers,
        connection -> {
          var sql = new KeepingSql(connection, events);
          sql.add("SELECT id FROM event e WHERE camera = ? AND type = ANY (?)");
          sql.add(" AND started_at >= ? AND started_at < ?");
          sql.add(" AND (ended_at IS NOT NULL OR started_at < ?::timestamptz - interval '1 day')");
          sql.set(events.camera().value(), types(connection));
          sql.set(SegmentRows.time(from), SegmentRows.time(before), SegmentRows.time(before));
          sql.addNotKeeping();
          sql.add(KeepingSql.WITHOUT_FOOTAGE + " ORDER BY started_at, id LIMIT ?");
          sql.set(limit);
          return select(connection, sql.text(), row -> row.getString(1), sql.parameters());
        });
  }

  private static Object types(Connection connection) throws SQLException {
    return connection.createArrayOf(
        "text", Arrays.stream(EventType.values()).map(EventType::word).toArray());
  }

  @Override
  public Map<CameraId, Instant> oldestEvents() {
    // From one camera to the next by the index: events are many, cameras few.
    record Oldest(CameraId camera, Instant at) {}
    return query(
            "WITH RECURSIVE found AS ((SELECT camera FROM event ORDER BY camera LIMIT 1) UNION ALL"
                + " SELECT (SELECT e.camera FROM event e WHERE e.camera > found.camera"
                + " ORDER BY e.camera LIMIT 1) FROM found WHERE found.camera IS NOT NULL)"
                + " SELECT camera, (SELECT min(e.started_at) FROM event e"
                + " WHERE e.camera = found.camera) FROM found WHERE camera IS NOT NULL",
            row -> new Oldest(new CameraId(row.getString(1)), SegmentRows.time(row, 2)))
        .stream()
        .collect(Collectors.toMap(Oldest::camera, Oldest::at));
  }

  @Override
  public void markGarbage(List<String> ids, GapCause cause) {
    work(
        readers,
        connection -> {
          var stretches = new ArrayList<Condition>();
          for (Condition segment : mark(connection, ids, cause)) {
            join(stretches, segment);
          }
          for (Condition stretch : stretches) {
            if (!extend(connection, stretch)) {
              note(connection, List.of(stretch));
            }
          }
          return true;
        });
  }

  private static List<Condition> mark(Connection connection, List<String> ids, GapCause cause)
      throws SQLException {
    return select(
        connection,
        "WITH marked AS (UPDATE segment SET state = 'garbage' WHERE id = ANY (?)"
            + " AND state <> 'garbage' RETURNING camera, started_at, ended_at)"
            + " SELECT camera, started_at, ended_at FROM marked ORDER BY camera, started_at",
        row ->
            new Condition(
                new CameraId(row.getString(1)),
                SegmentRows.time(row, 2),
                Optional.of(SegmentRows.time(row, 3)),
                cause),
        connection.createArrayOf("text", ids.toArray()));
  }

  private static void join(List<Condition> stretches, Condition next) {
    int at = stretches.size() - 1;
    if (at >= 0) {
      Condition last = stretches.get(at);
      Instant end = last.to().orElse(last.from());
      if (last.camera().equals(next.camera()) && !end.plus(ADJOINING).isBefore(next.from())) {
        Instant nextEnd = next.to().orElse(next.from());
        Instant later = nextEnd.isAfter(end) ? nextEnd : end;
        stretches.set(
            at, new Condition(last.camera(), last.from(), Optional.of(later), last.cause()));
        return;
      }
    }
    stretches.add(next);
  }

  /** Deleting goes on from where it ended last time: one condition grows, instead of thousands. */
  private static boolean extend(Connection connection, Condition stretch) throws SQLException {
    return update(
            connection,
            "UPDATE condition SET ended_at = greatest(ended_at, ?), noted = DEFAULT"
                + " WHERE camera = ? AND cause = ? AND started_at <= ?"
                + " AND ended_at BETWEEN ? AND ?",
            SegmentRows.time(stretch.to().orElse(stretch.from())),
            stretch.camera().value(),
            stretch.cause().word(),
            SegmentRows.time(stretch.from()),
            SegmentRows.time(stretch.from().minus(ADJOINING)),
            SegmentRows.time(stretch.to().orElse(stretch.from())))
        > 0;
  }

  @Override
  public List<Segment> garbage(VolumeId volume, int limit) {
    return query(
        "SELECT "
            + SegmentRows.COLUMNS
            + " FROM segment WHERE volume = ? AND state = 'garbage' ORDER BY started_at LIMIT ?",
        SegmentRows::get,
        volume.value(),
        limit);
  }

  @Override
  public void remove(List<String> ids) {
    change(recorder, "DELETE FROM segment WHERE id = ANY (?)", ids);
  }

  @Override
  public void markMissing(List<String> ids) {
    change(recorder, "UPDATE segment SET state = 'missing' WHERE id = ANY (?)", ids);
  }

  @Override
  public List<Segment> page(VolumeId volume, String afterId, int limit) {
    return query(
        "SELECT "
            + SegmentRows.COLUMNS
            + " FROM segment WHERE volume = ? AND id > ? ORDER BY id LIMIT ?",
        SegmentRows::get,
        volume.value(),
        afterId,
        limit);
  }

  @Override
  public long bytes(VolumeId volume, Optional<CameraId> camera) {
    String sum = "SELECT coalesce(sum(bytes), 0)::bigint FROM segment WHERE volume = ? AND " + LIVE;
    return camera
        .map(id -> number(sum + " AND camera = ?", volume.value(), id.value()))
        .orElseGet(() -> number(sum, volume.value()));
  }

  @Override
  public long count(VolumeId volume) {
    return number("SELECT count(*) FROM segment WHERE volume = ? AND " + LIVE, volume.value());
  }

  @Override
  public long bytesSince(VolumeId volume, Instant start) {
    return number(
        "SELECT coalesce(sum(bytes), 0)::bigint FROM segment WHERE volume = ? AND started_at >= ?"
            + " AND "
            + LIVE,
        volume.value(),
        SegmentRows.time(start));
  }

  @Override
  public List<Volumes.Usage> usage(Instant since) {
    return query(
        "SELECT camera, sum(bytes)::bigint, min(started_at), max(ended_at),"
            + " coalesce(sum(bytes) FILTER (WHERE started_at >= ?), 0)::bigint FROM segment WHERE "
            + LIVE
            + " GROUP BY camera ORDER BY camera",
        row ->
            new Volumes.Usage(
                new CameraId(row.getString(1)),
                row.getLong(2),
                SegmentRows.time(row, 3),
                SegmentRows.time(row, 4),
                row.getLong(5)),
        SegmentRows.time(since));
  }

  @Override
  public List<Volumes.Stretch> stretches(CameraId camera, Instant from, Instant to) {
    String newest = "max(ended_at) OVER (ORDER BY started_at, id ROWS BETWEEN UNBOUNDED PRECEDING";
    return query(
        "SELECT min(started_at), max(ended_at) FROM (SELECT started_at, ended_at,"
            + " count(*) FILTER (WHERE before IS NULL OR started_at > before + interval '50 ms')"
            + " OVER (ORDER BY started_at, id) AS stretch FROM (SELECT id, started_at, ended_at, "
            + newest
            + " AND 1 PRECEDING) AS before FROM segment WHERE camera = ? AND role IN ('main', 'sub')"
            + " AND started_at < ? AND ended_at > ? AND started_at > ?::timestamptz - interval '1 day'"
            + " AND "
            + LIVE
            + ") AS walked) AS numbered GROUP BY stretch ORDER BY 1",
        row -> new Volumes.Stretch(SegmentRows.time(row, 1), SegmentRows.time(row, 2)),
        camera.value(),
        SegmentRows.time(to),
        SegmentRows.time(from),
        SegmentRows.time(from));
  }

  @Override
  public void note(List<Condition> conditions) {
    work(
        recorder,
        connection -> {
          note(connection, conditions);
          return true;
        });
  }

  private static void note(Connection connection, List<Condition> conditions) throws SQLException {
    record Key(CameraId camera, Instant from, GapCause cause) {}
    var last = new LinkedHashMap<Key, Condition>();
    for (Condition condition : conditions) {
      var key =
          new Key(
              condition.camera(),
              SegmentRows.time(condition.from()).toInstant(),
              condition.cause());
      last.remove(key);
      last.put(key, condition);
    }
    batch(
        connection,
        "INSERT INTO condition (camera, started_at, ended_at, cause) VALUES (?,?,?,?)"
            + " ON CONFLICT (camera, started_at, cause)"
            + " DO UPDATE SET ended_at = excluded.ended_at, noted = excluded.noted",
        last.values(),
        (row, condition) -> {
          row.setString(1, condition.camera().value());
          row.setObject(2, SegmentRows.time(condition.from()));
          row.setObject(3, condition.to().map(SegmentRows::time).orElse(null));
          row.setString(4, condition.cause().word());
        });
  }

  @Override
  public List<Condition> conditions(CameraId camera, Instant from, Instant to) {
    return query(
        "SELECT camera, started_at, ended_at, cause FROM condition WHERE camera = ?"
            + " AND started_at < ? AND (ended_at IS NULL OR ended_at > ?) ORDER BY noted",
        row ->
            new Condition(
                new CameraId(row.getString(1)),
                SegmentRows.time(row, 2),
                Optional.ofNullable(row.getObject(3, OffsetDateTime.class))
                    .map(OffsetDateTime::toInstant),
                GapCause.of(row.getString(4))),
        camera.value(),
        SegmentRows.time(to),
        SegmentRows.time(from));
  }

  @Override
  public void forgetConditions(CameraId camera, Instant before) {
    work(
        recorder,
        connection ->
            update(
                connection,
                "DELETE FROM condition WHERE camera = ? AND ended_at < ?",
                camera.value(),
                SegmentRows.time(before)));
  }

  @FunctionalInterface
  private interface Setter<T> {
    void set(PreparedStatement row, T value) throws SQLException;
  }

  @FunctionalInterface
  private interface Getter<T> {
    T get(ResultSet row) throws SQLException;
  }

  private static <T> T work(Transactions transactions, ReturningWork<T> work) {
    return transactions.call(entities -> entities.unwrap(Session.class).doReturningWork(work));
  }

  private <T> List<T> query(String sql, Getter<T> getter, Object... parameters) {
    return work(readers, connection -> select(connection, sql, getter, parameters));
  }

  private long number(String sql, Object... parameters) {
    return query(sql, row -> row.getLong(1), parameters).get(0);
  }

  private static void change(Transactions transactions, String sql, List<String> ids) {
    work(
        transactions,
        connection -> update(connection, sql, connection.createArrayOf("text", ids.toArray())));
  }

  private static <T> void batch(
      Transactions transactions, String sql, Collection<T> values, Setter<T> setter) {
    work(
        transactions,
        connection -> {
          batch(connection, sql, values, setter);
          return true;
        });
  }

  private static <T> void batch(
      Connection connection, String sql, Collection<T> values, Setter<T> setter)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (T value : values) {
        setter.set(statement, value);
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  private static <T> List<T> select(
      Connection connection, String sql, Getter<T> getter, Object... parameters)
      throws SQLException {
    try (PreparedStatement statement = prepare(connection, sql, parameters);
        ResultSet rows = statement.executeQuery()) {
      var found = new ArrayList<T>();
      while (rows.next()) {
        found.add(getter.get(rows));
      }
      return found;
    }
  }

  private static int update(Connection connection, String sql, @Nullable Object... parameters)
      throws SQLException {
    try (PreparedStatement statement = prepare(connection, sql, parameters)) {
      return statement.executeUpdate();
    }
  }

  private static PreparedStatement prepare(
      Connection connection, String sql, @Nullable Object... parameters) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    try {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      return statement;
    } catch (SQLException e) {
      statement.close();
      throw e;
    }
  }
}
