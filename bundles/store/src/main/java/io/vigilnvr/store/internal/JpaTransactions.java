package io.vigilnvr.store.internal;

import java.util.function.Function;
import javax.persistence.EntityManager;
import org.apache.aries.jpa.template.JpaTemplate;

/** Transactions by Aries JPA, while we hold the database. */
final class JpaTransactions implements Transactions {
  private final JpaTemplate jpa;
  private final Lease lease;

  JpaTransactions(JpaTemplate jpa, Lease lease) {
    this.jpa = jpa;
    this.lease = lease;
  }

  @Override
  public <T> T call(Function<EntityManager, T> work) {
    lease.check();
    try {
      return jpa.txExpr(work::apply);
    } catch (RuntimeException e) {
      throw Failures.translate(e);
    }
  }
}
