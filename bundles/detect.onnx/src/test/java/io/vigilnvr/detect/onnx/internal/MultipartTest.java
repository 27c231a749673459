package io.vigilnvr.detect.onnx.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init")
class MultipartTest {
  private static final String TYPE = "multipart/form-data; boundary=----x-y";

  @TempDir Path folder;

  private static byte[] form(byte[] file) {
    var out = new ByteArrayOutputStream();
    out.writeBytes(ascii("------x-y\r\nContent-Disposition: form-data; name=\"catalog\"\r\n\r\n"));
    out.writeBytes(ascii("yolox-nano\r\n------x-y\r\n"));
    out.writeBytes(ascii("Content-Disposition: form-data; name=\"file\"; filename=\"m.onnx\"\r\n"));
    out.writeBytes(ascii("Content-Type: application/octet-stream\r\n\r\n"));
    out.writeBytes(file);
    out.writeBytes(ascii("\r\n------x-y--\r\n"));
    return out.toByteArray();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private Multipart read(byte[] body) throws IOException {
    return Multipart.read(TYPE, new ByteArrayInputStream(body), folder.resolve("file"), 100_000);
  }

  @Test
  void readsTextsAndAFile() throws Exception {
    var random = new Random(3);
    for (int i = 0; i < 200; i++) {
      // Of few values, so that beginnings of boundaries come often.
      byte[] file = new byte[random.nextInt(3000)];
      for (int j = 0; j < file.length; j++) {
        file[j] = (byte) "\r\n--x-y".charAt(random.nextInt(7));
      }
      String text = new String(file, StandardCharsets.US_ASCII).replace("\r\n------x-y", "");
      byte[] sound = ascii(text);
      Multipart form = read(form(sound));
      assertThat(form.hasFile()).isTrue();
      assertThat(form.text("catalog")).contains("yolox-nano");
      assertThat(form.text("descriptor")).isEmpty();
      assertThat(Files.readAllBytes(folder.resolve("file"))).isEqualTo(sound);
    }
  }

  @Test
  void refusesWhatIsTooLargeOrNoForm() {
    assertThatThrownBy(() -> read(form(new byte[100_001])))
        .isInstanceOf(Multipart.TooLargeException.class);
    byte[] form = form(new byte[1000]);
    for (int length = 0; length < form.length - 4; length += 50) {
      byte[] part = java.util.Arrays.copyOf(form, length);
      assertThatThrownBy(() -> read(part)).isInstanceOf(IOException.class);
    }
    assertThatThrownBy(
            () ->
                Multipart.read(
                    "application/json", new ByteArrayInputStream(form), folder.resolve("file"), 10))
        .hasMessageContaining("multipart");
  }
}
