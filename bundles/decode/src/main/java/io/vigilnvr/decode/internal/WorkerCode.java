package io.vigilnvr.decode.internal;

import io.vigilnvr.api.decode.DecodeEngine;
import io.vigilnvr.api.decode.DecodeEngineCode;
import io.vigilnvr.media.codec.Codecs;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Comparator;
import java.util.Enumeration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceReference;

/**
 * Copies what workers run out of the bundles, each time anew: nothing of a former life is trusted,
 * and workers do not outlive this one.
 */
final class WorkerCode {
  private final BundleContext context;
  private final Path folder;

  WorkerCode(BundleContext context, Path folder) {
    this.context = context;
    this.folder = folder;
  }

  /** The class path for these engines; code that workers have is left as it is. */
  String of(List<ServiceReference<DecodeEngineCode>> engines) throws IOException {
    Path target = Files.createTempDirectory(Files.createDirectories(folder), "code-");
    Set<Path> jars = new LinkedHashSet<>();
    for (Class<?> member : List.of(DecodeEngine.class, Codecs.class, WorkerCode.class)) {
      jars.add(copy(FrameworkUtil.getBundle(member), target));
    }
    for (ServiceReference<DecodeEngineCode> engine : engines) {
      DecodeEngineCode service = context.getService(engine);
      if (service == null) {
        continue;
      }
      try {
        jars.add(copy(engine.getBundle(), target));
        for (URL library : service.libraries()) {
          String path = library.getPath();
          Path jar = target.resolve(path.substring(path.lastIndexOf('/') + 1));
          try (InputStream in = library.openStream()) {
            Files.copy(in, jar);
          }
          jars.add(jar);
        }
      } finally {
        context.ungetService(engine);
      }
    }
    return jars.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
  }

  private static Path copy(Bundle bundle, Path target) throws IOException {
    Path jar = target.resolve(bundle.getSymbolicName() + ".jar");
    try (OutputStream out = Files.newOutputStream(jar);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.setLevel(0);
      Enumeration<URL> entries = bundle.findEntries("/", "*", true);
      for (URL entry : entries == null ? List.<URL>of() : Collections.list(entries)) {
        // Jars inside are libraries; they come by themselves.
        if (!entry.getPath().endsWith("/") && !entry.getPath().endsWith(".jar")) {
          zip.putNextEntry(new ZipEntry(entry.getPath().substring(1)));
          try (InputStream in = entry.openStream()) {
            in.transferTo(zip);
          }
          zip.closeEntry();
        }
      }
    }
    return jar;
  }

  /** Deletes a folder and what is in it. */
  static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    List<Path> all;
    try (Stream<Path> walk = Files.walk(folder)) {
      all = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path each : all) {
      Files.deleteIfExists(each);
    }
  }
}
