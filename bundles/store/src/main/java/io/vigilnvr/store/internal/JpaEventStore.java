package io.vigilnvr.store.internal;

import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.event.Change;
import io.vigilnvr.api.event.Event;
import io.vigilnvr.api.event.EventFilter;
import io.vigilnvr.api.event.EventStore;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.apache.aries.jpa.template.JpaTemplate;
import org.hibernate.Session;
import org.hibernate.jdbc.ReturningWork;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Events in SQL, through the connections of JPA. Those who write come one after the other, so that
 * a revision is never seen before a lower one.
 */
@Component
public final class JpaEventStore implements EventStore {
  private static final int LOCK = 0x45564e54;
  private static final int EVENTS = 1;

  /**
   * Each costs some 10 µs. Where labels are words there are far fewer, where plates, any number.
   */
  private static final int MANY_KINDS = 2000;

  private final Transactions transactions;

  @Activate
  public JpaEventStore(
      @Reference(target = "(osgi.unit.name=vigil)") JpaTemplate jpa, @Reference Lease lease) {
    this(new JpaTransactions(jpa, lease));
  }

  JpaEventStore(Transactions transactions) {
    this.transactions = transactions;
  }

  @Override
  public Kept insert(Event event) {
    return work(
        connection -> {
          lock(connection);
          try (PreparedStatement row = connection.prepareStatement(EventRows.INSERT)) {
            row.setString(1, event.id());
            EventRows.set(row, 2, event, Change.Step.NEW);
            row.executeUpdate();
          }
          return find(connection, event.id()).orElseThrow();
        });
  }

  @Override
  public Optional<Kept> find(String id) {
    return work(connection -> find(connection, id));
  }

  private static Optional<Kept> find(Connection connection, String id) throws SQLException {
    return find(connection, Set.of(id)).stream().findFirst();
  }

  @Override
  public List<Kept> find(Set<String> ids) {
    return work(connection -> find(connection, ids));
  }

  private static List<Kept> find(Connection connection, Set<String> ids) throws SQLException {
    return select(
        connection,
        "SELECT " + EventRows.SELECTED + " FROM event e WHERE e.id = ANY(?)",
        List.of(array(connection, ids)));
  }

  @Override
  public Optional<Kept> change(String id, Change.Step step, UnaryOperator<Event> change) {
    return work(
        connection -> {
          lock(connection);
          Optional<Kept> before = find(connection, id);
          return before.isPresent() && change(connection, before.get(), step, change)
              ? find(connection, id)
              : before;
        });
  }

  @Override
  public List<Kept> changeAll(Set<String> ids, Change.Step step, UnaryOperator<Event> change) {
    return work(
        connection -> {
          lock(connection);
          var changed = new HashSet<String>();
          for (Kept before : find(connection, ids)) {
            if (change(connection, before, step, change)) {
              changed.add(before.event().id());
            }
          }
          return find(connection, changed);
        });
  }

  private static boolean change(
      Connection connection, Kept before, Change.Step step, UnaryOperator<Event> change)
      throws SQLException {
    Event after = change.apply(before.event());
    if (after.equals(before.event())) {
      return false;
    }
    try (PreparedStatement row = connection.prepareStatement(EventRows.UPDATE)) {
      int next = EventRows.set(row, 1, after, step);
      row.setString(next, before.event().id());
      row.executeUpdate();
    }
    return true;
  }

  @Override
  public List<Event> delete(Set<String> ids) {
    return work(
        connection -> {
          lock(connection);
          List<Kept> there = find(connection, ids);
          execute(connection, "DELETE FROM event WHERE id = ANY(?)", ids);
          return there.stream().map(Kept::event).toList();
        });
  }

  @Override
  public List<Lasting> lasting(String afterId, int limit) {
    return work(
        connection ->
            select(
                connection,
                "SELECT "
                    + EventRows.SELECTED
                    + ", e.heard_of FROM event e WHERE e.ended_at IS NULL AND e.id > ?"
                    + " ORDER BY e.id LIMIT ?",
                List.of(afterId, limit),
                row -> new Lasting(EventRows.get(row).event(), EventRows.heardOf(row))));
  }

  @Override
  public void stillLast(Set<String> ids) {
    work(
        connection ->
            execute(
                connection,
                "UPDATE event SET heard_of = now() WHERE id = ANY(?) AND ended_at IS NULL",
                ids));
  }

