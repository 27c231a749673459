package io.vigilnvr.live.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OriginTest {
  @ParameterizedTest
  @CsvSource({
    "https://nvr.example,            https, nvr.example",
    "https://nvr.example,            https, nvr.example:443",
    "https://nvr.example:443,        https, nvr.example",
    "https://NVR.example:8443,       https, nvr.EXAMPLE:8443",
    "http://localhost:8080,          http,  localhost:8080",
    "http://127.0.0.1,               http,  127.0.0.1:80",
    "http://[::1]:8080,              http,  [::1]:8080",
    "http://my_host:8080,            http,  my_host:8080",
  })
  void takesItsOwn(String origin, String scheme, String host) {
    assertThat(Origin.isOwn(List.of(origin), scheme, host)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "https://evil.example,               https, nvr.example",
    "null,                               https, nvr.example",
    "'',                                 https, nvr.example",
    "https://nvr.example.evil,           https, nvr.example",
    "https://evil-nvr.example,           https, nvr.example",
    "https://nvr.example.,               https, nvr.example",
    "http://nvr.example,                 https, nvr.example",
    "https://nvr.example,                http,  nvr.example",
    "https://nvr.example:8443,           https, nvr.example",
    "https://nvr.example,                https, nvr.example:8443",
    "https://nvr.example/,               https, nvr.example",
    "https://user@nvr.example,           https, nvr.example",
    "https://nvr.example@evil.example,   https, nvr.example",
    "https://nvr.example#evil.example,   https, nvr.example",
    "https://nvr.example?,               https, nvr.example",
    "//nvr.example,                      https, nvr.example",
    "nvr.example,                        https, nvr.example",
    "ftp://nvr.example,                  https, nvr.example",
    "file://,                            https, nvr.example",
    "https://nvr.example:0443,           https, nvr.example",
    "https://nvr.example:,               https, nvr.example",
    "https://nvr.example https://evil,   https, nvr.example",
  })
  void takesNoOther(String origin, String scheme, String host) {
    assertThat(Origin.isOwn(List.of(origin), scheme, host)).isFalse();
  }

  @Test
  void takesOneAndOnlyOne() {
    String own = "https://nvr.example";
    assertThat(Origin.isOwn(List.of(), "https", "nvr.example")).isFalse();
    assertThat(Origin.isOwn(List.of(own, own), "https", "nvr.example")).isFalse();
    assertThat(Origin.isOwn(List.of(own), "https", null)).isFalse();
    assertThat(Origin.isOwn(List.of("https://a b"), "https", "a b")).isFalse();
  }
}
