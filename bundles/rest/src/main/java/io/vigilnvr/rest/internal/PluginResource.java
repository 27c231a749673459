package io.vigilnvr.rest.internal;

import io.vigilnvr.api.plugin.InvalidSettingsException;
import io.vigilnvr.api.plugin.PluginCatalog;
import io.vigilnvr.api.plugin.PluginInstaller.Upload;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import javax.servlet.ServletException;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.Part;
import javax.ws.rs.Consumes;
import javax.ws.rs.DELETE;
import javax.ws.rs.GET;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.QueryParam;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import org.jspecify.annotations.Nullable;

/** What is installed, and how to change that; for admins. */
@Path("plugins")
@Produces(MediaType.APPLICATION_JSON)
public final class PluginResource {
  static final long MOST_BYTES = 64L * 1024 * 1024;

  private final Backend backend;

  /** An upload takes disk and a thread for as long as it lasts. */
  private final Semaphore uploads = new Semaphore(2);

  private final Confirmations confirmations;

  PluginResource(Backend backend, Confirmations confirmations) {
    this.backend = backend;
    this.confirmations = confirmations;
  }

  record PluginView(
      String id,
      String version,
      String name,
      String state,
      List<String> provides,
      boolean builtIn,
      String installedFrom,
      @Nullable String error) {
    static PluginView of(PluginCatalog.Plugin plugin) {
      return new PluginView(
          plugin.id(),
          plugin.version(),
          plugin.name(),
          plugin.state(),
          plugin.provides(),
          plugin.builtIn(),
          plugin.installedFrom(),
          plugin.error().orElse(null));
    }
  }

  /**
   * What an upload did, or would do.
   *
   * @param dryRun whether nothing was changed
   * @param action install or update
   * @param replaces the version that was, or is, installed before
   * @param signedBy who vouches for it, if anybody does
   * @param plugin as it is now; absent if it was not installed
   */
  record UploadView(
      String id,
      String version,
      String name,
      boolean dryRun,
      String action,
      @Nullable String replaces,
      long bytes,
      String sha256,
      @Nullable String signedBy,
      @Nullable PluginView plugin) {}

  @GET
  @Route(value = "What is installed", scope = Route.Scope.SYSTEM)
  public Items<PluginView> list() {
    return Items.all(backend.catalog().plugins().stream().map(PluginView::of).toList());
  }

  @GET
  @Path("{plugin}")
  @Route(value = "An installed plugin", scope = Route.Scope.SYSTEM, fails = 404)
  public PluginView get(@PathParam("plugin") String id) {
    return existing(id);
  }

  @POST
  @Consumes(MediaType.MULTIPART_FORM_DATA)
  @Route(
      value =
          "Installs or updates a plugin: a bundle of at most 64 MiB, as the part file;"
              + " a session whose password was not sent for 15 minutes gets 403",
      scope = Route.Scope.SYSTEM,
      status = 201,
      returns = UploadView.class,
      fails = {400, 413, 415, 422, 429})
  public Response upload(
      @Context HttpServletRequest request,
      @Context Caller caller,
      @QueryParam("dryRun") @Nullable String dryRunText)
      throws IOException, InvalidSettingsException {
    var query = new Query();
    boolean dryRun = query.flag("dryRun", dryRunText);
    query.check();
    if (!uploads.tryAcquire()) {
      throw new ProblemException(429, "There are enough uploads under way.")
          .header("Retry-After", "5");
    }
    try {
      return upload(request, caller, dryRun);
    } finally {
      uploads.release();
    }
  }

  private Response upload(HttpServletRequest request, Caller caller, boolean dryRun)
      throws IOException, InvalidSettingsException {
    java.nio.file.Path file = Files.createTempFile("vigil-upload-", ".jar");
    try {
      Part part = part(request);
      try (InputStream in = part.getInputStream();
          var out = Files.newOutputStream(file)) {
        in.transferTo(out);
      } finally {
        part.delete();
      }
      if (!dryRun) {
        // Only now: a browser that still sends does not hear an answer.
        confirmations.require(caller);
      }
      Upload done = dryRun ? backend.installer().examine(file) : backend.installer().install(file);
      UploadView view = view(done, dryRun);
      return dryRun
          ? Response.ok(view).build()
          : Response.created(URI.create("plugins/" + done.id())).entity(view).build();
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private static Part part(HttpServletRequest request) throws IOException {
    try {
      Part part = request.getPart("file");
      if (part == null) {
        throw ProblemException.invalid("/file", "is required: the plugin's .jar");
      }
      return part;
    } catch (ServletException e) {
      throw new ProblemException(400, "This is not multipart/form-data.");
    } catch (IllegalStateException e) {
      throw new ProblemException(413, "A plugin has at most 64 MiB.");
    } catch (IOException e) {
      throw new ProblemException(400, "The upload broke off, or is not multipart/form-data.");
    }
  }

  private UploadView view(Upload upload, boolean dryRun) {
    Optional<PluginView> now = dryRun ? Optional.empty() : find(upload.id());
    return new UploadView(
        upload.id(),
        upload.version(),
        upload.name(),
        dryRun,
        upload.replaces().isPresent() ? "update" : "install",
        upload.replaces().orElse(null),
        upload.bytes(),
        upload.sha256(),
        upload.signedBy().orElse(null),
        now.orElse(null));
  }

  @DELETE
  @Path("{plugin}")
  @Route(
      value = "Takes a plugin out for good",
      scope = Route.Scope.SYSTEM,
      status = 204,
      fails = {404, 409})
  public Response remove(@PathParam("plugin") String id) throws IOException {
    try {
      backend.installer().remove(id);
    } catch (NoSuchElementException e) {
      throw ProblemException.notFound();
    } catch (IllegalStateException e) {
      throw new ProblemException(409, sentence(e));
    }
    return Response.noContent().build();
  }

  @POST
  @Path("{plugin}/stop")
  @Route(
      value = "Stops a plugin until it is started again",
      scope = Route.Scope.SYSTEM,
      fails = {404, 409, 422})
  public PluginView stop(@PathParam("plugin") String id) throws InvalidSettingsException {
    return change(id, false);
  }

  @POST
  @Path("{plugin}/start")
  @Route(
      value = "Starts a plugin that was stopped",
      scope = Route.Scope.SYSTEM,
      fails = {404, 409, 422})
  public PluginView start(@PathParam("plugin") String id) throws InvalidSettingsException {
    return change(id, true);
  }

  private PluginView change(String id, boolean start) throws InvalidSettingsException {
    try {
      if (start) {
        backend.installer().start(id);
      } else {
        backend.installer().stop(id);
      }
    } catch (NoSuchElementException e) {
      throw ProblemException.notFound();
    } catch (IllegalStateException e) {
      throw new ProblemException(409, sentence(e));
    }
    return existing(id);
  }

  private static String sentence(IllegalStateException e) {
    return String.valueOf(e.getMessage());
  }

  private PluginView existing(String id) {
    return find(id).orElseThrow(ProblemException::notFound);
  }

  private Optional<PluginView> find(String id) {
    return backend.catalog().plugins().stream()
        .filter(plugin -> plugin.id().equals(id))
        .map(PluginView::of)
        .findFirst();
  }
}
