package io.vigilnvr.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.vigilnvr.api.auth.Accounts;
import io.vigilnvr.api.auth.Accounts.Issued;
import io.vigilnvr.api.auth.Accounts.SignIn;
import io.vigilnvr.api.auth.Identity;
import io.vigilnvr.api.auth.Role;
import io.vigilnvr.api.camera.CameraId;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.security.auth.Subject;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.NameCallback;
import javax.security.auth.callback.PasswordCallback;
import javax.security.auth.callback.UnsupportedCallbackException;
import javax.security.auth.login.LoginException;
import org.apache.karaf.jaas.boot.principal.RolePrincipal;
import org.apache.karaf.jaas.boot.principal.UserPrincipal;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

final class AccountLoginTest {
  private static final String PASSWORD = "correct horse";

  private final List<String> signedOut = new ArrayList<>();

  @Test
  void letsAnAdminIn() throws Exception {
    var who = signIn(Role.ADMIN, Optional.empty(), PASSWORD);
    assertThat(who.getPrincipals(UserPrincipal.class)).containsExactly(new UserPrincipal("anna"));
    assertThat(who.getPrincipals(RolePrincipal.class)).contains(new RolePrincipal("admin"));
    assertThat(signedOut).containsExactly("secret");
  }

  @Test
  void refusesAWrongPassword() {
    refuses(Role.ADMIN, Optional.empty(), "guess");
  }

  @Test
  void refusesNoPassword() {
    refuses(Role.ADMIN, Optional.empty(), "");
  }

  @Test
  void refusesOperatorsAndViewers() {
    refuses(Role.OPERATOR, Optional.empty(), PASSWORD);
    refuses(Role.VIEWER, Optional.empty(), PASSWORD);
  }

  @Test
  void refusesAnAdminOfSomeCameras() {
    refuses(Role.ADMIN, Optional.of(Set.of(new CameraId("yard"))), PASSWORD);
  }

  @Test
  void refusesWhoIsThrottled() {
    refuses(Role.ADMIN, Optional.empty(), "again");
  }

  private void refuses(Role role, Optional<Set<CameraId>> cameras, String password) {
    assertThatExceptionOfType(LoginException.class)
        .isThrownBy(() -> signIn(role, cameras, password));
  }

  private Subject signIn(Role role, Optional<Set<CameraId>> cameras, String password)
      throws LoginException {
    var subject = new Subject();
    var login = new AccountLogin();
    login.initialize(
        subject,
        callbacks -> answer(callbacks, password),
        Map.of(),
        Map.of(BundleContext.class.getName(), context(accounts(role, cameras))));
    assertThat(login.login()).isTrue();
    assertThat(login.commit()).isTrue();
    return subject;
  }

  private static void answer(Callback[] callbacks, String password)
      throws UnsupportedCallbackException {
    for (Callback callback : callbacks) {
      if (callback instanceof NameCallback name) {
        name.setName("anna");
      } else if (callback instanceof PasswordCallback asked) {
        asked.setPassword(password.toCharArray());
      } else {
        throw new UnsupportedCallbackException(callback);
      }
    }
  }

  private Accounts accounts(Role role, Optional<Set<CameraId>> cameras) {
    return (Accounts)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {Accounts.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("signIn")) {
                if (arguments[1].equals("again")) {
                  return new SignIn.Throttled(Duration.ofSeconds(30));
                }
                return arguments[1].equals(PASSWORD)
                    ? new SignIn.Accepted(
                        new Issued<>(
                            new Identity((String) arguments[0], role, cameras, "s1"), "secret"))
                    : new SignIn.Refused();
              }
              assertThat(method.getName()).isEqualTo("signOut");
              signedOut.add((String) arguments[0]);
              return null;
            });
  }

  private static BundleContext context(Accounts accounts) {
    return (BundleContext)
        Proxy.newProxyInstance(
            AccountLoginTest.class.getClassLoader(),
            new Class<?>[] {BundleContext.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "getServiceReference" ->
                      Proxy.newProxyInstance(
                          AccountLoginTest.class.getClassLoader(),
                          new Class<?>[] {ServiceReference.class},
                          (self, called, none) -> null);
                  case "getService" -> accounts;
                  default -> true;
                });
  }
}
