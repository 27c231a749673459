package io.vigilnvr.api.task;

import java.time.Duration;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The only way to get a thread. Each component has its own instance ({@code scope =
 * PROTOTYPE_REQUIRED}): when the component goes, its tasks are interrupted and waited for.
 * Thread-safe.
 */
@ProviderType
public interface Tasks {
  /** A body that stops soon after an interrupt. */
  @FunctionalInterface
  interface Body {
    void run() throws Exception;
  }

  /** A running task. */
  interface Handle {
    /** Interrupts the body, and waits for its end unless called from it. Any number of times. */
    void stop();
  }

  /** Runs the body once on a thread of its own, named {@code vigil-<name>}. */
  Handle start(String name, Body body);

  /**
   * Runs the body again and again, the given time after each end, until stopped; failures are
   * logged and do not end the repetition.
   */
  Handle repeat(String name, Duration pause, Body body);
}
