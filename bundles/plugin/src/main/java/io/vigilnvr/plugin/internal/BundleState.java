package io.vigilnvr.plugin.internal;

import java.util.Optional;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.startlevel.BundleStartLevel;

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

  /** Why the bundle does not work; empty if it does, or is not to: it is a stopped plugin. */
  static Optional<String> problem(Bundle bundle) {
    return switch (bundle.getState()) {
      case Bundle.ACTIVE -> Optional.empty();
      case Bundle.INSTALLED -> Optional.of("something that it imports is missing");
      case Bundle.RESOLVED ->
          isWanted(bundle) ? Optional.of("it is not started; see the log") : Optional.empty();
      default -> Optional.of("it is " + word(bundle));
    };
  }

  /**
   * Whether it is to run: built in, or started and not stopped since, whatever came of it. A
   * fragment never is.
   */
  private static boolean isWanted(Bundle bundle) {
    if (bundle.getHeaders().get(Constants.FRAGMENT_HOST) != null) {
      return false;
    }
    BundleStartLevel level = bundle.adapt(BundleStartLevel.class);
    return InstalledPlugins.isBuiltIn(bundle) || (level != null && level.isPersistentlyStarted());
  }
}
