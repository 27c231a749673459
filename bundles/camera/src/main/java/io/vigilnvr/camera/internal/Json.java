package io.vigilnvr.camera.internal;

import java.util.List;
import java.util.Map;

/** Compares values that came from JSON with values that were made from such. */
final class Json {
  private Json() {}

  /** Whether both mean the same: 5 and 5.0 do. */
  static boolean same(Object one, Object other) {
    if (one instanceof Number a && other instanceof Number b) {
      return a.doubleValue() == b.doubleValue();
    }
    if (one instanceof List<?> a && other instanceof List<?> b) {
      if (a.size() != b.size()) {
        return false;
      }
      for (int i = 0; i < a.size(); i++) {
        if (!same(a.get(i), b.get(i))) {
          return false;
        }
      }
      return true;
    }
    if (one instanceof Map<?, ?> a && other instanceof Map<?, ?> b) {
      for (Map.Entry<?, ?> entry : a.entrySet()) {
        Object theirs = b.get(entry.getKey());
        if (theirs == null || !same(entry.getValue(), theirs)) {
          return false;
        }
      }
      return a.size() == b.size();
    }
    return one.equals(other) || one.toString().equals(other.toString());
  }
}
