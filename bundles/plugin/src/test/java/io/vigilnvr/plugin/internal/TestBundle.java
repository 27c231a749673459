package io.vigilnvr.plugin.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/** Makes jars as plugins' authors do, good ones and others. */
final class TestBundle {
  private final Map<String, String> headers = new LinkedHashMap<>();
  private final Map<String, byte[]> entries = new LinkedHashMap<>();

  TestBundle(String id, String version) {
    with("Bundle-ManifestVersion", "2");
    with("Bundle-SymbolicName", id);
    with("Bundle-Version", version);
    with("Import-Package", "org.osgi.framework;version=\"[1.8,2)\"");
    entry("content.txt", "of " + version);
  }

  /** Starts as it should. */
  public static final class Good implements BundleActivator {
    @Override
    public void start(BundleContext context) {}

    @Override
    public void stop(BundleContext context) {}
  }

  /** Does not start. */
  public static final class Broken implements BundleActivator {
    @Override
    public void start(BundleContext context) {
      throw new IllegalStateException("a part is missing");
    }

    @Override
    public void stop(BundleContext context) {}
  }

  TestBundle with(String header, String value) {
    headers.put(header, value);
    return this;
  }

  TestBundle without(String header) {
    headers.remove(header);
    return this;
  }

  TestBundle entry(String name, String content) {
    entries.put(name, content.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    return this;
  }

  TestBundle activator(Class<?> type) {
    String name = type.getName().replace('.', '/') + ".class";
    try (InputStream in = type.getClassLoader().getResourceAsStream(name)) {
      entries.put(name, java.util.Objects.requireNonNull(in).readAllBytes());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return with("Bundle-Activator", type.getName());
  }

  Path write(Path file) throws IOException {
    var manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    headers.forEach(manifest.getMainAttributes()::putValue);
    try (OutputStream out = Files.newOutputStream(file);
        var jar = new JarOutputStream(out, manifest)) {
      for (var entry : entries.entrySet()) {
        jar.putNextEntry(new ZipEntry(entry.getKey()));
        jar.write(entry.getValue());
        jar.closeEntry();
      }
    }
    return file;
  }
}
