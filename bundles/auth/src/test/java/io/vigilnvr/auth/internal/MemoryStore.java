package io.vigilnvr.auth.internal;

import io.vigilnvr.api.auth.AccountStore;
import io.vigilnvr.api.record.StoreUnavailableException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A database in memory that can go away. */
final class MemoryStore implements AccountStore {
  private final Map<String, StoredUser> users = new LinkedHashMap<>();
  private final Map<String, StoredGrant> grants = new LinkedHashMap<>();
  final List<String> audit = new ArrayList<>();
  private boolean away;
  int grantLookups;

  synchronized void goAway(boolean away) {
    this.away = away;
  }

  private void check() {
    if (away) {
      throw new StoreUnavailableException("away", new IllegalStateException("away"));
    }
  }

  @Override
  public synchronized List<StoredUser> users() {
    check();
    return List.copyOf(users.values());
  }

  @Override
  public synchronized Optional<StoredUser> user(String username) {
    check();
    return Optional.ofNullable(users.get(username));
  }

  @Override
  public synchronized boolean insert(StoredUser user) {
    check();
    return users.putIfAbsent(user.username(), user) == null;
  }

  @Override
  public synchronized boolean insertFirst(StoredUser user) {
    check();
    return users.isEmpty() && insert(user);
  }

  @Override
  public synchronized boolean replace(StoredUser user) {
    check();
    return users.replace(user.username(), user) != null;
  }

  @Override
  public synchronized boolean removeUser(String username) {
    check();
    grants.values().removeIf(grant -> grant.username().equals(username));
    return users.remove(username) != null;
  }

  @Override
  public synchronized void insert(StoredGrant grant) {
    check();
    grants.put(grant.id(), grant);
  }

  @Override
  public synchronized Optional<StoredGrant> grant(String secretHash) {
    check();
    grantLookups++;
    return grants.values().stream().filter(one -> one.secretHash().equals(secretHash)).findFirst();
  }

  @Override
  public synchronized List<StoredGrant> grants(boolean sessions) {
    check();
    return grants.values().stream().filter(one -> one.session() == sessions).toList();
  }

  @Override
  public synchronized void renew(String grantId, Instant expiresAt) {
    check();
    grants.computeIfPresent(
        grantId,
        (id, one) ->
            new StoredGrant(
                id,
                one.secretHash(),
                one.session(),
                one.username(),
                one.name(),
                one.role(),
                one.cameras(),
                one.createdAt(),
                Optional.of(expiresAt)));
  }

  @Override
  public synchronized boolean removeGrant(String id) {
    check();
    return grants.remove(id) != null;
  }

  @Override
  public synchronized void removeSessions(String username) {
    check();
    grants.values().removeIf(one -> one.session() && one.username().equals(username));
  }

  @Override
  public synchronized void removeExpired(Instant now) {
    check();
    grants.values().removeIf(one -> one.expiresAt().filter(end -> !end.isAfter(now)).isPresent());
  }

  @Override
  public synchronized void audit(
      Instant at, String username, String from, String action, String target, String outcome) {
    check();
    audit.add(username + " " + action + " " + outcome);
  }

  @Override
  public synchronized List<AuditEntry> audit(long beforeId, int limit) {
    throw new UnsupportedOperationException();
  }
}
