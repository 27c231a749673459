package io.vigilnvr.store.internal;

import com.fasterxml.jackson.core.type.TypeReference;
import io.vigilnvr.api.view.SavedView;
import io.vigilnvr.api.view.ViewStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.persistence.LockModeType;
import org.apache.aries.jpa.template.JpaTemplate;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Views and preferences as JPA entities. */
@Component
public final class JpaViewStore implements ViewStore {
  private final Transactions transactions;

  @Activate
  public JpaViewStore(
      @Reference(target = "(osgi.unit.name=vigil)") JpaTemplate jpa, @Reference Lease lease) {
    this(new JpaTransactions(jpa, lease));
  }

  JpaViewStore(Transactions transactions) {
    this.transactions = transactions;
  }

  @Override
  public List<SavedView> views(String username) {
    return transactions.call(
        entities ->
            entities
                .createQuery(
                    "select v from ViewRow v where v.shared = true or v.owner = :username"
                        + " order by lower(v.name), v.id",
                    ViewRow.class)
                .setParameter("username", username)
                .getResultStream()
                .map(ViewRow::view)
                .toList());
  }

  @Override
  public Optional<SavedView> view(String id) {
    return transactions.call(
        entities -> Optional.ofNullable(entities.find(ViewRow.class, id)).map(ViewRow::view));
  }

  @Override
  public void insert(SavedView view) {
    transactions.run(entities -> entities.persist(new ViewRow(view)));
  }

  @Override
  public boolean replace(SavedView view) {
    return transactions.call(
        entities -> {
          ViewRow row = entities.find(ViewRow.class, view.id(), LockModeType.PESSIMISTIC_WRITE);
          if (row == null) {
            return false;
          }
          row.set(view);
          return true;
        });
  }

  @Override
  public boolean removeView(String id) {
    return transactions.call(
            entities ->
                entities
                    .createQuery("delete from ViewRow v where v.id = :id")
                    .setParameter("id", id)
                    .executeUpdate())
        > 0;
  }

  @Override
  public Map<String, Object> preferences(String username) {
    return transactions
        .call(entities -> Optional.ofNullable(entities.find(PreferenceRow.class, username)))
        .map(row -> Json.read(row.content(), new TypeReference<Map<String, Object>>() {}))
        .orElse(Map.of());
  }

  @Override
  public boolean setPreferences(String username, Map<String, Object> preferences) {
    String content = Json.write(preferences);
    return transactions.call(
        entities -> {
          // The user stays until this is done, or was gone before.
          if (entities.find(AccountRow.class, username, LockModeType.PESSIMISTIC_READ) == null) {
            return false;
          }
          entities.merge(new PreferenceRow(username, content));
          return true;
        });
  }
}
