package io.vigilnvr.store.internal;

import io.vigilnvr.database.internal.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import javax.sql.DataSource;

/** Vigil's own. */
final class EmbeddedServer implements Server {
  private final EmbeddedPostgres postgres;

  EmbeddedServer(Path data) throws IOException, InterruptedException {
    postgres = new EmbeddedPostgres(data);
    postgres.tend();
  }

  @Override
  public DataSource database() {
    return postgres.dataSource();
  }

  @Override
  public long pid() {
    return postgres.pid();
  }

  @Override
  public void restart() throws IOException, InterruptedException {
    postgres.tend();
  }

  @Override
  public void close() throws IOException {
    try {
      postgres.stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}
