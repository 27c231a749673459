package io.vigilnvr.shell.internal;

import io.vigilnvr.api.detect.Models;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.jspecify.annotations.Nullable;

/** Installs a model, and prints its id. */
@Service
@Command(
    scope = "vigil",
    name = "model-install",
    description = "Installs a model from a file, a URL or the catalogue, and prints its id")
@SuppressWarnings("NullAway.Init")
public final class ModelInstall implements Action {
  @Argument(
      name = "from",
      description = "File or https URL of a model (.onnx), or a model bundle (.jar)")
  @Nullable String from;

  @Option(name = "--catalog", description = "Id in the catalogue, see model-list --catalog")
  @Nullable String catalog;

  @Option(
      name = "--descriptor",
      description = "File that says what the model is, see docs/models.md")
  @Nullable String descriptor;

  @Option(name = "--sha256", description = "What the file must have; needed with a URL")
  @Nullable String sha256;

  @Reference(optional = true)
  @Nullable Models models;

  @Reference Session session;

  static Models present(@Nullable Models models) {
    if (models == null) {
      throw new IllegalStateException("the detector of objects is not installed");
    }
    return models;
  }

  @Override
  public @Nullable Object execute() throws Exception {
    var model = present(models).install(offer(from, catalog, descriptor, sha256));
    session.getConsole().println(model.id());
    return null;
  }

  static Models.Offer offer(
      @Nullable String from,
      @Nullable String catalog,
      @Nullable String descriptor,
      @Nullable String sha256)
      throws Exception {
    if (from == null && catalog == null) {
      throw new IllegalArgumentException("a file or URL is needed, or --catalog");
    }
    boolean isUrl = from != null && from.matches("[A-Za-z][A-Za-z0-9+.-]+://.*");
    return new Models.Offer(
        isUrl ? Optional.empty() : Optional.ofNullable(from).map(Path::of),
        isUrl ? Optional.ofNullable(from).map(URI::create) : Optional.empty(),
        Optional.ofNullable(sha256),
        descriptor == null ? Optional.empty() : Optional.of(Files.readString(Path.of(descriptor))),
        Optional.ofNullable(catalog));
  }
}
