package io.vigilnvr.store.internal;

import io.vigilnvr.api.record.StoreUnavailableException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientException;
import java.util.Set;
import javax.persistence.PersistenceException;
import org.hibernate.TransactionException;
import org.jspecify.annotations.Nullable;

/** Tells a database that is away from one that refuses. */
final class Failures {
  /**
   * Classes of SQLSTATE (PostgreSQL manual, appendix A) that another try may not meet: connection,
   * transaction rollback (deadlock, serialization), resources (disk full, too many connections),
   * operator intervention (shutdown, statement timeout), system error.
   */
  private static final Set<String> AWAY = Set.of("08", "40", "53", "57", "58");

  /** Lock not available: a lock timeout, since nothing here asks with NOWAIT. */
  private static final String LOCK_TIMEOUT = "55P03";

  private Failures() {}

  static RuntimeException translate(RuntimeException failure) {
    for (Throwable cause : Causes.of(failure)) {
      if (cause instanceof StoreUnavailableException unavailable) {
        return unavailable;
      }
      // Hibernate's own: it could not even roll back, and hides why it had to.
      if (cause instanceof TransactionException || (cause instanceof SQLException e && isAway(e))) {
        return new StoreUnavailableException("the database does not answer", failure);
      }
    }
    // Aries wraps whatever comes out of a transaction; what it was says more.
    for (Throwable cause : Causes.of(failure)) {
      if (cause instanceof PersistenceException e) {
        return e;
      }
    }
    for (Throwable cause : Causes.of(failure)) {
      if (cause instanceof IllegalStateException && isClosed(cause.getMessage())) {
        return new StoreUnavailableException("the store is being stopped", failure);
      }
    }
    return failure;
  }

  private static boolean isAway(SQLException e) {
    String state = e.getSQLState();
    return e instanceof SQLTransientException
        || e instanceof SQLNonTransientConnectionException
        || LOCK_TIMEOUT.equals(state)
        || (state != null && state.length() == 5 && AWAY.contains(state.substring(0, 2)));
  }

  private static boolean isClosed(@Nullable String message) {
    return message != null && message.contains("closed");
  }
}