  private static int execute(Connection connection, String sql, Set<String> ids)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setObject(1, array(connection, ids));
      return statement.executeUpdate();
    }
  }

  @Override
  public List<Kept> list(EventFilter filter, Optional<Position> after, int limit) {
    return work(
        connection -> {
          var parameters = new ArrayList<Object>();
          String sql = listing(connection, filter, after, limit, parameters);
          return select(connection, sql, parameters);
        });
  }

  /**
   * Asks for a page of each of the kinds that fit, and merges them: of the kinds only as many as
   * there are places, those with the newest events. Where there are too many kinds, events are gone
   * through in order until there are enough. Only what is shown then is read from the table.
   */
  static String listing(
      Connection connection,
      EventFilter filter,
      Optional<Position> after,
      int limit,
      List<Object> parameters)
      throws SQLException {
    var ofKind = new ArrayList<Object>();
    String kinds = kinds(connection, filter, ofKind);
    var ofEvent = new ArrayList<Object>();
    String events = events(filter, after, ofEvent);
    var sql = new StringBuilder("SELECT " + EventRows.SELECTED + " FROM (");
    if (kinds.isEmpty() || isMany(connection, kinds, ofKind)) {
      sql.append("SELECT i.started_at, i.id FROM event i WHERE true").append(events);
      parameters.addAll(ofEvent);
      if (!kinds.isEmpty()) {
        sql.append(" AND i.kind IN (SELECT k.id FROM event_kind k WHERE true" + kinds + ")");
        parameters.addAll(ofKind);
      }
    } else {
      String newest =
          " CROSS JOIN LATERAL (SELECT i.started_at, i.id FROM event i WHERE i.kind = k.id"
              + events
              + " ORDER BY i.started_at DESC, i.id DESC LIMIT ";
      sql.append("SELECT p.* FROM (SELECT k.id FROM event_kind k");
      // Where a score is asked for, the newest is not found without looking at the others.
      if (filter.minScore().isEmpty()) {
        sql.append(newest).append("1) AS f WHERE true").append(kinds);
        sql.append(" ORDER BY f.started_at DESC, f.id DESC LIMIT ?) AS k");
        parameters.addAll(ofEvent);
        parameters.addAll(ofKind);
        parameters.add(limit);
      } else {
        sql.append(" WHERE true").append(kinds).append(" OFFSET 0) AS k");
        parameters.addAll(ofKind);
      }
      sql.append(newest).append("?) AS p");
      parameters.addAll(ofEvent);
      parameters.add(limit);
    }
    sql.append(" ORDER BY 1 DESC, 2 DESC LIMIT ?) AS n JOIN event e ON e.id = n.id");
    parameters.add(limit);
    return sql + " ORDER BY e.started_at DESC, e.id DESC";
  }

  private static boolean isMany(Connection connection, String kinds, List<Object> parameters)
      throws SQLException {
    return !select(
            connection,
            "SELECT 1 FROM event_kind k WHERE true" + kinds + " OFFSET " + MANY_KINDS + " LIMIT 1",
            parameters,
            row -> row.getInt(1))
        .isEmpty();
  }

  private static String kinds(Connection connection, EventFilter filter, List<Object> parameters)
      throws SQLException {
    var where = new StringBuilder();
    if (filter.cameras().isPresent()) {
      List<String> cameras = filter.cameras().get().stream().map(CameraId::value).sorted().toList();
      add(where, parameters, " AND k.camera = ANY (?)", array(connection, cameras));
    }
    filter.type().ifPresent(type -> add(where, parameters, " AND k.type = ?", type.word()));
    filter.label().ifPresent(label -> add(where, parameters, " AND k.label = ?", label));
    filter.zone().ifPresent(zone -> add(where, parameters, " AND ? = ANY (k.zones)", zone));
    filter
        .detector()
        .ifPresent(detector -> add(where, parameters, " AND k.detector = ?", detector));
    filter
        .reviewed()
        .ifPresent(reviewed -> where.append(reviewed ? " AND k.reviewed" : " AND NOT k.reviewed"));
    filter
        .retained()
        .ifPresent(retained -> where.append(retained ? " AND k.retained" : " AND NOT k.retained"));
    return where.toString();
  }

  private static String events(
      EventFilter filter, Optional<Position> after, List<Object> parameters) {
    var where = new StringBuilder();
    filter
        .from()
        .ifPresent(
            from -> add(where, parameters, " AND i.started_at >= ?", SegmentRows.time(from)));
    // Only the earlier bound: the database would begin at either.
    Optional<Position> place =
        after.filter(one -> filter.to().map(to -> to.isAfter(one.startedAt())).orElse(true));
    filter
        .to()
        .filter(to -> place.isEmpty())
        .ifPresent(to -> add(where, parameters, " AND i.started_at < ?", SegmentRows.time(to)));
    filter.minScore().ifPresent(score -> add(where, parameters, " AND i.score >= ?", score));
    place.ifPresent(
        one -> {
          where.append(" AND (i.started_at, i.id) < (?, ?)");
          parameters.add(SegmentRows.time(one.startedAt()));
          parameters.add(one.id());
        });
    return where.toString();
  }

  private static void add(
      StringBuilder where, List<Object> parameters, String condition, Object parameter) {
    where.append(condition);
    parameters.add(parameter);
  }

  private static Object array(Connection connection, Collection<String> words) throws SQLException {
    return connection.createArrayOf("text", words.toArray());
  }

  @Override
  public List<Kept> changedAfter(long revision, int limit) {
    return work(
        connection ->
            select(
                connection,
                "SELECT "
                    + EventRows.SELECTED
                    + " FROM event e WHERE e.revision > ? ORDER BY e.revision LIMIT ?",
                List.of(revision, limit)));
  }

  @Override
  public long revision() {
    return work(
        connection -> {
          try (PreparedStatement statement =
                  connection.prepareStatement("SELECT coalesce(max(revision), 0) FROM event");
              ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getLong(1);
          }
        });
  }

  /** Until the transaction ends. */
  private static void lock(Connection connection) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT pg_advisory_xact_lock(?, ?)")) {
      statement.setInt(1, LOCK);
      statement.setInt(2, EVENTS);
      statement.execute();
    }
  }

  private <T> T work(ReturningWork<T> work) {
    return transactions.call(entities -> entities.unwrap(Session.class).doReturningWork(work));
  }

  private static List<Kept> select(Connection connection, String sql, List<?> parameters)
      throws SQLException {
    return select(connection, sql, parameters, EventRows::get);
  }

  private interface Reader<T> {
    T read(ResultSet row) throws SQLException;
  }

  private static <T> List<T> select(
      Connection connection, String sql, List<?> parameters, Reader<T> reader) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.size(); i++) {
        statement.setObject(i + 1, parameters.get(i));
      }
      var found = new ArrayList<T>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          found.add(reader.read(rows));
        }
      }
      return found;
    }
  }
}
