package io.vigilnvr.auth.internal;

import io.vigilnvr.api.auth.AccountStore;
import io.vigilnvr.api.auth.AccountStore.StoredGrant;
import io.vigilnvr.api.auth.AccountStore.StoredUser;
import io.vigilnvr.api.auth.Accounts;
import io.vigilnvr.api.auth.Identity;
import io.vigilnvr.api.auth.Role;
import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.event.Change;
import io.vigilnvr.api.event.ChangeObserver;
import io.vigilnvr.api.health.HealthCheck;
import io.vigilnvr.api.plugin.InvalidSettingsException;
import io.vigilnvr.api.plugin.InvalidSettingsException.Problem;
import io.vigilnvr.api.record.StoreUnavailableException;
import io.vigilnvr.api.task.Tasks;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.component.annotations.ReferenceScope;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accounts kept in the database, which may be away: whoever was seen in this life stays signed in
 * from memory then, and nobody new gets in.
 *
 * <p>A grant seen within the last seconds is not looked up again, so that a request costs no query.
 * What is revoked here is forgotten at once; what another node revokes, within those seconds.
 */
@Component(
    immediate = true,
    service = {Accounts.class, HealthCheck.class})
public final class StoredAccounts implements Accounts, HealthCheck {
  private static final Logger log = LoggerFactory.getLogger(StoredAccounts.class);

  private static final Duration IDLE = Duration.ofHours(12);
  private static final Duration ABSOLUTE = Duration.ofDays(7);

  /** A session's idle time is not written more often than this. */
  private static final Duration RENEWAL = Duration.ofMinutes(5);

  private static final Duration FRESH = Duration.ofSeconds(10);
  private static final Duration HOUSEKEEPING = Duration.ofMinutes(10);
  private static final Duration HASH_PATIENCE = Duration.ofSeconds(5);
  private static final int MOST_KNOWN = 10_000;
  private static final String TOKEN_PREFIX = "vgl_";

  private final Clock clock;
  private final FirstUser firstUser;
  private final PasswordRules rules = new PasswordRules();
  private final SignInThrottle throttle = new SignInThrottle();

  /** A hash takes 19 MiB and a core: two at once are enough for a house, and bound an attack. */
  private final Semaphore hashing = new Semaphore(2, true);

  /** What an unknown user's password is compared with, so that both take the same time. */
  private final PasswordHash nobody = PasswordHash.of(Secrets.random(256));

  /** Guards {@link #known} and {@link #revocations}. */
  private final Object memory = new Object();

  /** By the hash of the secret. */
  private final Map<String, Known> known = new HashMap<>();

  /** Counts revocations: what was read before one is not kept after it. */
  private long revocations;

  /** Guards changes that depend on other users: there is always an admin left. */
  private final Object changes = new Object();

  /** Notified when the store comes; guards nothing else. */
  private final Object arrival = new Object();

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile List<ChangeObserver> observers = List.of();

  private volatile @Nullable AccountStore store;
  private volatile boolean haveUsers;

  /** Whether the first user was seen to in this life, so that somebody can sign in or set up. */
  private volatile boolean open;

  private record Known(StoredGrant grant, StoredUser user, Instant seenAt) {}

  @Activate
  public StoredAccounts(
      BundleContext context,
      @Reference Clock clock,
      @Reference(scope = ReferenceScope.PROTOTYPE_REQUIRED) Tasks tasks) {
    this(clock, DataFolder.of(context), System.getenv(), System.out);
    tasks.start("accounts", this::keepHouse);
  }

  StoredAccounts(Clock clock, Path data, Map<String, String> environment, PrintStream out) {
    this.clock = clock;
    this.firstUser = new FirstUser(data, environment, out);
  }

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bindStore(AccountStore store) {
    this.store = store;
    synchronized (arrival) {
      arrival.notifyAll();
    }
  }

  void unbindStore(AccountStore store) {
    if (this.store == store) {
      this.store = null;
    }
  }

  @Override
  public String name() {
    return "accounts";
  }

  @Override
  public Optional<String> problem() {
    return open && store != null ? Optional.empty() : Optional.of("nobody can sign in yet");
  }

  /** Waits for the store, sees to the first user, and removes what has expired, now and then. */
  private void keepHouse() throws InterruptedException {
    while (true) {
      boolean done = false;
      if (store != null) {
        try {
          welcome();
          open = true;
          removeExpired();
          done = true;
        } catch (StoreUnavailableException e) {
          log.debug("the accounts are not there yet", e);
        }
      }
      synchronized (arrival) {
        if (done || store == null) {
          arrival.wait(HOUSEKEEPING.toMillis());
        } else {
          arrival.wait(1000);
        }
      }
    }
  }

