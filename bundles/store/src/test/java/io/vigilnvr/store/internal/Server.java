package io.vigilnvr.store.internal;

import java.io.IOException;
import javax.sql.DataSource;

/** A PostgreSQL for tests. */
interface Server extends AutoCloseable {
  DataSource database();

  /** The main process. */
  long pid();

  /** Brings it back after it was killed. */
  void restart() throws IOException, InterruptedException;

  @Override
  void close() throws IOException;
}
