package io.vigilnvr.store.internal;

import io.vigilnvr.api.record.StoreUnavailableException;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.persistence.EntityManager;
import javax.persistence.PersistenceException;

/** Runs work in a transaction: all of it happens, or nothing. Thread-safe. */
interface Transactions {
  /**
   * @throws StoreUnavailableException if the database is away
   * @throws PersistenceException if it refused what was asked of it
   */
  <T> T call(Function<EntityManager, T> work);

  default void run(Consumer<EntityManager> work) {
    call(
        entities -> {
          work.accept(entities);
          return true;
        });
  }
}
