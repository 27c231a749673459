package io.vigilnvr.plugin.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A header of a bundle's manifest (OSGi Core, 3.2.4): clauses of names and parameters. */
final class ManifestHeader {
  private ManifestHeader() {}

  /**
   * @param names packages, bundles or a namespace
   * @param attributes without the type that may follow a name
   */
  record Clause(
      List<String> names, Map<String, String> attributes, Map<String, String> directives) {
    boolean isOptional() {
      return "optional".equals(directives.get("resolution"));
    }
  }

  static List<Clause> parse(String header) {
    var clauses = new ArrayList<Clause>();
    for (String text : split(header, ',')) {
      var names = new ArrayList<String>();
      var attributes = new LinkedHashMap<String, String>();
      var directives = new LinkedHashMap<String, String>();
      for (String part : split(text, ';')) {
        int equals = unquoted(part, '=');
        if (equals < 0) {
          names.add(part);
        } else if (equals > 0 && part.charAt(equals - 1) == ':') {
          directives.put(part.substring(0, equals - 1).strip(), value(part.substring(equals + 1)));
        } else {
          String name = part.substring(0, equals).strip();
          attributes.put(name.replaceAll(":.*", ""), value(part.substring(equals + 1)));
        }
      }
      if (!names.isEmpty()) {
        clauses.add(new Clause(List.copyOf(names), attributes, directives));
      }
    }
    return clauses;
  }

  private static String value(String text) {
    String plain = text.strip();
    return plain.length() >= 2 && plain.startsWith("\"") && plain.endsWith("\"")
        ? plain.substring(1, plain.length() - 1)
        : plain;
  }

  private static List<String> split(String text, char at) {
    var parts = new ArrayList<String>();
    String rest = text;
    while (true) {
      int end = unquoted(rest, at);
      String part = (end < 0 ? rest : rest.substring(0, end)).strip();
      if (!part.isEmpty()) {
        parts.add(part);
      }
      if (end < 0) {
        return parts;
      }
      rest = rest.substring(end + 1);
    }
  }

  /** Where a character first stands outside of quotes; -1 if nowhere. */
  private static int unquoted(String text, char wanted) {
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (c == wanted && !quoted) {
        return i;
      }
    }
    return -1;
  }
}
