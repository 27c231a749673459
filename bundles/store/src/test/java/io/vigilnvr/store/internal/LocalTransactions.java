package io.vigilnvr.store.internal;

import java.util.Map;
import java.util.function.Function;
import javax.persistence.EntityManager;
import javax.persistence.EntityManagerFactory;
import javax.persistence.Persistence;
import javax.sql.DataSource;

/** Transactions without OSGi: the same persistence units, made by Hibernate alone. */
final class LocalTransactions implements Transactions, AutoCloseable {
  private final EntityManagerFactory factory;

  LocalTransactions(String unit, DataSource source) {
    factory =
        Persistence.createEntityManagerFactory(
            unit,
            Map.of(
                "javax.persistence.nonJtaDataSource",
                source,
                "hibernate.hbm2ddl.auto",
                "validate"));
  }

  @Override
  public <T> T call(Function<EntityManager, T> work) {
    try {
      EntityManager entities = factory.createEntityManager();
      try {
        entities.getTransaction().begin();
        T result = work.apply(entities);
        entities.getTransaction().commit();
        return result;
      } finally {
        if (entities.getTransaction().isActive()) {
          entities.getTransaction().rollback();
        }
        entities.close();
      }
    } catch (RuntimeException e) {
      throw Failures.translate(e);
    }
  }

  @Override
  public void close() {
    factory.close();
  }
}
