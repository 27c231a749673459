package io.vigilnvr.store.internal;

import java.util.ArrayList;
import java.util.List;

/** An exception and what it was caused by, from the outermost in. */
final class Causes {
  private static final int DEEPEST = 20;

  private Causes() {}

  static List<Throwable> of(Throwable failure) {
    var all = new ArrayList<Throwable>();
    for (Throwable t = failure; t != null && all.size() < DEEPEST; t = t.getCause()) {
      all.add(t);
    }
    return all;
  }
}