  /** Opens the way for the first user, once, as long as there is none. */
  void welcome() {
    if (!needsSetup()) {
      firstUser.close();
      return;
    }
    Optional<String> password = firstUser.unattendedPassword();
    if (password.isEmpty()) {
      firstUser.open(clock.instant());
      return;
    }
    var admin =
        new StoredUser(
            "admin",
            PasswordHash.of(password.get()).phc(),
            Role.ADMIN,
            Optional.empty(),
            true,
            clock.instant());
    if (store().insertFirst(admin)) {
      log.info("made the user admin with the password from the environment");
      audit("admin", "", "setup", "admin", "ok");
    }
    haveUsers = true;
    firstUser.close();
  }

  private void removeExpired() {
    Instant now = clock.instant();
    store().removeExpired(now);
    synchronized (memory) {
      known.values().removeIf(one -> !isGood(one, now));
    }
  }

  @Override
  public boolean needsSetup() {
    if (haveUsers) {
      return false;
    }
    haveUsers = !store().users().isEmpty();
    return !haveUsers;
  }

  @Override
  public Optional<User> setUp(String token, String username, String password)
      throws InvalidSettingsException {
    Instant now = clock.instant();
    if (!needsSetup() || !firstUser.accepts(token, now)) {
      return Optional.empty();
    }
    checkNew(username, password);
    var user = new StoredUser(username, hash(password), Role.ADMIN, Optional.empty(), true, now);
    if (!store().insertFirst(user)) {
      haveUsers = true;
      return Optional.empty();
    }
    haveUsers = true;
    firstUser.close();
    log.info("the first admin is {}", username);
    audit(username, "", "setup", username, "ok");
    return Optional.of(userOf(user));
  }

