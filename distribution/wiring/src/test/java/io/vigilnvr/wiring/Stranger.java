package io.vigilnvr.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import javax.tools.ToolProvider;

/** Makes a bundle with a camera driver as a stranger would: from {@code api} alone. */
final class Stranger {
  private static final String SOURCE =
      """
      package com.example.strange;

      import io.vigilnvr.api.camera.*;

      public final class StrangeDriver implements CameraDriver {
        @Override
        public CameraSession connect(CameraConfig camera) throws CameraException {
          throw new CameraException(CameraException.Kind.UNREACHABLE, "VERSION");
        }
      }
      """;

  private static final String COMPONENT =
      """
      <scr:component xmlns:scr="http://www.osgi.org/xmlns/scr/v1.4.0" name="strange">
        <property name="vigil.camera.driver" value="strange"/>
        <service><provide interface="io.vigilnvr.api.camera.CameraDriver"/></service>
        <implementation class="com.example.strange.StrangeDriver"/>
      </scr:component>
      """;

  private Stranger() {}

  static Path bundle(Path folder, String version) throws IOException {
    var work = Files.createDirectories(folder.resolve("stranger-" + version));
    var source = work.resolve("StrangeDriver.java");
    Files.writeString(source, SOURCE.replace("VERSION", version));
    var api = Platform.BUNDLES.resolve("io.vigilnvr.api.jar").toString();
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
                api,
                "-d",
                work.toString(),
                source.toString());
    assertThat(result).isZero();

    var manifest = new Manifest();
    var headers = manifest.getMainAttributes();
    headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    headers.putValue("Bundle-ManifestVersion", "2");
    headers.putValue("Bundle-SymbolicName", "com.example.strange");
    headers.putValue("Bundle-Version", version);
    headers.putValue("Import-Package", "io.vigilnvr.api.camera;version=\"[1.0,2)\"");
    headers.putValue("Service-Component", "OSGI-INF/strange.xml");
    headers.putValue(
        "Require-Capability",
        "osgi.extender;filter:=\"(&(osgi.extender=osgi.component)(version>=1.4)(!(version>=2)))\"");
    var jar = work.resolve("com.example.strange.jar");
    try (var out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
      for (String name : List.of("com/example/strange/StrangeDriver.class")) {
        out.putNextEntry(new JarEntry(name));
        Files.copy(work.resolve(name), out);
      }
      out.putNextEntry(new JarEntry("OSGI-INF/strange.xml"));
      Writer writer = new java.io.OutputStreamWriter(out, StandardCharsets.UTF_8);
      writer.write(COMPONENT);
      writer.flush();
    }
    return jar;
  }
}
