package io.vigilnvr.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ModelInstallTest {
  @Test
  void tellsFilesFromUrls(@TempDir Path folder) throws Exception {
    var file = ModelInstall.offer("/tmp/model.onnx", null, null, null);
    assertThat(file.file()).contains(Path.of("/tmp/model.onnx"));
    assertThat(file.url()).isEmpty();
    Path descriptor = Files.writeString(folder.resolve("model.json"), "{}");
    var url = ModelInstall.offer("https://example.org/m.onnx", null, descriptor.toString(), "ab");
    assertThat(url.file()).isEmpty();
    assertThat(url.url()).contains(URI.create("https://example.org/m.onnx"));
    assertThat(url.descriptor()).contains("{}");
    assertThat(url.sha256()).contains("ab");
  }

  @Test
  void needsToBeToldWhat() throws Exception {
    assertThatThrownBy(() -> ModelInstall.offer(null, null, null, null))
        .hasMessageContaining("--catalog");
    assertThat(ModelInstall.offer(null, "yolox-nano", null, null).known()).contains("yolox-nano");
  }
}
