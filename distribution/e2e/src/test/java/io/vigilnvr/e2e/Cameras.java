package io.vigilnvr.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Adds cameras and judges their ledgers. */
final class Cameras {
  private Cameras() {}

  /** Adds a camera by its RTSP address; returns its id. */
  static String add(Api api, String name, URI uri, Map<String, ?> login) throws Exception {
    Map<String, Object> settings = new HashMap<>(login);
    settings.put("url", uri.toString());
    Api.Answer answer =
        api.send(
            "POST",
            "/api/v1/cameras",
            Map.of("name", name, "driver", "rtsp", "settings", settings));
    assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    return answer.json().get("id").asText();
  }

  /** Spans and gaps follow each other without a hole or an overlap. */
  static void assertCovered(JsonNode ledger, Instant notBefore) {
    record Stretch(Instant from, Instant to) {}
    List<Stretch> stretches = new ArrayList<>();
    for (String kind : List.of("spans", "gaps")) {
      for (JsonNode item : ledger.get(kind)) {
        stretches.add(
            new Stretch(
                Instant.parse(item.get("from").asText()), Instant.parse(item.get("to").asText())));
      }
    }
    stretches.sort(Comparator.comparing(Stretch::from));
    assertThat(stretches).isNotEmpty();
    assertThat(stretches.get(0).from()).isAfterOrEqualTo(notBefore);
    for (int i = 1; i < stretches.size(); i++) {
      assertThat(stretches.get(i).from()).isEqualTo(stretches.get(i - 1).to());
    }
  }
}
