package io.vigilnvr.e2e;

import aQute.bnd.osgi.Analyzer;
import aQute.bnd.osgi.Builder;
import aQute.bnd.osgi.Constants;
import aQute.bnd.osgi.Jar;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.ToolProvider;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.metatype.annotations.Designate;

/**
 * A camera driver as somebody else would write it: knows the API's jar and the OSGi annotations.
 */
final class StrangersPlugin {
  private StrangersPlugin() {}

  /** A camera driver. */
  static Path driver(Path folder, String version) throws Exception {
    return build(folder, "com.acme.camera", "AcmeDriver", version);
  }

  /** A detector that does what its setting says: throw, block or flood. */
  static Path detector(Path folder) throws Exception {
    return build(folder, "com.acme.detect", "AcmeDetector", "1.0.0");
  }

  /** Compiles and packs one. */
  private static Path build(Path folder, String bundle, String type, String version)
      throws Exception {
    Path source =
        folder.resolve("src-" + version).resolve(bundle.replace('.', '/')).resolve(type + ".java");
    Path classes = Files.createDirectories(folder.resolve("classes-" + bundle + "-" + version));
    Files.createDirectories(source.getParent());
    try (InputStream in =
        StrangersPlugin.class.getResourceAsStream("/stranger/" + type + ".java.txt")) {
      if (in == null) {
        throw new AssertionError("the plugin's source is not on the class path");
      }
      Files.writeString(
          source,
          new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("@VERSION@", version));
    }
    String classPath =
        String.join(
            ":",
            List.of(
                System.getProperty("vigil.api.jar"),
                jarOf(Component.class),
                jarOf(Designate.class)));
    int result =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-proc:none",
                "--release",
                "17",
                "-cp",
                classPath,
                "-d",
                classes.toString(),
                source.toString());
    if (result != 0) {
      throw new AssertionError("the plugin does not compile");
    }
    Path jar = folder.resolve(bundle + "-" + version + ".jar");
    try (Builder builder = new Builder()) {
      builder.setProperty(Constants.BUNDLE_SYMBOLICNAME, bundle);
      builder.setProperty(Constants.BUNDLE_VERSION, version);
      builder.setProperty(Constants.PRIVATEPACKAGE, bundle);
      builder.setProperty(Analyzer.NOIMPORTJAVA, "true");
      builder.addClasspath(classes.toFile());
      for (String entry : classPath.split(":", -1)) {
        builder.addClasspath(Path.of(entry).toFile());
      }
      Jar built = builder.build();
      if (!builder.getErrors().isEmpty()) {
        throw new AssertionError("the plugin does not build: " + builder.getErrors());
      }
      built.write(jar.toFile());
    }
    return jar;
  }

  private static String jarOf(Class<?> type) throws Exception {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
  }
}
