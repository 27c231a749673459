package io.vigilnvr.store.internal;

import java.nio.file.Path;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

@EnabledIf(value = "installed", disabledReason = "needs Debian's package postgresql")
final class ExternalStoreTest extends StoreContract {
  ExternalStoreTest(@TempDir Path folder) throws Exception {
    super(folder);
  }

  static boolean installed() throws Exception {
    return DebianServer.programs().isPresent();
  }

  @Override
  Server start(Path folder) throws Exception {
    return new DebianServer(DebianServer.programs().orElseThrow(), folder);
  }
}
