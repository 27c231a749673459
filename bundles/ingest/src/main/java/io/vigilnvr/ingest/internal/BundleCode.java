package io.vigilnvr.ingest.internal;

import io.vigilnvr.api.ingest.IngestEngine;
import io.vigilnvr.api.ingest.IngestEngineCode;
import io.vigilnvr.media.codec.Codecs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Enumeration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceReference;

/**
 * Copies the bundles that a worker is made of out of the framework: into {@code
 * <folder>/<digest>/}, so that what is in use is never written again.
 */
final class BundleCode {
  private static final int DIGEST_CHARACTERS = 16;

  private final BundleContext context;
  private final Path folder;

  BundleCode(BundleContext context, Path folder) {
    this.context = context;
    this.folder = folder;
  }

  /** The code for these engines. */
  Code of(List<ServiceReference<IngestEngineCode>> engines) throws IOException {
    Map<String, byte[]> jars = new LinkedHashMap<>();
    for (Class<?> member : List.of(IngestEngine.class, Codecs.class, BundleCode.class)) {
      add(FrameworkUtil.getBundle(member), jars);
    }
    List<ServiceReference<IngestEngineCode>> sorted = new ArrayList<>(engines);
    sorted.sort(Comparator.comparing(engine -> engine.getBundle().getSymbolicName()));
    for (ServiceReference<IngestEngineCode> engine : sorted) {
      IngestEngineCode service = context.getService(engine);
      if (service == null) {
        continue;
      }
      try {
        add(engine.getBundle(), jars);
        for (URL library : service.libraries()) {
          String path = library.getPath();
          jars.put(path.substring(path.lastIndexOf('/') + 1), read(library));
        }
      } finally {
        context.ungetService(engine);
      }
    }
    return store(jars);
  }

  private static void add(Bundle bundle, Map<String, byte[]> jars) throws IOException {
    List<URL> files = new ArrayList<>();
    Enumeration<URL> entries = bundle.findEntries("/", "*", true);
    if (entries != null) {
      for (URL entry : Collections.list(entries)) {
        // Jars inside are libraries; they come by themselves.
        if (!entry.getPath().endsWith("/") && !entry.getPath().endsWith(".jar")) {
          files.add(entry);
        }
      }
    }
    files.sort(Comparator.comparing(URL::getPath));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream jar = new ZipOutputStream(bytes)) {
      for (URL file : files) {
        ZipEntry entry = new ZipEntry(file.getPath().substring(1));
        entry.setTime(0);
        jar.putNextEntry(entry);
        jar.write(read(file));
        jar.closeEntry();
      }
    }
    jars.put(bundle.getSymbolicName() + ".jar", bytes.toByteArray());
  }

  private static byte[] read(URL url) throws IOException {
    try (InputStream in = url.openStream()) {
      return in.readAllBytes();
    }
  }

  private Code store(Map<String, byte[]> jars) throws IOException {
    String digest = digest(jars);
    Path target = folder.resolve(digest);
    if (!Files.isDirectory(target)) {
      Files.createDirectories(folder);
      Path draft = Files.createTempDirectory(folder, "new-");
      for (Map.Entry<String, byte[]> jar : jars.entrySet()) {
        Files.write(draft.resolve(jar.getKey()), jar.getValue());
      }
      try {
        Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
      } catch (FileAlreadyExistsException e) {
        delete(draft);
      }
    }
    return new Code(digest, jars.keySet().stream().map(target::resolve).toList());
  }

  private static String digest(Map<String, byte[]> jars) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      try (var out = new DigestOutputStream(java.io.OutputStream.nullOutputStream(), digest)) {
        for (Map.Entry<String, byte[]> jar : jars.entrySet()) {
          out.write(
              (jar.getKey() + "\n" + jar.getValue().length + "\n")
                  .getBytes(StandardCharsets.UTF_8));
          out.write(jar.getValue());
        }
      }
      return HexFormat.of().formatHex(digest.digest()).substring(0, DIGEST_CHARACTERS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }

  /** Deletes code that no worker has. */
  static void prune(Path folder, Set<String> digestsInUse) throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    List<Path> unused;
    try (Stream<Path> all = Files.list(folder)) {
      unused = all.filter(each -> !digestsInUse.contains(each.getFileName().toString())).toList();
    }
    for (Path each : unused) {
      delete(each);
    }
  }

  private static void delete(Path directory) throws IOException {
    List<Path> all;
    try (Stream<Path> walk = Files.walk(directory)) {
      all = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path each : all) {
      Files.deleteIfExists(each);
    }
  }
}
