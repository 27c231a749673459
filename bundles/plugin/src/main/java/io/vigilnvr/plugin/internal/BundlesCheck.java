package io.vigilnvr.plugin.internal;

import io.vigilnvr.api.health.HealthCheck;
import io.vigilnvr.api.plugin.PluginCatalog;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Well while everything that came with the distribution is active. */
@Component
public final class BundlesCheck implements HealthCheck {
  private final PluginCatalog catalog;

  @Activate
  public BundlesCheck(@Reference PluginCatalog catalog) {
    this.catalog = catalog;
  }

  @Override
  public String name() {
    return "bundles";
  }

  @Override
  public Optional<String> problem() {
    List<String> broken =
        catalog.plugins().stream()
            .filter(PluginCatalog.Plugin::builtIn)
            .flatMap(plugin -> plugin.error().map(error -> plugin.id() + ": " + error).stream())
            .toList();
    return broken.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", broken));
  }
}
