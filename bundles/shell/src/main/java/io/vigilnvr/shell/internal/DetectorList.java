package io.vigilnvr.shell.internal;

import io.vigilnvr.api.plugin.PluginCatalog;
import java.util.ArrayList;
import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Lists the detectors. */
@Service
@Command(scope = "vigil", name = "detector-list", description = "Lists the detectors")
@SuppressWarnings("NullAway.Init")
public final class DetectorList extends Listing {

  @Reference PluginCatalog plugins;

  @Override
  List<String> columns() {
    return List.of("id", "name", "description");
  }

  @Override
  List<List<?>> rows() throws Exception {
    var rows = new ArrayList<List<?>>();
    for (var type : plugins.types(PluginCatalog.Kind.DETECTOR)) {
      rows.add(List.of(type.id(), type.name(), type.description()));
    }
    return rows;
  }
}
