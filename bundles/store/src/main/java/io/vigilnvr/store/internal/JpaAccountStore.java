package io.vigilnvr.store.internal;

import io.vigilnvr.api.auth.AccountStore;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.persistence.EntityManager;
import javax.persistence.LockModeType;
import org.apache.aries.jpa.template.JpaTemplate;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Accounts and the audit as JPA entities. */
@Component
public final class JpaAccountStore implements AccountStore {
  private final Transactions transactions;

  @Activate
  public JpaAccountStore(
      @Reference(target = "(osgi.unit.name=vigil)") JpaTemplate jpa, @Reference Lease lease) {
    this(new JpaTransactions(jpa, lease));
  }

  JpaAccountStore(Transactions transactions) {
    this.transactions = transactions;
  }

  @Override
  public List<StoredUser> users() {
    return transactions.call(
        entities ->
            entities
                .createQuery("select a from AccountRow a order by a.username", AccountRow.class)
                .getResultStream()
                .map(AccountRow::stored)
                .toList());
  }

  @Override
  public Optional<StoredUser> user(String username) {
    return transactions.call(
        entities ->
            Optional.ofNullable(entities.find(AccountRow.class, username)).map(AccountRow::stored));
  }

  @Override
  public boolean insert(StoredUser user) {
    return transactions.call(
        entities -> {
          lockAccounts(entities);
          return entities.find(AccountRow.class, user.username()) == null
              && persist(entities, user);
        });
  }

  @Override
  public boolean insertFirst(StoredUser user) {
    return transactions.call(
        entities -> {
          lockAccounts(entities);
          return count(entities) == 0 && persist(entities, user);
        });
  }

  /** Accounts are added one at a time, so that what was just read about them stays true. */
  private static void lockAccounts(EntityManager entities) {
    entities.createNativeQuery("LOCK TABLE account IN SHARE ROW EXCLUSIVE MODE").executeUpdate();
  }

  private static long count(EntityManager entities) {
    return entities.createQuery("select count(a) from AccountRow a", Long.class).getSingleResult();
  }

  private static boolean persist(EntityManager entities, StoredUser user) {
    entities.persist(new AccountRow(user));
    return true;
  }

  @Override
  public boolean replace(StoredUser user) {
    return transactions.call(
        entities -> {
          AccountRow row =
              entities.find(AccountRow.class, user.username(), LockModeType.PESSIMISTIC_WRITE);
          if (row == null) {
            return false;
          }
          row.set(user);
          return true;
        });
  }

  @Override
  public boolean removeUser(String username) {
    return transactions.call(
            entities -> {
              // What they shared stays with the others.
              entities
                  .createQuery(
                      "delete from ViewRow v where v.owner = :username and v.shared = false")
                  .setParameter("username", username)
                  .executeUpdate();
              return entities
                  .createQuery("delete from AccountRow a where a.username = :username")
                  .setParameter("username", username)
                  .executeUpdate();
            })
        > 0;
  }

  @Override
  public void insert(StoredGrant grant) {
    transactions.run(entities -> entities.persist(new GrantRow(grant)));
  }

  @Override
  public Optional<StoredGrant> grant(String secretHash) {
    return transactions.call(
        entities ->
            entities
                .createQuery("select g from GrantRow g where g.secretHash = :hash", GrantRow.class)
                .setParameter("hash", secretHash)
                .getResultStream()
                .findFirst()
                .map(GrantRow::stored));
  }

  @Override
  public List<StoredGrant> grants(boolean sessions) {
    return transactions.call(
        entities ->
            entities
                .createQuery(
                    "select g from GrantRow g where g.session = :session"
                        + " order by g.createdAt, g.id",
                    GrantRow.class)
                .setParameter("session", sessions)
                .getResultStream()
                .map(GrantRow::stored)
                .toList());
  }

  @Override
  public void renew(String grantId, Instant expiresAt) {
    transactions.run(
        entities ->
            entities
                .createQuery("update GrantRow g set g.expiresAt = :at where g.id = :id")
                .setParameter("at", expiresAt)
                .setParameter("id", grantId)
                .executeUpdate());
  }

  @Override
  public boolean removeGrant(String id) {
    return transactions.call(
            entities ->
                entities
                    .createQuery("delete from GrantRow g where g.id = :id")
                    .setParameter("id", id)
                    .executeUpdate())
        > 0;
  }

  @Override
  public void removeSessions(String username) {
    transactions.run(
        entities ->
            entities
                .createQuery(
                    "delete from GrantRow g where g.username = :username and g.session = true")
                .setParameter("username", username)
                .executeUpdate());
  }

  @Override
  public void removeExpired(Instant now) {
    transactions.run(
        entities ->
            entities
                .createQuery("delete from GrantRow g where g.expiresAt <= :now")
                .setParameter("now", now)
                .executeUpdate());
  }

  @Override
  public void audit(
      Instant at, String username, String from, String action, String target, String outcome) {
    transactions.run(
        entities -> entities.persist(new AuditRow(at, username, from, action, target, outcome)));
  }

  @Override
  public List<AuditEntry> audit(long beforeId, int limit) {
    return transactions.call(
        entities ->
            entities
                .createQuery(
                    "select e from AuditRow e where e.id < :before order by e.id desc",
                    AuditRow.class)
                .setParameter("before", beforeId)
                .setMaxResults(limit)
                .getResultStream()
                .map(AuditRow::entry)
                .toList());
  }
}
