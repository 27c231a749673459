package io.vigilnvr.store.internal;

import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.CameraStore;
import java.util.List;
import java.util.Optional;
import javax.persistence.LockModeType;
import org.apache.aries.jpa.template.JpaTemplate;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Cameras as JPA entities. */
@Component
public final class JpaCameraStore implements CameraStore {
  private final Transactions transactions;

  @Activate
  public JpaCameraStore(
      @Reference(target = "(osgi.unit.name=vigil)") JpaTemplate jpa, @Reference Lease lease) {
    this(new JpaTransactions(jpa, lease));
  }

  JpaCameraStore(Transactions transactions) {
    this.transactions = transactions;
  }

  @Override
  public List<Stored> cameras() {
    return transactions.call(
        entities ->
            entities
                .createQuery("select c from CameraRow c order by c.id", CameraRow.class)
                .getResultStream()
                .map(CameraRow::stored)
                .toList());
  }

  @Override
  public void insert(Stored camera) {
    transactions.run(entities -> entities.persist(new CameraRow(camera)));
  }

  @Override
  public boolean replace(Stored camera, long version) {
    return transactions.call(
        entities -> {
          String id = camera.camera().id().value();
          CameraRow row = entities.find(CameraRow.class, id, LockModeType.PESSIMISTIC_WRITE);
          if (row == null || row.version() != version) {
            return false;
          }
          row.set(camera);
          return true;
        });
  }

  @Override
  public boolean delete(CameraId id) {
    return transactions.call(
        entities -> {
          CameraRow row = entities.find(CameraRow.class, id.value());
          if (row == null) {
            return false;
          }
          entities.remove(row);
          return true;
        });
  }

  @Override
  public Optional<Stored> camera(CameraId id) {
    return transactions.call(
        entities ->
            Optional.ofNullable(entities.find(CameraRow.class, id.value())).map(CameraRow::stored));
  }
}
