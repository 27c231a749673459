package io.vigilnvr.store.internal;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.logging.Logger;
import javax.sql.DataSource;

/** Passes everything on; for those that change one thing. */
class ForwardingDataSource implements DataSource {
  private final DataSource to;

  ForwardingDataSource(DataSource to) {
    this.to = to;
  }

  @Override
  public Connection getConnection() throws SQLException {
    return to.getConnection();
  }

  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    throw new SQLFeatureNotSupportedException("the login is fixed");
  }

  @Override
  public PrintWriter getLogWriter() throws SQLException {
    return to.getLogWriter();
  }

  @Override
  public void setLogWriter(PrintWriter out) throws SQLException {
    to.setLogWriter(out);
  }

  @Override
  public void setLoginTimeout(int seconds) throws SQLException {
    // Set by who made it.
  }

  @Override
  public int getLoginTimeout() throws SQLException {
    return to.getLoginTimeout();
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    throw new SQLFeatureNotSupportedException("logs by slf4j");
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    return to.unwrap(type);
  }

  @Override
  public boolean isWrapperFor(Class<?> type) throws SQLException {
    return to.isWrapperFor(type);
  }
}
