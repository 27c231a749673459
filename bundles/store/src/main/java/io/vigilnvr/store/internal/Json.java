package io.vigilnvr.store.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vigilnvr.api.camera.CameraId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What is kept as JSON. Fields that this version does not know are passed over. */
final class Json {
  private static final ObjectMapper MAPPER =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private Json() {}

  static String write(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("cannot be kept as JSON", e);
    }
  }

  static <T> T read(String json, TypeReference<T> type) {
    try {
      return MAPPER.readValue(json, type);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the database has JSON that is not ours", e);
    }
  }

  static @Nullable String cameras(Optional<Set<CameraId>> cameras) {
    return cameras
        .map(ids -> write(ids.stream().map(CameraId::value).collect(Collectors.toList())))
        .orElse(null);
  }

  static Optional<Set<CameraId>> cameras(@Nullable String json) {
    if (json == null) {
      return Optional.empty();
    }
    List<String> ids = read(json, new TypeReference<>() {});
    return Optional.of(ids.stream().map(CameraId::new).collect(Collectors.toUnmodifiableSet()));
  }
}
