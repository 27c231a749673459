package io.vigilnvr.shell.internal;

import io.vigilnvr.api.record.Recordings;
import java.io.PrintStream;
import java.util.LinkedHashMap;

/** Prints what a check of index, journal and files found. */
final class CheckReport {
  private CheckReport() {}

  static void print(Recordings.CheckResult result, boolean json, PrintStream out) {
    if (json) {
      var object = new LinkedHashMap<String, Object>();
      object.put("segments", result.segments());
      object.put("bytes", result.bytes());
      object.put("problems", result.problems());
      out.println(Json.of(object));
      return;
    }
    result.problems().forEach(out::println);
    out.println(
        result.segments()
            + " segments, "
            + result.bytes()
            + " bytes, "
            + result.problems().size()
            + " problems");
  }
}
