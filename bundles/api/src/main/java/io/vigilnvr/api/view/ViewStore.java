package io.vigilnvr.api.view;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Keeps views and preferences in the database. Thread-safe; every call is one transaction and
 * throws {@link io.vigilnvr.api.record.StoreUnavailableException} while the database is away. What
 * is not shared goes with its user.
 */
@ProviderType
public interface ViewStore {
  /** Those of the user, and those that are shared, by name. */
  List<SavedView> views(String username);

  Optional<SavedView> view(String id);

  void insert(SavedView view);

  /** Says whether there was one of that id. */
  boolean replace(SavedView view);

  boolean removeView(String id);

  /** A user's preferences as JSON: String, Number, Boolean, List, Map, null; empty at first. */
  Map<String, Object> preferences(String username);

  /** Says whether there is such a user. */
  boolean setPreferences(String username, Map<String, Object> preferences);
}
