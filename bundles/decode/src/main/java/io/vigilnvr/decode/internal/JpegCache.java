package io.vigilnvr.decode.internal;

import io.vigilnvr.api.decode.Jpeg;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The pictures that were asked for last, as many as fit. Thread-safe. */
final class JpegCache {
  private final long mostBytes;
  private final Map<String, Jpeg> byKey = new LinkedHashMap<>(64, 0.75f, true);
  private long bytes;

  JpegCache(long mostBytes) {
    this.mostBytes = mostBytes;
  }

  synchronized Optional<Jpeg> get(String key) {
    return Optional.ofNullable(byKey.get(key));
  }

  synchronized void put(String key, Jpeg jpeg) {
    Jpeg before = byKey.put(key, jpeg);
    bytes += jpeg.bytes().remaining() - (before == null ? 0 : before.bytes().remaining());
    for (Iterator<Jpeg> oldest = byKey.values().iterator(); bytes > mostBytes; oldest.remove()) {
      bytes -= oldest.next().bytes().remaining();
    }
  }
}
