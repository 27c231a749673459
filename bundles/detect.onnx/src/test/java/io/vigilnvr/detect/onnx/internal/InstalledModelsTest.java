package io.vigilnvr.detect.onnx.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.sun.net.httpserver.HttpServer;
import io.vigilnvr.api.auth.Access;
import io.vigilnvr.api.auth.Action;
import io.vigilnvr.api.auth.Identity;
import io.vigilnvr.api.auth.Role;
import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.detect.DetectorException;
import io.vigilnvr.api.detect.Models;
import io.vigilnvr.api.plugin.InvalidSettingsException;
import io.vigilnvr.api.plugin.PluginInstaller;
import io.vigilnvr.api.task.Tasks;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;

/** Models that come and go, in a real framework. */
@Timeout(60)
final class InstalledModelsTest {
  private static final Identity ADMIN =
      new Identity("anna", Role.ADMIN, Optional.empty(), "session");
  private static final Identity VIEWER =
      new Identity("vera", Role.VIEWER, Optional.empty(), "session");

  private final Path folder;
  private final Framework framework;
  private final CompletableFuture<Thread> thread = new CompletableFuture<>();
  private final InstalledModels models;
  private final ModelsResource resource;

  InstalledModelsTest(@TempDir Path folder) throws Exception {
    this.folder = folder;
    framework =
        ServiceLoader.load(FrameworkFactory.class)
            .findFirst()
            .orElseThrow()
            .newFramework(
                Map.of("org.osgi.framework.storage", folder.resolve("framework").toString()));
    framework.start();
    models =
        new InstalledModels(
            framework.getBundleContext(), 1, true, new DirectInstaller(), new OneTask());
    resource = new ModelsResource(models, new RoleAccess());
  }

  @AfterEach
  void stop() throws Exception {
    models.close();
    Thread started = thread.join();
    started.interrupt();
    started.join();
    framework.stop();
    framework.waitForStop(10_000);
  }

  private record RoleAccess() implements Access {
    @Override
    public boolean allows(Identity who, Action action, CameraId camera) {
      return allows(who, action);
    }

    @Override
    public boolean allows(Identity who, Action action) {
      return action == Action.ADMINISTER && who.role() == Role.ADMIN;
    }
  }

  private final class OneTask implements Tasks {
    @Override
    public Handle start(String name, Body body) {
      var started =
          new Thread(
              () -> {
                try {
                  body.run();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
              },
              name);
      thread.complete(started);
      started.start();
      return started::interrupt;
    }

    @Override
    public Handle repeat(String name, Duration pause, Body body) {
      throw new UnsupportedOperationException();
    }
  }

  /** What the framework does, without the care that the real one takes. */
  private final class DirectInstaller implements PluginInstaller {
    @Override
    public Upload examine(Path file) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Upload install(Path file) throws InvalidSettingsException, IOException {
      String name = ModelBundle.check(file);
      Optional<Bundle> before = bundle(name);
      try (InputStream in = Files.newInputStream(file)) {
        if (before.isPresent()) {
          before.get().stop();
          before.get().update(in);
          before.get().start();
        } else {
          framework.getBundleContext().installBundle("test:" + name, in).start();
        }
      } catch (BundleException e) {
        throw new IOException(e);
      }
      return new Upload(name, "1", name, 1, "", Optional.empty(), Optional.empty());
    }

    @Override
    public void start(String id) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void stop(String id) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void remove(String id) throws IOException {
      try {
        bundle(id).orElseThrow().uninstall();
      } catch (BundleException e) {
        throw new IOException(e);
      }
    }
  }

  private Optional<Bundle> bundle(String name) {
    return Arrays.stream(framework.getBundleContext().getBundles())
        .filter(bundle -> name.equals(bundle.getSymbolicName()))
        .findFirst();
  }

  private Models.Offer offer(byte[] model, String descriptor) throws IOException {
    Path file = Files.write(Files.createTempFile(folder, "model", ".onnx"), model);
    return new Models.Offer(
        Optional.of(file),
        Optional.empty(),
        Optional.empty(),
        Optional.of(descriptor),
        Optional.empty());
  }

  private Models.Offer tiny() throws IOException {
    return offer(TinyModel.bytes(), TinyModel.descriptorJson());
  }

  @Test
  void installsAndRemoves() throws Exception {
    assertThatThrownBy(() -> models.lease(Optional.empty()))
        .isInstanceOf(DetectorException.class)
        .hasMessageContaining("no model is installed");
    Models.Model model = models.install(tiny());
    assertThat(model.id()).isEqualTo("tiny");
    assertThat(model.error()).isEmpty();
    assertThat(model.sha256()).isEqualTo(Digest.sha256(TinyModel.bytes()));
    assertThat(models.models()).containsExactly(model);
    try (ModelLease lease = models.lease(Optional.of("tiny"))) {
      assertThat(lease.model().look(input -> {}, 0.5)).isEmpty();
      models.remove("tiny");
      assertThat(models.models()).isEmpty();
      assertThatThrownBy(() -> lease.model().look(input -> {}, 0.5))
          .isInstanceOf(IllegalStateException.class);
    }
    assertThatThrownBy(() -> models.remove("tiny")).isInstanceOf(NoSuchElementException.class);
  }

  @Test
  void replacesAModelOfTheSameId() throws Exception {
    models.install(tiny());
    String newer = TinyModel.descriptorJson().replace("1.2.0", "1.3.0");
    assertThat(models.install(offer(TinyModel.bytes(), newer)).version()).isEqualTo("1.3.0");
    assertThat(models.models()).hasSize(1);
  }

