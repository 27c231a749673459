package io.vigilnvr.auth.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.vigilnvr.api.auth.Accounts.Issued;
import io.vigilnvr.api.auth.Accounts.SignIn;
import io.vigilnvr.api.auth.Identity;
import io.vigilnvr.api.auth.Role;
import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.plugin.InvalidSettingsException;
import io.vigilnvr.api.record.StoreUnavailableException;
import io.vigilnvr.tck.FakeClock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StoredAccountsTest {
  private static final String PASSWORD = "a long enough pass phrase";
  private static final CameraId YARD = new CameraId("yard");
  private static final CameraId DOOR = new CameraId("door");

  private final FakeClock clock = new FakeClock();
  private final MemoryStore store = new MemoryStore();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private Path data = Path.of("");
  private StoredAccounts accounts = accounts(Map.of());

  @BeforeEach
  void fresh(@TempDir Path folder) {
    data = folder;
    accounts = accounts(Map.of());
  }

  private StoredAccounts accounts(Map<String, String> environment) {
    var made =
        new StoredAccounts(
            clock, data, environment, new PrintStream(out, true, StandardCharsets.UTF_8));
    made.bindStore(store);
    return made;
  }

  private Issued<Identity> signIn(String username) {
    SignIn result = accounts.signIn(username, PASSWORD, "192.0.2.1");
    assertThat(result).isInstanceOf(SignIn.Accepted.class);
    return ((SignIn.Accepted) result).session();
  }

  private String printedToken() {
    String text = out.toString(StandardCharsets.UTF_8);
    int at = text.indexOf("/setup?token=");
    return at < 0
        ? ""
        : text.substring(at + "/setup?token=".length()).lines().findFirst().orElse("");
  }

  @Test
  void printsASetupLinkOnceAndLeavesItInAPrivateFile() throws IOException {
    accounts.welcome();
    accounts.welcome();

    assertThat(out.toString(StandardCharsets.UTF_8)).containsOnlyOnce("Set up Vigil: https://");
    Path file = data.resolve("setup-token");
    assertThat(Files.readString(file).trim()).isEqualTo(printedToken()).hasSize(22);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void makesTheFirstAdminOnceEvenIfFiftyTry() throws Exception {
    accounts.welcome();
    String token = printedToken();
    var pool = Executors.newFixedThreadPool(8);
    var tries = new ArrayList<Callable<Boolean>>();
    for (int i = 0; i < 50; i++) {
      String name = "admin" + i;
      tries.add(() -> accounts.setUp(token, name, PASSWORD).isPresent());
    }
    int made = 0;
    for (var result : pool.invokeAll(tries)) {
      made += result.get() ? 1 : 0;
    }
    pool.shutdown();

    assertThat(made).isEqualTo(1);
    assertThat(store.users()).hasSize(1);
    assertThat(accounts.needsSetup()).isFalse();
    assertThat(data.resolve("setup-token")).doesNotExist();
    assertThat(accounts.setUp(token, "eve", PASSWORD)).isEmpty();
  }

  @Test
  void takesNoWrongOrOldSetupToken() throws Exception {
    accounts.welcome();

    assertThat(accounts.setUp("AAAAAAAAAAAAAAAAAAAAAA", "ada", PASSWORD)).isEmpty();
    clock.advance(Duration.ofMinutes(61));
    assertThat(accounts.setUp(printedToken(), "ada", PASSWORD)).isEmpty();
  }

  @Test
  void keepsTheSetupTokenWhenThePasswordIsNotGoodEnough() throws Exception {
    accounts.welcome();

    assertThatExceptionOfType(InvalidSettingsException.class)
        .isThrownBy(() -> accounts.setUp(printedToken(), "bad name!", "short"))
        .satisfies(
            e ->
                assertThat(e.problems())
                    .extracting(InvalidSettingsException.Problem::pointer)
                    .containsExactly("/username", "/password"));
    assertThat(accounts.setUp(printedToken(), "ada", PASSWORD)).isPresent();
  }

  @Test
  void makesTheAdminFromTheEnvironment() {
    accounts = accounts(Map.of("VIGIL_ADMIN_PASSWORD", "vigil-test-1234"));
    accounts.welcome();

    assertThat(out.size()).isZero();
    assertThat(accounts.signIn("admin", "vigil-test-1234", "a"))
        .isInstanceOf(SignIn.Accepted.class);
    assertThat(accounts.users().get(0).role()).isEqualTo(Role.ADMIN);
  }

  @Test
  void makesTheAdminFromAFileAndNeverChangesAnExistingOne() throws IOException {
    Path file = data.resolve("password");
    Files.writeString(file, PASSWORD + "\n");
    accounts(Map.of("VIGIL_ADMIN_PASSWORD_FILE", file.toString())).welcome();
    accounts = accounts(Map.of("VIGIL_ADMIN_PASSWORD", "another password altogether"));
    accounts.welcome();

    assertThat(signIn("admin").of().role()).isEqualTo(Role.ADMIN);
  }

  @Test
  void opensTheSetupLinkWhenThePasswordOfTheEnvironmentIsOfNoUse() {
    accounts = accounts(Map.of("VIGIL_ADMIN_PASSWORD", "short"));
    accounts.welcome();

    assertThat(printedToken()).isNotEmpty();
    assertThat(store.users()).isEmpty();
  }

  @Test
  void keepsOnlyHashes() throws Exception {
    accounts.addUser("ada", PASSWORD, Role.ADMIN, Optional.empty());
    Issued<Identity> session = signIn("ada");

    assertThat(store.users().toString() + store.grants(true))
        .contains("$argon2id$v=19$m=19456,t=2,p=1$")
        .doesNotContain(PASSWORD)
        .doesNotContain(session.secret());
    assertThat(session.toString()).doesNotContain(session.secret());
  }

  @Test
  void sessionsEndWhenTheyAreIdleAndAfterAWeekAnyhow() throws Exception {
    accounts.addUser("ada", PASSWORD, Role.ADMIN, Optional.empty());
    String idle = signIn("ada").secret();
    clock.advance(Duration.ofHours(12).plusSeconds(1));
    assertThat(accounts.session(idle)).isEmpty();

    String busy = signIn("ada").secret();
    for (int i = 0; i < 16; i++) {
      clock.advance(Duration.ofHours(10));
      assertThat(accounts.session(busy)).as("after %s hours", 10 * (i + 1)).isPresent();
    }
    clock.advance(Duration.ofHours(9));
    assertThat(accounts.session(busy)).isEmpty();
  }

  @Test
  void revokesAtOnce() throws Exception {
    accounts.addUser("ada", PASSWORD, Role.ADMIN, Optional.empty());
    accounts.addUser("bob", PASSWORD, Role.OPERATOR, Optional.empty());
    Issued<Identity> session = signIn("bob");
    var token =
        accounts.issueToken(session.of(), "t", Role.VIEWER, Optional.empty(), Optional.empty());
    assertThat(accounts.session(session.secret())).isPresent();
    assertThat(accounts.token(token.secret())).isPresent();

    accounts.changeUser("bob", Role.VIEWER, Optional.of(Set.of(YARD)), true);
    assertThat(accounts.session(session.secret())).as("after a change of role").isEmpty();
    assertThat(accounts.token(token.secret()).orElseThrow().cameras()).contains(Set.of(YARD));

    accounts.changeUser("bob", Role.VIEWER, Optional.empty(), false);
    assertThat(accounts.token(token.secret())).as("of a disabled user").isEmpty();
    accounts.changeUser("bob", Role.VIEWER, Optional.empty(), true);
    assertThat(accounts.revokeToken(token.of().id())).isTrue();
    assertThat(accounts.token(token.secret())).isEmpty();

    String again = signIn("bob").secret();
    accounts.changePassword("bob", PASSWORD + "!");
    assertThat(accounts.session(again)).as("after a new password").isEmpty();
    assertThat(accounts.signIn("bob", PASSWORD, "x")).isInstanceOf(SignIn.Refused.class);
  }

  @Test
  void aTokenIsNoSessionAndTheOtherWayRound() throws Exception {
    accounts.addUser("ada", PASSWORD, Role.ADMIN, Optional.empty());
    Issued<Identity> session = signIn("ada");
    var token =
        accounts.issueToken(session.of(), "t", Role.ADMIN, Optional.empty(), Optional.empty());

    assertThat(accounts.session(token.secret())).isEmpty();
    assertThat(accounts.token(session.secret())).isEmpty();
    assertThat(accounts.revokeToken(session.of().session())).isFalse();
    assertThat(accounts.session(session.secret())).isPresent();
  }

  @Test
  void tokensEndAndAreNeverMoreThanTheirOwner() throws Exception {
    accounts.addUser("ada", PASSWORD, Role.ADMIN, Optional.empty());
    accounts.addUser("bob", PASSWORD, Role.OPERATOR, Optional.of(Set.of(YARD)));
    Identity bob = signIn("bob").of();

    assertThatExceptionOfType(InvalidSettingsException.class)
        .isThrownBy(
            () ->
                accounts.issueToken(
                    bob,
                    "\u0007",
                    Role.ADMIN,
                    Optional.of(Set.of(YARD, DOOR)),
                    Optional.of(clock.instant())))
        .satisfies(
            e ->
                assertThat(e.problems())
                    .extracting(InvalidSettingsException.Problem::pointer)
                    .containsExactly("/name", "/role", "/cameras", "/expiresAt"));
    var token =
        accounts.issueToken(
            bob,
            "t",
            Role.OPERATOR,
            Optional.of(Set.of(YARD)),
            Optional.of(clock.instant().plusSeconds(60)));
    assertThat(accounts.token(token.secret())).isPresent();
    accounts.changeUser("bob", Role.VIEWER, Optional.of(Set.of(DOOR)), true);
    Identity now = accounts.token(token.secret()).orElseThrow();
    assertThat(now.role()).isEqualTo(Role.VIEWER);
    assertThat(now.cameras()).contains(Set.of());
    clock.advance(Duration.ofSeconds(60));
    assertThat(accounts.token(token.secret())).isEmpty();
  }

  @Test
  void knowsThoseItHasSeenWhileTheDatabaseIsAway() throws Exception {
    accounts.addUser("ada", PASSWORD, Role.ADMIN, Optional.empty());
    Issued<Identity> seen = signIn("ada");
    Issued<Identity> unseen = signIn("ada");
    accounts.session(seen.secret());
    store.goAway(true);
    clock.advance(Duration.ofMinutes(20));

    assertThat(accounts.session(seen.secret())).isPresent();
    assertThatExceptionOfType(StoreUnavailableException.class)
        .isThrownBy(() -> accounts.session(unseen.secret()));
    assertThatExceptionOfType(StoreUnavailableException.class)
        .isThrownBy(() -> accounts.signIn("ada", PASSWORD, "x"));
    clock.advance(Duration.ofHours(13));
    assertThat(accounts.session(seen.secret())).as("idle").isEmpty();
  }

  @Test
  void looksASessionUpOnceInTenSeconds() throws Exception {
    accounts.addUser("ada", PASSWORD, Role.ADMIN, Optional.empty());
    String secret = signIn("ada").secret();
    for (int i = 0; i < 100; i++) {
      accounts.session(secret);
    }
    assertThat(store.grantLookups).isEqualTo(1);
  }

  @Test
  void alwaysLeavesAnAdmin() throws Exception {
    accounts.addUser("ada", PASSWORD, Role.ADMIN, Optional.empty());
    accounts.addUser("bob", PASSWORD, Role.ADMIN, Optional.of(Set.of(YARD)));

    assertThatIllegalStateException().isThrownBy(() -> accounts.removeUser("ada"));
    for (var change :
        List.<Callable<?>>of(
            () -> accounts.changeUser("ada", Role.VIEWER, Optional.empty(), true),
            () -> accounts.changeUser("ada", Role.ADMIN, Optional.of(Set.of()), true),
            () -> accounts.changeUser("ada", Role.ADMIN, Optional.empty(), false))) {
      assertThatExceptionOfType(InvalidSettingsException.class).isThrownBy(change::call);
    }
    accounts.changeUser("bob", Role.ADMIN, Optional.empty(), true);
    assertThat(accounts.removeUser("ada")).isTrue();
  }

  @Test
  void slowsAGuesserDownWithoutLockingTheOwnerOut() throws Exception {
    accounts.addUser("ada", PASSWORD, Role.ADMIN, Optional.empty());
    int tried = 0;
    for (int i = 0; i < 60; i++) {
      if (accounts.signIn("ada", "guess " + i, "203.0.113.9") instanceof SignIn.Refused) {
        tried++;
      }
      clock.advance(Duration.ofSeconds(1));
    }
    assertThat(tried).isBetween(5, 11);
    assertThat(accounts.signIn("ada", PASSWORD, "203.0.113.9"))
        .isInstanceOf(SignIn.Throttled.class);
    assertThat(signIn("ada").of().username()).isEqualTo("ada");
    assertThat(store.audit).contains("ada sign-in denied", "ada sign-in ok");
  }

  @Test
  void takesAsLongForAnUnknownUser() throws Exception {
    accounts.addUser("ada", PASSWORD, Role.ADMIN, Optional.empty());
    long known = Math.min(time("ada"), Math.min(time("ada"), time("ada")));
    long unknown = time("eve");

    assertThat(unknown).isGreaterThan(known / 4);
  }

  private long time(String username) {
    long start = System.nanoTime();
    assertThat(accounts.signIn(username, "wrong", "198.51.100." + username.length()))
        .isInstanceOf(SignIn.Refused.class);
    return System.nanoTime() - start;
  }
}
