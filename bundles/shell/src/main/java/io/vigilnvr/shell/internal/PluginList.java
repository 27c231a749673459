package io.vigilnvr.shell.internal;

import io.vigilnvr.api.plugin.PluginCatalog;
import java.util.ArrayList;
import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Lists what is installed, and what it provides. */
@Service
@Command(
    scope = "vigil",
    name = "plugin-list",
    description = "Lists what is installed, and what it provides")
@SuppressWarnings("NullAway.Init")
public final class PluginList extends Listing {

  @Reference PluginCatalog plugins;

  @Override
  List<String> columns() {
    return List.of("id", "version", "state", "from", "provides", "error");
  }

  @Override
  List<List<?>> rows() throws Exception {
    var rows = new ArrayList<List<?>>();
    for (var plugin : plugins.plugins()) {
      rows.add(
          List.of(
              plugin.id(),
              plugin.version(),
              plugin.state(),
              plugin.installedFrom(),
              String.join(" ", plugin.provides()),
              plugin.error().orElse("")));
    }
    return rows;
  }
}
