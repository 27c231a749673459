package io.vigilnvr.api.auth;

import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.plugin.InvalidSettingsException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Users, their login sessions and their tokens. Thread-safe. Passwords are hashed with Argon2id
 * (RFC 9106); session ids and tokens are random 256 bits, of which only a SHA-256 is kept.
 */
@ProviderType
public interface Accounts {
  /** A user. */
  record User(
      String username,
      Role role,
      Optional<Set<CameraId>> cameras,
      boolean enabled,
      Instant createdAt) {}

  /** A token without its secret. */
  record Token(
      String id,
      String username,
      String name,
      Role role,
      Optional<Set<CameraId>> cameras,
      Instant createdAt,
      Optional<Instant> expiresAt) {}

  /** A secret that is shown once, and what it belongs to. */
  record Issued<T>(T of, String secret) {
    @Override
    public String toString() {
      return "Issued[" + of + ", ***]";
    }
  }

  /** What came of a try to sign in. */
  sealed interface SignIn {
    record Accepted(Issued<Identity> session) implements SignIn {}

    /** Wrong name or password; which, is not said. */
    record Refused() implements SignIn {}

    /** Too many tries. */
    record Throttled(Duration retryAfter) implements SignIn {}
  }

  /** Whether there is no user yet, so that {@link #setUp} is open. */
  boolean needsSetup();

  /**
   * Makes the first admin.
   *
   * @param token the one-time setup token
   * @return empty if the token is wrong or there is an admin already
   */
  Optional<User> setUp(String token, String username, String password)
      throws InvalidSettingsException;

  /**
   * @param from the client's address, for throttling
   */
  SignIn signIn(String username, String password, String from);

  /** Who has this session secret, if it is good. Renews its idle time. */
  Optional<Identity> session(String secret);

  void signOut(String sessionSecret);

  /**
   * Who has this session or token secret, if it is good. Is no use of it: a page that is only open
   * does not keep its session from ending.
   */
  Optional<Identity> peek(String secret);

  /** Who has this token secret, if it is good. */
  Optional<Identity> token(String secret);

  /**
   * @param role at most the identity's own
   * @param cameras at most the identity's own
   */
  Issued<Token> issueToken(
      Identity who,
      String name,
      Role role,
      Optional<Set<CameraId>> cameras,
      Optional<Instant> expiresAt)
      throws InvalidSettingsException;

  /** Those of the user; all if empty. */
  List<Token> tokens(Optional<String> username);

  boolean revokeToken(String id);

  List<User> users();

  User addUser(String username, String password, Role role, Optional<Set<CameraId>> cameras)
      throws InvalidSettingsException;

  /** Ends all their sessions. */
  User changeUser(String username, Role role, Optional<Set<CameraId>> cameras, boolean enabled)
      throws InvalidSettingsException;

  /** Ends all their sessions. */
  void changePassword(String username, String password) throws InvalidSettingsException;

  /**
   * Removes the user, their sessions and tokens; says whether there was one.
   *
   * @throws IllegalStateException if no admin would be left
   */
  boolean removeUser(String username);
}
