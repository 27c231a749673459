package io.vigilnvr.store.internal;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.util.HexFormat;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Held by the one Vigil that writes to a database: an advisory lock (PostgreSQL manual, 13.3.5) of
 * a connection that does nothing else. It is lost with the connection. Used by one thread, except
 * {@link #whileHeld}.
 */
final class WriterLock {
  /** "Vigil". */
  private static final long KEY = 0x56_69_67_69_6CL;

  /** {@code NAMEDATALEN} - 1. */
  private static final int LONGEST_NAME = 63;

  /** So long a lock that is just being let go is waited for. */
  private static final int RELEASE_MILLIS = 2000;

  /** PostgreSQL manual, appendix A. */
  private static final String LOCK_NOT_AVAILABLE = "55P03";

  private final DataSource database;
  private final String life;
  private final String name;
  private @Nullable Connection connection;
  private volatile boolean held;

  /**
   * @param data tells instances on one machine apart
   */
  WriterLock(DataSource database, String data) {
    this.database = database;
    byte[] random = new byte[4];
    new SecureRandom().nextBytes(random);
    this.life = HexFormat.of().formatHex(random);
    String whole = "Vigil " + life + " " + host() + ":" + data;
    this.name = whole.substring(0, Math.min(whole.length(), LONGEST_NAME));
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown host";
    }
  }

  /**
   * Takes it, or sees whether we still have it.
   *
   * @throws RefusedException if somebody else has it
   * @throws SQLException if the database does not answer; we do not have it then
   */
  void hold() throws SQLException, RefusedException {
    Connection current = connection;
    try {
      if (current == null) {
        current = database.getConnection();
        connection = current;
        current.setAutoCommit(true);
        acquire(current);
      } else {
        query(current, "SELECT 1");
      }
      held = true;
    } catch (SQLException | RefusedException e) {
      close();
      throw e;
    }
  }

  private void acquire(Connection current) throws SQLException, RefusedException {
    try (PreparedStatement statement =
        current.prepareStatement("SELECT set_config('application_name', ?, false)")) {
      statement.setString(1, name);
      statement.execute();
    }
    // If we vanish without a word, others need not wait for hours.
    for (String setting : new String[] {"idle = 10", "interval = 5", "count = 3"}) {
      execute(current, "SET tcp_keepalives_" + setting);
    }
    // A connection of ours that broke, and that the server still believes in.
    query(
        current,
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE pid <>"
            + " pg_backend_pid() AND usename = current_user AND application_name LIKE 'Vigil "
            + life
            + " %'");
    // Who closed its connection a moment ago, or was just ended above, still has it for as long.
    execute(current, "SET lock_timeout = " + RELEASE_MILLIS);
    try {
      query(current, "SELECT pg_advisory_lock(" + KEY + ")");
    } catch (SQLException e) {
      if (LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
        throw new RefusedException("another Vigil uses this database: " + holder(current));
      }
      throw e;
    }
  }

  private static String holder(Connection current) throws SQLException {
    return query(
        current,
        "SELECT coalesce(max(a.application_name || coalesce(' from ' || host(a.client_addr), '')"
            + " || ' since ' || to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI')"
            + " || ' UTC'), 'unknown') FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE"
            + " l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 AND ((l.classid::bigint <<"
            + " 32) | l.objid::bigint) = "
            + KEY
            + " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())");
  }

  void close() {
    held = false;
    Connection current = connection;
    connection = null;
    if (current != null) {
      try {
        current.close();
      } catch (SQLException e) {
        // It was broken, or is closed by this all the same.
      }
    }
  }

  /** New connections only while we have the lock, so that none is made to another's database. */
  DataSource whileHeld(DataSource source) {
    return new ForwardingDataSource(source) {
      @Override
      public Connection getConnection() throws SQLException {
        if (!held) {
          throw new SQLTransientConnectionException("the database is not ours now", "08001");
        }
        return super.getConnection();
      }
    };
  }

  private static String query(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      result.next();
      return result.getString(1);
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