  @Override
  public SignIn signIn(String username, String password, String from) {
    Instant now = clock.instant();
    Optional<Duration> wait = throttle.attempt(username, from, now);
    if (wait.isPresent()) {
      return new SignIn.Throttled(wait.get());
    }
    Optional<StoredUser> user = store().user(username);
    PasswordHash expected =
        user.flatMap(one -> PasswordHash.parse(one.passwordHash())).orElse(nobody);
    boolean right;
    try {
      if (!hashing.tryAcquire(HASH_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        return new SignIn.Throttled(Duration.ofSeconds(2));
      }
      try {
        right = expected.matches(password);
      } finally {
        hashing.release();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new SignIn.Throttled(Duration.ofSeconds(2));
    }
    if (!right || user.isEmpty() || !user.get().enabled()) {
      log.info("sign-in refused from {}", from);
      audit(
          PasswordRules.username(username).isEmpty() ? username : "?",
          from,
          "sign-in",
          "",
          "denied");
      return new SignIn.Refused();
    }
    throttle.succeeded(username, from);
    if (expected.isOutdated()) {
      store().replace(withPassword(user.get(), hash(password)));
    }
    String secret = Secrets.random(256);
    var grant =
        new StoredGrant(
            Secrets.id(),
            Secrets.hash(secret),
            true,
            username,
            "",
            user.get().role(),
            user.get().cameras(),
            now,
            Optional.of(now.plus(IDLE)));
    store().insert(grant);
    audit(username, from, "sign-in", "", "ok");
    return new SignIn.Accepted(new Issued<>(identity(grant, user.get()), secret));
  }

  @Override
  public Optional<Identity> session(String secret) {
    Optional<Known> found = find(secret, true);
    found.ifPresent(this::renew);
    return found.map(one -> identity(one.grant(), one.user()));
  }

  @Override
  public Optional<Identity> peek(String secret) {
    return find(secret, !secret.startsWith(TOKEN_PREFIX))
        .map(one -> identity(one.grant(), one.user()));
  }

  @Override
  public Optional<Identity> token(String secret) {
    return secret.startsWith(TOKEN_PREFIX)
        ? find(secret, false).map(one -> identity(one.grant(), one.user()))
        : Optional.empty();
  }

  private Optional<Known> find(String secret, boolean session) {
    if (secret.length() < 40 || secret.length() > 64) {
      return Optional.empty();
    }
    String hash = Secrets.hash(secret);
    Instant now = clock.instant();
    Known before;
    long revocationsBefore;
    synchronized (memory) {
      before = known.get(hash);
      revocationsBefore = revocations;
    }
    Optional<Known> found;
    if (before != null && Duration.between(before.seenAt(), now).abs().compareTo(FRESH) < 0) {
      found = Optional.of(before);
    } else {
      try {
        found = read(hash, now);
        remember(hash, found, revocationsBefore);
      } catch (StoreUnavailableException e) {
        if (before == null) {
          throw e;
        }
        found = Optional.of(before);
      }
    }
    return found.filter(one -> one.grant().session() == session && isGood(one, now));
  }

  private Optional<Known> read(String hash, Instant now) {
    AccountStore store = store();
    return store
        .grant(hash)
        .flatMap(grant -> store.user(grant.username()).map(user -> new Known(grant, user, now)));
  }

  private void remember(String hash, Optional<Known> found, long revocationsBefore) {
    synchronized (memory) {
      if (found.isEmpty()) {
        known.remove(hash);
      } else if (revocations == revocationsBefore) {
        if (known.size() >= MOST_KNOWN) {
          known.clear();
        }
        known.put(hash, found.get());
      }
    }
  }

  private static boolean isGood(Known one, Instant now) {
    StoredGrant grant = one.grant();
    return one.user().enabled()
        && grant.expiresAt().map(now::isBefore).orElse(true)
        && (!grant.session() || now.isBefore(grant.createdAt().plus(ABSOLUTE)));
  }

  private void renew(Known one) {
    StoredGrant grant = one.grant();
    Instant latest = grant.createdAt().plus(ABSOLUTE);
    Instant wanted = clock.instant().plus(IDLE);
    Instant expiresAt = wanted.isBefore(latest) ? wanted : latest;
    if (grant.expiresAt().isPresent()
        && expiresAt.isBefore(grant.expiresAt().get().plus(RENEWAL))) {
      return;
    }
    var renewed =
        new StoredGrant(
            grant.id(),
            grant.secretHash(),
            true,
            grant.username(),
            grant.name(),
            grant.role(),
            grant.cameras(),
            grant.createdAt(),
            Optional.of(expiresAt));
    synchronized (memory) {
      known.computeIfPresent(
          grant.secretHash(), (hash, now) -> new Known(renewed, now.user(), now.seenAt()));
    }
    try {
      store().renew(grant.id(), expiresAt);
    } catch (StoreUnavailableException e) {
      log.debug("a session could not be renewed in the database", e);
    }
  }

  private static Identity identity(StoredGrant grant, StoredUser user) {
    Role role = grant.role().compareTo(user.role()) > 0 ? grant.role() : user.role();
    Optional<Set<CameraId>> cameras = both(grant.cameras(), user.cameras());
    return new Identity(user.username(), role, cameras, grant.id());
  }

  private static Optional<Set<CameraId>> both(
      Optional<Set<CameraId>> one, Optional<Set<CameraId>> other) {
    if (one.isEmpty()) {
      return other;
    }
    if (other.isEmpty()) {
      return one;
    }
    var both = new HashSet<>(one.get());
    both.retainAll(other.get());
    return Optional.of(both);
  }

  @Override
  public void signOut(String sessionSecret) {
    String hash = Secrets.hash(sessionSecret);
    Optional<StoredGrant> grant = store().grant(hash);
    if (grant.isPresent() && grant.get().session()) {
      store().removeGrant(grant.get().id());
      audit(grant.get().username(), "", "sign-out", "", "ok");
    }
    forget(one -> one.grant().secretHash().equals(hash));
  }

  @Override
  public Issued<Token> issueToken(
      Identity who,
      String name,
      Role role,
      Optional<Set<CameraId>> cameras,
      Optional<Instant> expiresAt)
      throws InvalidSettingsException {
    Instant now = clock.instant();
    var problems = new ArrayList<Problem>();
    if (name.isBlank() || name.length() > 100 || name.chars().anyMatch(Character::isISOControl)) {
      problems.add(new Problem("/name", "must be 1 to 100 characters of text"));
    }
    if (role.compareTo(who.role()) < 0) {
      problems.add(new Problem("/role", "must not be more than your own: " + who.role().word()));
    }
    if (who.cameras().isPresent()
        && (cameras.isEmpty() || !who.cameras().get().containsAll(cameras.get()))) {
      problems.add(new Problem("/cameras", "must be among your own"));
    }
    if (expiresAt.isPresent() && !expiresAt.get().isAfter(now)) {
      problems.add(new Problem("/expiresAt", "must be in the future"));
    }
    if (!problems.isEmpty()) {
      throw new InvalidSettingsException(problems);
    }
    String secret = TOKEN_PREFIX + Secrets.random(256);
    var grant =
        new StoredGrant(
            Secrets.id(),
            Secrets.hash(secret),
            false,
            who.username(),
            name,
            role,
            cameras,
            now,
            expiresAt);
    store().insert(grant);
    audit(who.username(), "", "issue-token", grant.id(), "ok");
    return new Issued<>(tokenOf(grant), secret);
  }

  @Override
  public List<Token> tokens(Optional<String> username) {
    return store().grants(false).stream()
        .filter(grant -> username.isEmpty() || username.get().equals(grant.username()))
        .map(StoredAccounts::tokenOf)
        .toList();
  }

  @Override
  public boolean revokeToken(String id) {
    boolean token = store().grants(false).stream().anyMatch(grant -> grant.id().equals(id));
    boolean removed = token && store().removeGrant(id);
    forget(one -> !one.grant().session() && one.grant().id().equals(id));
    return removed;
  }

  @Override
  public List<User> users() {
    return store().users().stream().map(StoredAccounts::userOf).toList();
  }

  @Override
  public User addUser(String username, String password, Role role, Optional<Set<CameraId>> cameras)
      throws InvalidSettingsException {
    checkNew(username, password);
    var user = new StoredUser(username, hash(password), role, cameras, true, clock.instant());
    if (!store().insert(user)) {
      throw new InvalidSettingsException("/username", "is taken");
    }
    haveUsers = true;
    return userOf(user);
  }

  @Override
  public User changeUser(
      String username, Role role, Optional<Set<CameraId>> cameras, boolean enabled)
      throws InvalidSettingsException {
    synchronized (changes) {
      StoredUser before = existing(username);
      var after =
          new StoredUser(
              username, before.passwordHash(), role, cameras, enabled, before.createdAt());
      if (isLastAdmin(before) && !isFullAdmin(after)) {
        throw new InvalidSettingsException(
            !enabled ? "/enabled" : role == Role.ADMIN ? "/cameras" : "/role",
            "there must be an admin left");
      }
      store().replace(after);
      endSessions(username);
      return userOf(after);
    }
  }

  @Override
  public void changePassword(String username, String password) throws InvalidSettingsException {
    check(rules.password(username, password).stream());
    synchronized (changes) {
      store().replace(withPassword(existing(username), hash(password)));
      endSessions(username);
    }
  }

  @Override
  public boolean removeUser(String username) {
    synchronized (changes) {
      Optional<StoredUser> user = store().user(username);
      if (user.isPresent() && isLastAdmin(user.get())) {
        throw new IllegalStateException("there must be an admin left");
      }
      boolean removed = store().removeUser(username);
      forget(one -> one.user().username().equals(username));
      return removed;
    }
  }

  private void endSessions(String username) {
    try {
      store().removeSessions(username);
    } finally {
      forget(one -> one.user().username().equals(username));
    }
  }

  private void forget(Predicate<Known> which) {
    synchronized (memory) {
      revocations++;
      known.values().removeIf(which);
    }
    observers.forEach(observer -> observer.changed(new Change.AccessChanged()));
  }

  private StoredUser existing(String username) {
    return store()
        .user(username)
        .orElseThrow(() -> new NoSuchElementException("there is no such user"));
  }

  private boolean isLastAdmin(StoredUser user) {
    return isFullAdmin(user)
        && store().users().stream().filter(StoredAccounts::isFullAdmin).count() <= 1;
  }

  private static boolean isFullAdmin(StoredUser user) {
    return user.enabled() && user.role() == Role.ADMIN && user.cameras().isEmpty();
  }

  private String hash(String password) {
    hashing.acquireUninterruptibly();
    try {
      return PasswordHash.of(password).phc();
    } finally {
      hashing.release();
    }
  }

  private AccountStore store() {
    AccountStore present = store;
    if (present == null) {
      throw new StoreUnavailableException(
          "the database is away", new IllegalStateException("there is no AccountStore"));
    }
    return present;
  }

  private void audit(String username, String from, String action, String target, String outcome) {
    try {
      store().audit(clock.instant(), username, from, action, target, outcome);
    } catch (StoreUnavailableException e) {
      log.warn("not in the audit, the database is away: {} {} {}", username, action, outcome);
    }
  }

  private void checkNew(String username, String password) throws InvalidSettingsException {
    check(
        Stream.concat(
            PasswordRules.username(username).stream(),
            rules.password(username, password).stream()));
  }

  private static void check(Stream<Problem> found) throws InvalidSettingsException {
    List<Problem> problems = found.toList();
    if (!problems.isEmpty()) {
      throw new InvalidSettingsException(problems);
    }
  }

  private static StoredUser withPassword(StoredUser user, String hash) {
    return new StoredUser(
        user.username(), hash, user.role(), user.cameras(), user.enabled(), user.createdAt());
  }

  private static User userOf(StoredUser user) {
    return new User(user.username(), user.role(), user.cameras(), user.enabled(), user.createdAt());
  }

  private static Token tokenOf(StoredGrant grant) {
    return new Token(
        grant.id(),
        grant.username(),
        grant.name(),
        grant.role(),
        grant.cameras(),
        grant.createdAt(),
        grant.expiresAt());
  }
}
