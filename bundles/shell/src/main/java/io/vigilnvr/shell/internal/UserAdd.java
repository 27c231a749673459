package io.vigilnvr.shell.internal;

import io.vigilnvr.api.auth.Accounts;
import io.vigilnvr.api.auth.Role;
import io.vigilnvr.api.camera.CameraId;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.jspecify.annotations.Nullable;

/** Adds a user; asks for the password. */
@Service
@Command(scope = "vigil", name = "user-add", description = "Adds a user; asks for the password")
@SuppressWarnings("NullAway.Init")
public final class UserAdd implements Action {
  @Argument(index = 0, name = "username", description = "Its name", required = true)
  String username;

  @Argument(index = 1, name = "role", description = "admin, operator or viewer", required = true)
  String role;

  @Option(
      name = "--camera",
      description = "A camera that the user is limited to",
      multiValued = true)
  List<String> cameras = List.of();

  @Option(name = "--password-file", description = "Reads the password from a file, for scripts")
  @Nullable String passwordFile;

  @Reference Accounts accounts;

  @Reference Session session;

  @Override
  public @Nullable Object execute() throws Exception {
    var password = Passwords.read(session, passwordFile);
    accounts.addUser(
        username,
        password,
        Role.of(role),
        cameras.isEmpty()
            ? Optional.empty()
            : Optional.of(cameras.stream().map(CameraId::new).collect(Collectors.toSet())));
    return null;
  }
}