  @Test
  void changesNothingIfItDoesNotWork() throws Exception {
    models.install(tiny());
    String wrong = TinyModel.descriptorJson().replace("yolov8", "yolox");
    assertThatThrownBy(() -> models.install(offer(TinyModel.bytes(), wrong)))
        .isInstanceOf(InvalidSettingsException.class);
    Protobuf loop = TinyModel.graph().message(1, TinyModel.node("Loop", List.of(), "x"));
    assertThatThrownBy(
            () ->
                models.install(offer(TinyModel.model(loop).toBytes(), TinyModel.descriptorJson())))
        .hasMessageContaining("uses Loop");
    assertThat(models.models()).hasSize(1);
    assertThat(models.models().get(0).error()).isEmpty();
    assertThat(folder.resolve("framework/bundle0/incoming"))
        .as("where files are put meanwhile")
        .isEmptyDirectory();
  }

  @Test
  void findsBundlesThatOthersInstall() throws Exception {
    Path good = folder.resolve("good.jar");
    ModelBundle.write(TinyModel.descriptor(), TinyModel.bytes(), good);
    Path bad = folder.resolve("bad.jar");
    Descriptor broken = Descriptor.parse(TinyModel.descriptorJson().replace("tiny", "broken"));
    ModelBundle.write(broken, new byte[100], bad);
    for (Path jar : List.of(good, bad)) {
      try (InputStream in = Files.newInputStream(jar)) {
        framework.getBundleContext().installBundle(jar.toString(), in).start();
      }
    }
    while (models.models().size() < 2 && !Thread.currentThread().isInterrupted()) {
      Thread.onSpinWait();
    }
    assertThat(models.models())
        .extracting(Models.Model::id, model -> model.error().isPresent())
        .containsExactly(tuple("broken", true), tuple("tiny", false));
    assertThatThrownBy(() -> models.lease(Optional.of("broken")))
        .isInstanceOf(DetectorException.class);
    models.lease(Optional.empty()).close();
    bundle("vigil.model.tiny").orElseThrow().stop();
    assertThat(models.models()).extracting(Models.Model::id).containsExactly("broken");
  }

  @Test
  void installsModelBundlesButNoCode() throws Exception {
    Path jar = folder.resolve("tiny.jar");
    ModelBundle.write(TinyModel.descriptor(), TinyModel.bytes(), jar);
    var offer =
        new Models.Offer(
            Optional.of(jar),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    assertThat(models.install(offer).id()).isEqualTo("tiny");
    try (var code = new JarOutputStream(Files.newOutputStream(jar), manifest())) {
      code.putNextEntry(new JarEntry("A.class"));
    }
    assertThatThrownBy(() -> models.install(offer)).hasMessageContaining("has code");
  }

  private static Manifest manifest() throws IOException {
    String text =
        """
        Manifest-Version: 1.0
        Bundle-ManifestVersion: 2
        Bundle-SymbolicName: a
        Vigil-Model: model.json
        """;
    return new Manifest(new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII)));
  }

  @Test
  void fetchesWithADigestOnly() throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/tiny.onnx",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write(TinyModel.bytes());
          exchange.close();
        });
    server.start();
    try {
      String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/tiny.onnx";
      assertThatThrownBy(() -> models.install(fetch(url, Optional.empty())))
          .hasMessageContaining("/sha256: is required");
      assertThatThrownBy(() -> models.install(fetch(url, Optional.of("0".repeat(64)))))
          .hasMessageContaining("should be");
      String sha256 = Digest.sha256(TinyModel.bytes());
      assertThat(models.install(fetch(url, Optional.of(sha256))).id()).isEqualTo("tiny");
      assertThatThrownBy(
              () -> models.install(fetch(url.replace("tiny", "none"), Optional.of(sha256))))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("404");
    } finally {
      server.stop(0);
    }
  }

  private static Models.Offer fetch(String url, Optional<String> sha256) {
    return new Models.Offer(
        Optional.empty(),
        Optional.of(URI.create(url)),
        sha256,
        Optional.of(TinyModel.descriptorJson()),
        Optional.empty());
  }

  @Test
  void answersAdminsOnly() throws Exception {
    models.install(tiny());
    assertThat(resource.list(ADMIN).items())
        .singleElement()
        .isInstanceOfSatisfying(
            ModelsResource.ModelView.class,
            view -> {
              assertThat(view.state()).isEqualTo(ModelsResource.State.READY);
              assertThat(view.labels()).containsExactly("blue", "green", "red");
            });
    assertThat(resource.catalog(ADMIN).items()).hasSize(3);
    assertForbidden(() -> resource.list(VIEWER));
    assertForbidden(() -> resource.catalog(VIEWER));
    assertForbidden(() -> resource.fetch(Map.of("catalog", "yolox-nano"), VIEWER));
    assertForbidden(() -> resource.remove("tiny", VIEWER));
    assertThatThrownBy(() -> resource.fetch(Map.of("catalog", "none"), ADMIN))
        .isInstanceOf(InvalidSettingsException.class);
    assertThatThrownBy(() -> resource.fetch(Map.of("path", "/etc"), ADMIN))
        .isInstanceOf(InvalidSettingsException.class);
    assertThat(resource.list(ADMIN).items()).hasSize(1);
  }

  private interface Call {
    Object run() throws Exception;
  }

  /** There is no implementation of JAX-RS here that could make the answer. */
  private static void assertForbidden(Call call) {
    assertThatThrownBy(call::run)
        .satisfies(
            e ->
                assertThat(e.getStackTrace())
                    .extracting(StackTraceElement::getMethodName)
                    .contains("forbidden"));
  }
}
