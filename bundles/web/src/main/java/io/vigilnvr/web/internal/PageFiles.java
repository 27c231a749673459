package io.vigilnvr.web.internal;

import java.net.URL;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The files of the page by their path, each in one or more encodings. */
final class PageFiles {
  static final String INDEX = "/index.html";

  /** What the builder names after its content, so that it never changes. */
  private static final String HASHED = "/assets/";

  private final Map<String, Map<Encoding, Variant>> files = new HashMap<>();

  /**
   * @param urls by path, with the compressed ones beside those they were made of
   */
  PageFiles(Map<String, URL> urls) {
    urls.forEach(
        (path, url) -> {
          Encoding encoding = encodingOf(path, urls);
          String plain = path.substring(0, path.length() - encoding.suffix.length());
          files
              .computeIfAbsent(plain, any -> new EnumMap<>(Encoding.class))
              .put(encoding, new Variant(url));
        });
  }

  private static Encoding encodingOf(String path, Map<String, URL> urls) {
    for (Encoding one : Encoding.ALL) {
      if (path.endsWith(one.suffix)
          && urls.containsKey(path.substring(0, path.length() - one.suffix.length()))) {
        return one;
      }
    }
    return Encoding.IDENTITY;
  }

  boolean isEmpty() {
    return !files.containsKey(INDEX);
  }

  /**
   * The file at a path. Any path that does not look like a file is the page, which knows its own
   * addresses.
   */
  Optional<Found> find(String path) {
    String name = files.containsKey(path) || MediaTypes.of(path).isPresent() ? path : INDEX;
    return Optional.ofNullable(files.get(name)).map(variants -> new Found(name, variants));
  }

  /** A file, and which it is. */
  record Found(String path, Map<Encoding, Variant> variants) {
    boolean isHashed() {
      return path.startsWith(HASHED);
    }
  }
}
