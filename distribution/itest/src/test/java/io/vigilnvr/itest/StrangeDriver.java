package io.vigilnvr.itest;

import io.vigilnvr.api.camera.CameraConfig;
import io.vigilnvr.api.camera.CameraDriver;
import io.vigilnvr.api.camera.CameraException;
import io.vigilnvr.api.camera.CameraSession;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** A camera driver that the distribution does not know; packed into a bundle of its own. */
public final class StrangeDriver implements CameraDriver {
  private static final String COMPONENT =
      """
      <scr:component xmlns:scr="http://www.osgi.org/xmlns/scr/v1.4.0" name="strange">
        <property name="vigil.camera.driver" value="strange"/>
        <service><provide interface="io.vigilnvr.api.camera.CameraDriver"/></service>
        <implementation class="io.vigilnvr.itest.StrangeDriver"/>
      </scr:component>
      """;

  @Override
  public CameraSession connect(CameraConfig camera) throws CameraException {
    throw new CameraException(CameraException.Kind.UNREACHABLE, "not a real one");
  }

  static void pack(Path jar, String version) throws IOException {
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
    Files.createDirectories(jar.getParent());
    try (var out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
      var name = StrangeDriver.class.getName().replace('.', '/') + ".class";
      out.putNextEntry(new JarEntry(name));
      try (var in = StrangeDriver.class.getClassLoader().getResourceAsStream(name)) {
        in.transferTo(out);
      }
      out.putNextEntry(new JarEntry("OSGI-INF/strange.xml"));
      out.write(COMPONENT.getBytes(StandardCharsets.UTF_8));
    }
  }
}
