package io.vigilnvr.plugin.internal;

import java.util.Optional;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;

/** What a bundle's state means to a user. */
final class BundleState {
  private BundleState() {}

  static String word(Bundle bundle) {
    return switch (bundle.getState()) {
      case Bundle.INSTALLED -> "installed";
      case Bundle.RESOLVED -> "resolved";
      case Bundle.STARTING -> "starting";
      case Bundle.STOPPING -> "stopping";
      case Bundle.ACTIVE -> "active";
      default -> "uninstalled";
    };
  }

  /** Why the bundle does not work; empty if it does. */
  static Optional<String> problem(Bundle bundle) {
    boolean fragment = bundle.getHeaders().get(Constants.FRAGMENT_HOST) != null;
    return switch (bundle.getState()) {
      case Bundle.ACTIVE -> Optional.empty();
      case Bundle.INSTALLED -> Optional.of("something that it imports is missing");
      case Bundle.RESOLVED -> fragment ? Optional.empty() : Optional.of("it is not started");
      default -> Optional.of("it is " + word(bundle));
    };
  }
}
