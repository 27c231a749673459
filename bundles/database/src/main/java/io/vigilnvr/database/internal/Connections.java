package io.vigilnvr.database.internal;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Connections that fail soon rather than hang, whatever the database does. */
final class Connections {
  private static final int CONNECT_SECONDS = 3;
  private static final int SOCKET_SECONDS = 5;

  private Connections() {}

  static PGSimpleDataSource local(int port, Login login) {
    var source = new PGSimpleDataSource();
    source.setServerNames(new String[] {"127.0.0.1"});
    source.setPortNumbers(new int[] {port});
    source.setDatabaseName(login.user());
    source.setUser(login.user());
    source.setPassword(login.password());
    source.setSslMode("disable");
    source.setGssEncMode("disable");
    return bounded(source);
  }

  /**
   * @throws IllegalArgumentException if the URL is not one of PostgreSQL
   */
  static PGSimpleDataSource remote(String url, Login login) {
    if (!url.startsWith("jdbc:postgresql:")) {
      throw new IllegalArgumentException("the database URL must start with jdbc:postgresql:");
    }
    var source = new PGSimpleDataSource();
    source.setURL(url);
    if (!login.user().isEmpty()) {
      source.setUser(login.user());
    }
    if (!login.password().isEmpty()) {
      source.setPassword(login.password());
    }
    return bounded(source);
  }

  private static PGSimpleDataSource bounded(PGSimpleDataSource source) {
    source.setConnectTimeout(CONNECT_SECONDS);
    source.setSocketTimeout(SOCKET_SECONDS);
    source.setCancelSignalTimeout(2);
    source.setTcpKeepAlive(true);
    source.setApplicationName("Vigil");
    source.setReWriteBatchedInserts(true);
    // The server gives up a little before we do, so that it does not work for nobody.
    String ours = "-c statement_timeout=4500 -c lock_timeout=4000";
    String theirs = source.getOptions();
    source.setOptions(theirs == null || theirs.isEmpty() ? ours : theirs + " " + ours);
    return source;
  }

  /** Really asks. */
  static int version(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        var result = statement.executeQuery("SHOW server_version_num")) {
      result.next();
      return Integer.parseInt(result.getString(1));
    }
  }

  static int version(DataSource source) throws SQLException {
    try (Connection connection = source.getConnection()) {
      return version(connection);
    }
  }
}
