package io.vigilnvr.plugin.internal;

import io.vigilnvr.api.health.HealthCheck;
import io.vigilnvr.api.plugin.PluginCatalog;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Well while everything that came with the distribution is there and active. */
@Component
public final class BundlesCheck implements HealthCheck {
  private final PluginCatalog catalog;
  private final BuiltIns builtIns;

  @Activate
  public BundlesCheck(@Reference PluginCatalog catalog, @Reference BuiltIns builtIns) {
    this.catalog = catalog;
    this.builtIns = builtIns;
  }

  @Override
  public String name() {
    return "bundles";
  }

  @Override
  public Optional<String> problem() {
    Stream<String> failed =
        catalog.plugins().stream()
            .filter(PluginCatalog.Plugin::builtIn)
            .flatMap(plugin -> plugin.error().map(error -> plugin.id() + ": " + error).stream());
    Stream<String> missing =
        builtIns.missing().stream().map(part -> part.location() + ": it is missing");
    List<String> broken = Stream.concat(failed, missing).toList();
    return broken.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", broken));
  }
}
