package io.vigilnvr.live.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigilnvr.live.internal.Texts.Command;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TextsTest {
  @Test
  void writesWhatTheApiSays() {
    assertThat(Texts.init("video/mp4; codecs=\"avc1.4d0028\"", "main"))
        .isEqualTo(
            "{\"type\":\"init\",\"mime\":\"video/mp4; codecs=\\\"avc1.4d0028\\\"\",\"role\":\"main\"}");
    assertThat(Texts.drop(12)).isEqualTo("{\"type\":\"drop\",\"accessUnits\":12}");
    assertThat(Texts.end("a\n\u00e4\\"))
        .isEqualTo("{\"type\":\"end\",\"cause\":\"a\\u000a\\u00e4\\\\\"}");
  }

  @Test
  void understandsTwoWords() {
    assertThat(Texts.command("{\"type\":\"pause\"}")).contains(Command.PAUSE);
    assertThat(Texts.command(" { \"type\" : \"resume\" }\n")).contains(Command.RESUME);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "pause",
        "{}",
        "{\"type\":\"stop\"}",
        "{\"type\":\"pause\",\"type\":\"resume\"}",
        "{\"type\":\"pause\"}{\"type\":\"pause\"}",
        "[{\"type\":\"pause\"}]"
      })
  void understandsNothingElse(String text) {
    assertThat(Texts.command(text)).isEmpty();
  }
}
