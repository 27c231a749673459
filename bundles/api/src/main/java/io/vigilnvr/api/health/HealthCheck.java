package io.vigilnvr.api.health;

import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/** One thing that must be well for the platform to be ready; found by whiteboard. */
@ConsumerType
public interface HealthCheck {
  /** Its name in {@code /health/ready}, e.g. {@code database}. */
  String name();

  /** What is wrong, for an admin; empty if nothing. Must answer at once, from memory. */
  Optional<String> problem();
}
