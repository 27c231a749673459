package io.vigilnvr.shell.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.karaf.shell.api.console.Session;
import org.jspecify.annotations.Nullable;

/** Gets a new password without leaving it in a history or in a list of processes. */
final class Passwords {
  private Passwords() {}

  static String read(Session session, @Nullable String file) throws IOException {
    if (file != null) {
      return Files.readString(Path.of(file)).stripTrailing();
    }
    var password = session.readLine("Password: ", '*');
    if (!password.equals(session.readLine("Again: ", '*'))) {
      throw new IllegalArgumentException("the two are not the same");
    }
    return password;
  }
}
