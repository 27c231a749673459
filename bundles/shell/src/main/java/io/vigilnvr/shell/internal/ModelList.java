package io.vigilnvr.shell.internal;

import io.vigilnvr.api.detect.Models;
import java.util.ArrayList;
import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.jspecify.annotations.Nullable;

/** Lists the models that detectors look by. */
@Service
@Command(
    scope = "vigil",
    name = "model-list",
    description = "Lists the models that detectors look by")
public final class ModelList extends Listing {
  @Option(name = "--catalog", description = "Those that can be installed by name")
  boolean catalog;

  /** Without the detector of objects, all other commands are to be there all the same. */
  @Reference(optional = true)
  @Nullable Models models;

  @Override
  List<String> columns() {
    return catalog
        ? List.of("id", "name", "version", "licence", "bytes", "installed", "source")
        : List.of("id", "name", "version", "licence", "size", "labels", "state", "error");
  }

  @Override
  List<List<?>> rows() throws Exception {
    Models present = ModelInstall.present(models);
    var rows = new ArrayList<List<?>>();
    if (catalog) {
      for (var known : present.catalog()) {
        rows.add(
            List.of(
                known.id(),
                known.name(),
                known.version(),
                known.licence(),
                known.bytes(),
                known.installed(),
                known.source()));
      }
      return rows;
    }
    for (var model : present.models()) {
      rows.add(
          List.of(
              model.id(),
              model.name(),
              model.version(),
              model.licence(),
              model.widthPx() + "x" + model.heightPx(),
              model.labels().size(),
              model.error().isEmpty() ? "ready" : "failed",
              model.error().orElse("")));
    }
    return rows;
  }
}
