package io.vigilnvr.lib.opencv.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;

/** The bundle as the build made it, in a framework, with another bundle that uses it. */
final class FrameworkTest {
  private static final long STOP_MILLIS = 10_000;

  private final Path scratch;

  FrameworkTest(@TempDir Path scratch) {
    this.scratch = scratch;
  }

  @Test
  void givesItsLibraryToOtherBundlesAndLeavesNothingBehind() throws Exception {
    List<Path> before = temporary();
    Framework framework = start();
    try {
      BundleContext context = framework.getBundleContext();
      Bundle library = context.installBundle(uri(library()));
      library.start();
      Bundle first = context.installBundle(uri(consumer("first")));
      Bundle second = context.installBundle(uri(consumer("second")));
      first.start();
      second.start();
      assertThat(answers(context)).containsExactly(36L, 36L);

      try (InputStream update = Files.newInputStream(consumer("first"))) {
        first.update(update);
      }
      assertThat(first.getState()).isEqualTo(Bundle.ACTIVE);
      assertThat(answers(context)).containsExactly(36L, 36L);

      first.stop();
      assertThat(answers(context)).containsExactly(36L);
      assertThat(library.getState()).isEqualTo(Bundle.ACTIVE);
    } finally {
      framework.stop();
      framework.waitForStop(STOP_MILLIS);
    }
    assertThat(temporary()).isEqualTo(before);
  }

  private Framework start() throws Exception {
    FrameworkFactory factory =
        ServiceLoader.load(FrameworkFactory.class)
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("no framework"));
    Framework framework =
        factory.newFramework(
            Map.of(Constants.FRAMEWORK_STORAGE, scratch.resolve("cache").toString()));
    framework.start();
    return framework;
  }

  private static String uri(Path jar) {
    return jar.toUri().toString();
  }

  /** What {@link Consumer} found, in each bundle that has one. */
  @SuppressWarnings("rawtypes")
  private static List<Object> answers(BundleContext context) throws Exception {
    List<Object> answers = new ArrayList<>();
    for (ServiceReference<Callable> reference :
        context.getServiceReferences(Callable.class, "(what=pixels)")) {
      answers.add(context.getService(reference).call());
      context.ungetService(reference);
    }
    return answers;
  }

  /** Packs what the build made; stored, as compressing 65 MB takes long. */
  private Path library() throws IOException {
    Path classes = Path.of("target", "classes");
    Path jar = scratch.resolve("library.jar");
    Manifest manifest;
    try (InputStream in = Files.newInputStream(classes.resolve("META-INF/MANIFEST.MF"))) {
      manifest = new Manifest(in);
    }
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest);
        Stream<Path> files = Files.walk(classes)) {
      out.setLevel(0);
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = classes.relativize(file).toString();
        if (!name.equals("META-INF/MANIFEST.MF")) {
          out.putNextEntry(new JarEntry(name));
          Files.copy(file, out);
        }
      }
    }
    return jar;
  }

  private Path consumer(String name) throws IOException {
    var manifest = new Manifest();
    Attributes headers = manifest.getMainAttributes();
    headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    headers.putValue("Bundle-ManifestVersion", "2");
    headers.putValue("Bundle-SymbolicName", name);
    headers.putValue("Bundle-Activator", Consumer.class.getName());
    headers.putValue(
        "Import-Package",
        "org.osgi.framework,org.opencv.core;version=\"[4.9,5)\","
            + "org.opencv.imgproc;version=\"[4.9,5)\",org.opencv.video;version=\"[4.9,5)\"");
    Path jar = scratch.resolve(name + ".jar");
    String entry = Consumer.class.getName().replace('.', '/') + ".class";
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file, manifest);
        InputStream code =
            Objects.requireNonNull(Consumer.class.getClassLoader().getResourceAsStream(entry))) {
      out.putNextEntry(new JarEntry(entry));
      code.transferTo(out);
    }
    return jar;
  }

  /** What OpenCV, or whoever unpacks it, leaves in the temporary folder. */
  private static List<Path> temporary() throws IOException {
    try (Stream<Path> all = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return all.filter(path -> path.getFileName().toString().contains("opencv")).sorted().toList();
    }
  }
}
