package io.vigilnvr.camera.internal;

import io.vigilnvr.api.camera.CameraId;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;

/** Makes ids of names: {@code Front door} becomes {@code front-door}, or {@code front-door-2}. */
final class CameraIds {
  /** Leaves room for a number. */
  private static final int MAX_LENGTH = 48;

  /** Words that stand in the API where ids do. */
  private static final Set<String> RESERVED = Set.of("test", "discover");

  private CameraIds() {}

  static CameraId free(String name, Predicate<CameraId> taken) {
    String slug = slug(name);
    for (int number = 1; ; number++) {
      String candidate = number == 1 ? slug : slug + "-" + number;
      var id = new CameraId(candidate);
      if (!RESERVED.contains(candidate) && !taken.test(id)) {
        return id;
      }
    }
  }

  private static String slug(String name) {
    String slug =
        Normalizer.normalize(name, Normalizer.Form.NFKD)
            .replaceAll("\\p{M}+", "")
            .replace("ß", "ss")
            .toLowerCase(Locale.ROOT)
            .replaceAll("[^a-z0-9]+", "-");
    slug = slug.substring(0, Math.min(slug.length(), MAX_LENGTH)).replaceAll("^-|-$", "");
    return slug.isEmpty() ? "camera" : slug;
  }
}
