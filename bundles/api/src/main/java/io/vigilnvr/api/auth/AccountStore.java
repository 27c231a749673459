package io.vigilnvr.api.auth;

import io.vigilnvr.api.camera.CameraId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Keeps accounts and the audit in the database. Thread-safe; every call is one transaction and
 * throws {@link io.vigilnvr.api.record.StoreUnavailableException} while the database is away.
 */
@ProviderType
public interface AccountStore {
  /**
   * @param passwordHash PHC string ({@code $argon2id$…})
   */
  record StoredUser(
      String username,
      String passwordHash,
      Role role,
      Optional<Set<CameraId>> cameras,
      boolean enabled,
      Instant createdAt) {}

  /**
   * A login session or a token.
   *
   * @param secretHash SHA-256, hex, of what its owner holds
   * @param name empty for a session
   */
  record StoredGrant(
      String id,
      String secretHash,
      boolean session,
      String username,
      String name,
      Role role,
      Optional<Set<CameraId>> cameras,
      Instant createdAt,
      Optional<Instant> expiresAt) {}

  /**
   * @param outcome {@code ok} or {@code denied}
   */
  record AuditEntry(
      long id,
      Instant at,
      String username,
      String from,
      String action,
      String target,
      String outcome) {}

  List<StoredUser> users();

  Optional<StoredUser> user(String username);

  /** Says whether the name was free. */
  boolean insert(StoredUser user);

  /** Makes the user only if there is none at all; says whether it did. */
  boolean insertFirst(StoredUser user);

  boolean replace(StoredUser user);

  /** Removes the user and their grants. */
  boolean removeUser(String username);

  void insert(StoredGrant grant);

  Optional<StoredGrant> grant(String secretHash);

  List<StoredGrant> grants(boolean sessions);

  void renew(String grantId, Instant expiresAt);

  boolean removeGrant(String id);

  /** Ends the user's login sessions. */
  void removeSessions(String username);

  void removeExpired(Instant now);

  void audit(
      Instant at, String username, String from, String action, String target, String outcome);

  /** Newest first, those with a smaller id than {@code beforeId}. */
  List<AuditEntry> audit(long beforeId, int limit);
}
