package io.vigilnvr.shell.internal;

import io.vigilnvr.api.auth.Accounts;
import io.vigilnvr.api.auth.Accounts.SignIn;
import io.vigilnvr.api.auth.Role;
import java.io.IOException;
import java.security.Principal;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import javax.security.auth.Subject;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.CallbackHandler;
import javax.security.auth.callback.NameCallback;
import javax.security.auth.callback.PasswordCallback;
import javax.security.auth.callback.UnsupportedCallbackException;
import javax.security.auth.login.FailedLoginException;
import javax.security.auth.login.LoginException;
import javax.security.auth.spi.LoginModule;
import org.apache.karaf.jaas.boot.principal.RolePrincipal;
import org.apache.karaf.jaas.boot.principal.UserPrincipal;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;

/**
 * Lets Vigil's own admins in at the console, by their password. Tries count with those over HTTP:
 * guessing here is slowed down there, and the other way round. JAAS makes one for each try.
 */
@SuppressWarnings("NullAway.Init")
public final class AccountLogin implements LoginModule {
  /** The console listens on loopback only. */
  private static final String FROM = "console";

  private Subject subject;
  private CallbackHandler callbacks;
  private BundleContext context;
  private final Set<Principal> principals = new HashSet<>();

  @Override
  public void initialize(
      Subject who, CallbackHandler handler, Map<String, ?> shared, Map<String, ?> options) {
    this.subject = who;
    this.callbacks = handler;
    this.context =
        (BundleContext) Objects.requireNonNull(options.get(BundleContext.class.getName()));
  }

  @Override
  public boolean login() throws LoginException {
    var name = new NameCallback("Username: ");
    var password = new PasswordCallback("Password: ", false);
    try {
      callbacks.handle(new Callback[] {name, password});
    } catch (IOException | UnsupportedCallbackException e) {
      // A client that shows a key has no password.
      throw refused();
    }
    char[] entered = password.getPassword();
    password.clearPassword();
    if (name.getName() == null || entered == null || entered.length == 0) {
      throw refused();
    }
    try {
      if (!isAdmin(name.getName(), new String(entered))) {
        throw refused();
      }
    } finally {
      Arrays.fill(entered, ' ');
    }
    principals.add(new UserPrincipal(name.getName()));
    for (String role : ConsoleKey.ROLES) {
      principals.add(new RolePrincipal(role));
    }
    return true;
  }

  private boolean isAdmin(String username, String password) {
    var reference = context.getServiceReference(Accounts.class);
    @Nullable Accounts accounts = reference == null ? null : context.getService(reference);
    if (accounts == null) {
      return false;
    }
    try {
      if (!(accounts.signIn(username, password, FROM) instanceof SignIn.Accepted accepted)) {
        return false;
      }
      // The console has its own session; that of the HTTP API is not needed.
      accounts.signOut(accepted.session().secret());
      var who = accepted.session().of();
      return who.role() == Role.ADMIN && who.cameras().isEmpty();
    } finally {
      context.ungetService(reference);
    }
  }

  private static LoginException refused() {
    return new FailedLoginException("not an admin, or a wrong password");
  }

  @Override
  public boolean commit() {
    if (principals.isEmpty()) {
      return false;
    }
    subject.getPrincipals().addAll(principals);
    return true;
  }

  @Override
  public boolean abort() {
    boolean was = !principals.isEmpty();
    principals.clear();
    return was;
  }

  @Override
  public boolean logout() {
    subject.getPrincipals().removeAll(principals);
    principals.clear();
    return true;
  }
}
