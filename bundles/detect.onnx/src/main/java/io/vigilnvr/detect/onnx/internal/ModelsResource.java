package io.vigilnvr.detect.onnx.internal;

import io.vigilnvr.api.auth.Access;
import io.vigilnvr.api.auth.Action;
import io.vigilnvr.api.auth.Identity;
import io.vigilnvr.api.detect.Models;
import io.vigilnvr.api.plugin.Described;
import io.vigilnvr.api.plugin.InvalidSettingsException;
import io.vigilnvr.api.plugin.RestResource;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import javax.ws.rs.Consumes;
import javax.ws.rs.DELETE;
import javax.ws.rs.GET;
import javax.ws.rs.POST;
import javax.ws.rs.Path;
import javax.ws.rs.PathParam;
import javax.ws.rs.Produces;
import javax.ws.rs.core.Context;
import javax.ws.rs.core.HttpHeaders;
import javax.ws.rs.core.MediaType;
import javax.ws.rs.core.Response;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Models by HTTP, for admins. */
@Component(service = RestResource.class)
@Path("models")
@Produces(MediaType.APPLICATION_JSON)
public final class ModelsResource implements RestResource {
  private final InstalledModels models;
  private final Access access;

  /** An upload takes disk and a thread for as long as it lasts. */
  private final Semaphore installing = new Semaphore(1);

  @Activate
  public ModelsResource(@Reference InstalledModels models, @Reference Access access) {
    this.models = models;
    this.access = access;
  }

  /** What is installed. */
  @GET
  @Described(value = "What is installed to recognise things by", fails = 403)
  public Page<ModelView> list(@Context Identity who) {
    admit(who);
    return new Page<>(models.models().stream().map(ModelView::of).toList(), Optional.empty());
  }

  /** What Vigil knows how to get. */
  @GET
  @Path("catalog")
  @Described(value = "What Vigil knows how to get", fails = 403)
  public Page<KnownView> catalog(@Context Identity who) {
    admit(who);
    return new Page<>(models.catalog().stream().map(KnownView::of).toList(), Optional.empty());
  }

  /** What runs them. */
  @GET
  @Path("runtime")
  @Described(value = "What models are run by: TensorRT, CUDA or CPU", fails = 403)
  public RuntimeView runtime(@Context Identity who) {
    admit(who);
    return new RuntimeView(
        models.inference().used().map(Devices.Device::word),
        models.inference().left().stream()
            .map(left -> new LeftView(left.device().word(), left.cause()))
            .toList());
  }

  /** Installs what is uploaded, in the part {@code file}, or what a URL or the catalogue gives. */
  @POST
  @Consumes(MediaType.MULTIPART_FORM_DATA)
  @Described(
      value = "Installs a model: a file, what a URL gives, or one of the catalogue",
      status = 201,
      returns = ModelView.class,
      fails = {400, 403, 413, 415, 422, 429, 502})
  public Response upload(InputStream body, @Context HttpHeaders headers, @Context Identity who)
      throws InvalidSettingsException, IOException {
    admit(who);
    return alone(
        () -> {
          java.nio.file.Path file = models.newFile(".upload");
          try {
            Multipart form = form(headers, body, file);
            return new Models.Offer(
                form.hasFile() ? Optional.of(file) : Optional.empty(),
                url(form.text("url")),
                form.text("sha256"),
                form.text("descriptor"),
                form.text("catalog"));
          } catch (IOException | InvalidSettingsException e) {
            Files.deleteIfExists(file);
            throw e;
          }
        });
  }

