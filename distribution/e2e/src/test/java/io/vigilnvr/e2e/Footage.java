package io.vigilnvr.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import io.vigilnvr.tck.FrameMark;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What was recorded of one camera, picture by picture, as the API hands it out. */
record Footage(List<JsonNode> segments, List<FrameMark> frames) {
  /** Downloads everything there is. */
  static Footage of(Api api, String camera) throws IOException, InterruptedException {
    List<JsonNode> segments = new ArrayList<>();
    List<FrameMark> frames = new ArrayList<>();
    for (JsonNode segment : list(api, camera)) {
      segments.add(segment);
      frames.addAll(FrameMark.in(api.bytes("/api/v1/segments/" + segment.get("id").asText())));
    }
    return new Footage(List.copyOf(segments), List.copyOf(frames));
  }

  static List<JsonNode> list(Api api, String camera) throws IOException, InterruptedException {
    List<JsonNode> all = new ArrayList<>();
    api.json("/api/v1/cameras/" + camera + "/segments?limit=1000").get("items").forEach(all::add);
    all.sort(Comparator.comparingLong(segment -> segment.get("firstSequence").asLong()));
    return all;
  }

  /** Number of the last picture that is recorded; -1 if there is none. */
  long lastFrame() {
    return frames.isEmpty() ? -1 : frames.get(frames.size() - 1).number();
  }

  long firstFrame() {
    return frames.get(0).number();
  }
}
