package io.vigilnvr.store.internal;

import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.event.Change;
import io.vigilnvr.api.event.Event;
import io.vigilnvr.api.event.EventFilter;
import io.vigilnvr.api.event.EventStore;
import io.vigilnvr.api.event.EventType;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
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
   * Asks for a page of each type, and of each camera that is named, and merges them. Only what is
   * shown then is read from the table: the indices answer the rest.
   */
  static String listing(
      Connection connection,
      EventFilter filter,
      Optional<Position> after,
      int limit,
      List<Object> parameters)
      throws SQLException {
    var sources = new StringBuilder("unnest(?) AS t(type)");
    parameters.add(
        array(
            connection,
            filter
                .type()
                .map(type -> List.of(type.word()))
                .orElse(Arrays.stream(EventType.values()).map(EventType::word).toList())));
    var where = new StringBuilder("i.type = t.type");
    if (filter.cameras().isPresent()) {
      sources.append(", unnest(?) AS c(camera)");
      parameters.add(
          array(
              connection, filter.cameras().get().stream().map(CameraId::value).sorted().toList()));
      where.append(" AND i.camera = c.camera");
    }
    filter.label().ifPresent(label -> add(where, parameters, " AND i.label = ?", label));
    if (filter.zone().isPresent()) {
      parameters.add(array(connection, List.of(filter.zone().get())));
      where.append(" AND i.zones @> ?");
    }
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
    // A constant: the database counts how many there are of each.
    filter
        .reviewed()
        .ifPresent(reviewed -> where.append(reviewed ? " AND i.reviewed" : " AND NOT i.reviewed"));
    filter
        .retained()
        .ifPresent(retained -> where.append(retained ? " AND i.retained" : " AND NOT i.retained"));
    filter
        .detector()
        .ifPresent(detector -> add(where, parameters, " AND i.detector = ?", detector));
    filter.minScore().ifPresent(score -> add(where, parameters, " AND i.score >= ?", score));
    place.ifPresent(
        one -> {
          where.append(" AND (i.started_at, i.id) < (?, ?)");
          parameters.add(SegmentRows.time(one.startedAt()));
          parameters.add(one.id());
        });
    parameters.add(limit);
    parameters.add(limit);
    return "SELECT "
        + EventRows.SELECTED
        + " FROM (SELECT p.* FROM "
        + sources
        + " CROSS JOIN LATERAL (SELECT i.started_at, i.id FROM event i WHERE "
        + where
        + " ORDER BY i.started_at DESC, i.id DESC LIMIT ?) AS p"
        + " ORDER BY p.started_at DESC, p.id DESC LIMIT ?) AS n JOIN event e ON e.id = n.id"
        + " ORDER BY e.started_at DESC, e.id DESC";
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
