package io.vigilnvr.rest.internal;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A list, or a page of one.
 *
 * @param next cursor of the next page; null if there is none
 */
record Items<T>(List<T> items, @Nullable String next) {
  static <T> Items<T> all(List<T> items) {
    return new Items<>(items, null);
  }
}
