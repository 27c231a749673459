package io.vigilnvr.shell.internal;

import io.vigilnvr.api.detect.Models;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.jspecify.annotations.Nullable;

/** Takes a model out for good. */
@Service
@Command(scope = "vigil", name = "model-remove", description = "Takes a model out for good")
@SuppressWarnings("NullAway.Init")
public final class ModelRemove implements Action {
  @Argument(name = "model", description = "Its id", required = true)
  String model;

  @Reference(optional = true)
  @Nullable Models models;

  @Override
  public @Nullable Object execute() throws Exception {
    ModelInstall.present(models).remove(model);
    return null;
  }
}
