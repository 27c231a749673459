package io.vigilnvr.api.event;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * A service that wants to know of changes; found by whiteboard. Whoever changes something has a
 * dynamic reference to all of them, calls each after the change, from any thread and under no lock,
 * and works the same without any.
 */
@ConsumerType
public interface ChangeObserver {
  /** Only takes a note: must return at once and may not throw. */
  void changed(Change change);
}
