package io.vigilnvr.store.internal;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

final class EmbeddedStoreTest extends StoreContract {
  EmbeddedStoreTest(@TempDir Path folder) throws Exception {
    super(folder);
  }

  @Override
  Server start(Path folder) throws Exception {
    return new EmbeddedServer(folder);
  }
}
