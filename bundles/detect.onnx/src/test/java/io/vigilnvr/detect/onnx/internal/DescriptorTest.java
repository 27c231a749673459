package io.vigilnvr.detect.onnx.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vigilnvr.api.plugin.InvalidSettingsException;
import io.vigilnvr.api.plugin.InvalidSettingsException.Problem;
import java.util.List;
import org.junit.jupiter.api.Test;

class DescriptorTest {
  @Test
  void readsWhatItWrites() throws Exception {
    Descriptor descriptor = TinyModel.descriptor();
    assertThat(Descriptor.parse(descriptor.json())).isEqualTo(descriptor);
    assertThat(descriptor.labels()).containsExactly("blue", "green", "red");
    assertThat(descriptor.input().deviation()).containsExactly(255.0, 255.0, 255.0);
  }

  @Test
  void namesEachWrongField() {
    String json =
        """
        {"id": "Not An Id", "version": "one", "decoder": "ssd", "labels": ["a", ""], "extra": 1,
         "sha256": "abc",
         "input": {"widthPx": 5, "heightPx": 64, "channels": "grb", "std": 0, "layout": "nhwc"}}
        """;
    assertThatThrownBy(() -> Descriptor.parse(json))
        .isInstanceOfSatisfying(
            InvalidSettingsException.class,
            e ->
                assertThat(e.problems())
                    .extracting(Problem::pointer)
                    .containsExactlyInAnyOrder(
                        "/descriptor/id",
                        "/descriptor/version",
                        "/descriptor/decoder",
                        "/descriptor/labels",
                        "/descriptor/extra",
                        "/descriptor/sha256",
                        "/descriptor/input/widthPx",
                        "/descriptor/input/channels",
                        "/descriptor/input/std",
                        "/descriptor/input/layout"));
  }

  @Test
  void refusesWhatIsNoJson() {
    for (String text :
        List.of("", "[]", "{", "{\"id\":}", "{\"id\":1,}", "{\"a\":1}x", "{\"a\":1,\"a\":2}")) {
      assertThatThrownBy(() -> Descriptor.parse(text))
          .as(text)
          .isInstanceOf(InvalidSettingsException.class);
    }
    assertThatThrownBy(() -> Json.object("{\"a\":" + "[".repeat(10_000)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void readsAllThatJsonHas() {
    String text = "{\"a\\u00e4\\n\": [1.5e2, true, null, {\"b\": \"\\\"\"}], \"n\": null}";
    assertThat(Json.write(Json.object(text)))
        .isEqualTo("{\"aä\\u000a\":[1.5E+2,true,{\"b\":\"\\\"\"}]}");
  }

  @Test
  void hasACatalogue() {
    assertThat(Catalog.read().entries())
        .hasSize(3)
        .allSatisfy(
            entry -> {
              assertThat(entry.url().getScheme()).isEqualTo("https");
              assertThat(entry.descriptor().sha256()).hasSize(64);
              assertThat(entry.descriptor().labels()).hasSize(80).contains("person", "truck");
            });
  }
}
