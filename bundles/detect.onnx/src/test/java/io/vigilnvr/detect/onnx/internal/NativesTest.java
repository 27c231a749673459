package io.vigilnvr.detect.onnx.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.osgi.framework.Bundle;

@Isolated("sets what the library reads when it is loaded")
final class NativesTest {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path folder;

  private String before = "";

  @BeforeEach
  void keep() {
    before = System.getProperty(Natives.PATH, "");
    System.clearProperty(Natives.PATH);
  }

  @AfterEach
  void putBack() {
    if (before.isEmpty()) {
      System.clearProperty(Natives.PATH);
    } else {
      System.setProperty(Natives.PATH, before);
    }
  }

  /** A bundle that was changed at this time and has these libraries. */
  private Bundle bundle(long changed, String... names) throws IOException {
    Path content = Files.createDirectories(folder.resolve("bundle-" + changed));
    for (String name : names) {
      Files.writeString(content.resolve(name), name + changed);
    }
    List<URL> entries =
        List.of(names).stream().map(name -> NativesTest.url(content.resolve(name))).toList();
    return (Bundle)
        Proxy.newProxyInstance(
            Bundle.class.getClassLoader(),
            new Class<?>[] {Bundle.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "getBundleId" -> 45L;
                  case "getLastModified" -> changed;
                  case "findEntries" -> Collections.enumeration(entries);
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  private static URL url(Path file) {
    try {
      return file.toUri().toURL();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private Path own() {
    return folder.resolve("natives");
  }

  @Test
  void laysPartsForCardsBesideTheLibrary() throws Exception {
    String[] names = {"libonnxruntime.so", "libonnxruntime_providers_cuda.so"};
    new Natives(bundle(1, names), own()).layOut();
    Path first = Path.of(System.getProperty(Natives.PATH));
    assertThat(first).startsWith(own());
    assertThat(first.resolve("libonnxruntime.so")).hasContent("libonnxruntime.so1");
    assertThat(first.resolve(names[1])).exists();

    // Another version takes its place; the old one does not stay.
    new Natives(bundle(2, names), own()).layOut();
    assertThat(Path.of(System.getProperty(Natives.PATH)).resolve("libonnxruntime.so"))
        .hasContent("libonnxruntime.so2");
    assertThat(first).doesNotExist();

    new Natives(bundle(3, "libonnxruntime.so"), own()).layOut();
    assertThat(System.getProperty(Natives.PATH)).isNull();
    assertThat(own()).isEmptyDirectory();
  }

  @Test
  void leavesOthersToTheFramework() throws Exception {
    new Natives(bundle(1, "libonnxruntime.so", "libonnxruntime4j_jni.so"), own()).layOut();
    assertThat(System.getProperty(Natives.PATH)).isNull();
    assertThat(own()).doesNotExist();
  }

  @Test
  void leavesWhatTheOwnerHasSet() throws Exception {
    System.setProperty(Natives.PATH, "/opt/onnxruntime");
    new Natives(bundle(1, "libonnxruntime_providers_cuda.so"), own()).layOut();
    assertThat(System.getProperty(Natives.PATH)).isEqualTo("/opt/onnxruntime");
    assertThat(own()).doesNotExist();
  }
}
