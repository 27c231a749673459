package io.vigilnvr.shell.internal;

import io.vigilnvr.api.auth.Accounts;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.jspecify.annotations.Nullable;

/** Changes a user's password; asks for it. */
@Service
@Command(
    scope = "vigil",
    name = "user-password",
    description = "Changes a user's password; asks for it")
@SuppressWarnings("NullAway.Init")
public final class UserPassword implements Action {
  @Argument(name = "username", description = "Their name", required = true)
  String username;

  @Option(name = "--password-file", description = "Reads the password from a file, for scripts")
  @Nullable String passwordFile;

  @Reference Accounts accounts;

  @Reference Session session;

  @Override
  public @Nullable Object execute() throws Exception {
    accounts.changePassword(username, Passwords.read(session, passwordFile));
    return null;
  }
}