  /** Installs what a URL or the catalogue gives. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Described(
      value = "Installs a model: a file, what a URL gives, or one of the catalogue",
      status = 201,
      returns = ModelView.class,
      fails = {400, 403, 413, 415, 422, 429, 502})
  public Response fetch(@Nullable Map<String, Object> body, @Context Identity who)
      throws InvalidSettingsException, IOException {
    admit(who);
    if (body == null) {
      throw Refusal.of(400, "Nothing asked for", "The body is empty; send JSON.");
    }
    for (String name : body.keySet()) {
      if (!List.of("url", "sha256", "descriptor", "catalog").contains(name)) {
        throw new InvalidSettingsException("/" + name, "is not known here");
      }
    }
    return alone(
        () ->
            new Models.Offer(
                Optional.empty(),
                url(text(body, "url")),
                text(body, "sha256"),
                Optional.ofNullable(body.get("descriptor"))
                    .map(given -> given instanceof String text ? text : Json.write(given)),
                text(body, "catalog")));
  }

  private static Optional<String> text(Map<String, Object> body, String name) {
    return Optional.ofNullable(body.get(name)).map(String::valueOf);
  }

  private static Optional<URI> url(Optional<String> text) throws InvalidSettingsException {
    try {
      return text.map(URI::create);
    } catch (IllegalArgumentException e) {
      throw new InvalidSettingsException("/url", "is no URL");
    }
  }

  private static Multipart form(HttpHeaders headers, InputStream body, java.nio.file.Path file)
      throws IOException {
    try {
      return Multipart.read(
          String.valueOf(headers.getHeaderString(HttpHeaders.CONTENT_TYPE)),
          body,
          file,
          InstalledModel.MOST_BYTES);
    } catch (Multipart.TooLargeException e) {
      throw Refusal.of(
          413, "Too large", "A model has at most " + (InstalledModel.MOST_BYTES >> 20) + " MiB.");
    } catch (IOException e) {
      throw Refusal.of(400, "Not a form", String.valueOf(e.getMessage()));
    }
  }

  private interface Offering {
    Models.Offer offer() throws InvalidSettingsException, IOException;
  }

  private Response alone(Offering offering) throws InvalidSettingsException, IOException {
    if (!installing.tryAcquire()) {
      throw Refusal.busy();
    }
    try {
      Models.Offer offer = offering.offer();
      try {
        Models.Model model = install(offer);
        return Response.created(URI.create("models/" + model.id()))
            .entity(ModelView.of(model))
            .build();
      } finally {
        if (offer.file().isPresent()) {
          Files.deleteIfExists(offer.file().get());
        }
      }
    } finally {
      installing.release();
    }
  }

  private Models.Model install(Models.Offer offer) throws InvalidSettingsException {
    try {
      return models.install(offer);
    } catch (IOException e) {
      throw Refusal.of(502, "Not fetched", String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Refusal.of(503, "Not available now", "Vigil is being stopped.");
    }
  }

  /** Takes a model out for good. */
  @DELETE
  @Path("{model}")
  @Described(
      value = "Takes a model out for good",
      status = 204,
      fails = {403, 404, 409})
  public Response remove(@PathParam("model") String id, @Context Identity who) throws IOException {
    admit(who);
    try {
      models.remove(id);
    } catch (NoSuchElementException e) {
      throw Refusal.notFound();
    } catch (IllegalStateException e) {
      throw Refusal.of(409, "Not possible", String.valueOf(e.getMessage()));
    }
    return Response.noContent().build();
  }

  private void admit(Identity who) {
    if (!access.allows(who, Action.ADMINISTER)) {
      throw Refusal.forbidden();
    }
  }

  /**
   * A list.
   *
   * @param next there is never more
   */
  record Page<T>(List<T> items, Optional<String> next) {}

  /**
   * What models are run by.
   *
   * @param device empty as long as there was no model
   * @param left better ones that the library has and that failed
   */
  record RuntimeView(Optional<String> device, List<LeftView> left) {}

  record LeftView(String name, String cause) {}

  /** Whether it can be used. */
  enum State {
    READY,
    FAILED
  }

  record ModelView(
      String id,
      String name,
      String version,
      String licence,
      String decoder,
      int widthPx,
      int heightPx,
      List<String> labels,
      String sha256,
      State state,
      Optional<String> error,
      long bytes) {
    static ModelView of(Models.Model model) {
      return new ModelView(
          model.id(),
          model.name(),
          model.version(),
          model.licence(),
          model.decoder(),
          model.widthPx(),
          model.heightPx(),
          model.labels(),
          model.sha256(),
          model.error().isEmpty() ? State.READY : State.FAILED,
          model.error(),
          model.bytes());
    }
  }

  record KnownView(
      String id,
      String name,
      String version,
      String licence,
      String source,
      String url,
      String sha256,
      long bytes,
      boolean installed) {
    static KnownView of(Models.Known known) {
      return new KnownView(
          known.id(),
          known.name(),
          known.version(),
          known.licence(),
          known.source(),
          known.url().toString(),
          known.sha256(),
          known.bytes(),
          known.installed());
    }
  }
}
