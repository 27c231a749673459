package io.vigilnvr.store.internal;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;

/** Brings the database's tables to what this version of Vigil knows; each step whole or not. */
final class Schema {
  private static final Duration LONGEST_STATEMENT = Duration.ofMinutes(30);

  private final DataSource database;

  Schema(DataSource database) {
    this.database = database;
  }

  /**
   * @throws SQLException if the database went away meanwhile
   * @throws RefusedException if the tables are not ones that we can work with
   */
  void migrate() throws SQLException, RefusedException {
    ClassLoader own = Schema.class.getClassLoader();
    Thread thread = Thread.currentThread();
    ClassLoader former = thread.getContextClassLoader();
    thread.setContextClassLoader(own);
    try {
      Flyway flyway =
          Flyway.configure(own)
              .dataSource(patient(database))
              .locations("classpath:db/migration")
              // An external database may have tables of others; ours start from nothing.
              .baselineOnMigrate(false)
              .load();
      refuseNewer(flyway);
      flyway.migrate();
    } catch (FlywayException e) {
      for (Throwable cause : Causes.of(e)) {
        if (cause instanceof SQLException sql
            && Failures.translate(new IllegalStateException(sql))
                instanceof io.vigilnvr.api.record.StoreUnavailableException) {
          throw sql;
        }
      }
      throw new RefusedException("the database cannot be brought up to date: " + e.getMessage(), e);
    } finally {
      thread.setContextClassLoader(former);
    }
  }

  private static void refuseNewer(Flyway flyway) throws RefusedException {
    MigrationInfo[] all = flyway.info().all();
    String newest =
        Arrays.stream(all)
            .filter(info -> info.getState().isResolved() && info.getVersion() != null)
            .map(info -> info.getVersion().getVersion())
            .reduce("none", (former, next) -> next);
    for (MigrationInfo info : all) {
      if (info.getState().isApplied() && !info.getState().isResolved()) {
        throw new RefusedException(
            "the database was made by a newer Vigil: its schema is "
                + info.getVersion()
                + ", this one knows "
                + newest);
      }
    }
  }

  /** Migrations may take their time. */
  private static DataSource patient(DataSource database) {
    return new ForwardingDataSource(database) {
      @Override
      public Connection getConnection() throws SQLException {
        Connection connection = super.getConnection();
        try (Statement statement = connection.createStatement()) {
          connection.setNetworkTimeout(Runnable::run, (int) LONGEST_STATEMENT.toMillis());
          statement.execute("SET statement_timeout = 0");
          statement.execute("SET lock_timeout = 0");
          return connection;
        } catch (SQLException e) {
          connection.close();
          throw e;
        }
      }
    };
  }
}
