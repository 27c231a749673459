package io.vigilnvr.detect.onnx.internal;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * JSON (RFC 8259) as maps, lists, String, BigDecimal and Boolean. What is null is left out. Small
 * texts only, so that no library is needed for a page of description.
 */
final class Json {
  private static final int MOST_CHARACTERS = 1 << 20;
  private static final int DEEPEST = 16;

  private final String text;
  private int at;

  private Json(String text) {
    this.text = text;
  }

  /** In place of null, until it is left out. */
  private enum Nothing {
    NOTHING
  }

  /**
   * @throws IllegalArgumentException with the place where it is not a JSON object
   */
  static Map<String, Object> object(String text) {
    if (text.length() > MOST_CHARACTERS) {
      throw new IllegalArgumentException("more than " + MOST_CHARACTERS + " characters");
    }
    var json = new Json(text);
    json.space();
    if (json.peek() != '{') {
      throw json.wrong("not an object");
    }
    Map<String, Object> object = json.members(0);
    json.space();
    if (json.at < text.length()) {
      throw json.wrong("something after the end");
    }
    return object;
  }

  private Object value(int depth) {
    if (depth > DEEPEST) {
      throw wrong("too deep");
    }
    space();
    char next = peek();
    return switch (next) {
      case '{' -> members(depth);
      case '[' -> items(depth);
      case '"' -> string();
      case 't' -> word("true", true);
      case 'f' -> word("false", false);
      case 'n' -> word("null", Nothing.NOTHING);
      default -> number();
    };
  }

  private Map<String, Object> members(int depth) {
    Map<String, Object> members = new LinkedHashMap<>();
    at++;
    space();
    if (peek() == '}') {
      at++;
      return members;
    }
    while (true) {
      space();
      String name = string();
      space();
      expect(':');
      Object value = value(depth + 1);
      if (members.containsKey(name)) {
        throw wrong("the name " + name + " twice");
      }
      if (value != Nothing.NOTHING) {
        members.put(name, value);
      }
      space();
      if (peek() == '}') {
        at++;
        return members;
      }
      expect(',');
    }
  }

  private List<Object> items(int depth) {
    List<Object> items = new ArrayList<>();
    at++;
    space();
    if (peek() == ']') {
      at++;
      return items;
    }
    while (true) {
      Object value = value(depth + 1);
      if (value != Nothing.NOTHING) {
        items.add(value);
      }
      space();
      if (peek() == ']') {
        at++;
        return items;
      }
      expect(',');
    }
  }

  private String string() {
    expect('"');
    var out = new StringBuilder();
    while (true) {
      char c = peek();
      at++;
      if (c == '"') {
        return out.toString();
      }
      if (c < ' ') {
        throw wrong("a control character in a string");
      }
      out.append(c == '\\' ? escaped() : c);
    }
  }

  private char escaped() {
    char c = peek();
    at++;
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> {
        if (at + 4 > text.length()) {
          throw wrong("an escape that is none");
        }
        try {
          char unit = (char) Integer.parseInt(text, at, at + 4, 16);
          at += 4;
          yield unit;
        } catch (NumberFormatException e) {
          throw wrong("an escape that is none");
        }
      }
      default -> throw wrong("an escape that is none");
    };
  }

  private Object word(String word, Object value) {
    if (!text.startsWith(word, at)) {
      throw wrong("no value");
    }
    at += word.length();
    return value;
  }

  private BigDecimal number() {
    int start = at;
    while (at < text.length()
        && at - start < 40
        && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    try {
      BigDecimal number = new BigDecimal(text.substring(start, at));
      if (Math.abs(number.scale()) < 100) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw wrong("no value");
  }

  private void space() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private char peek() {
    if (at >= text.length()) {
      throw wrong("an end too soon");
    }
    return text.charAt(at);
  }

  private void expect(char wanted) {
    if (peek() != wanted) {
      throw wrong("no " + wanted);
    }
    at++;
  }

  private IllegalArgumentException wrong(String what) {
    return new IllegalArgumentException("is no JSON: " + what + " at character " + (at + 1));
  }

  /** Maps, lists, numbers, booleans; all else by its text. */
  static String write(Object value) {
    var out = new StringBuilder();
    write(value, out);
    return out.toString();
  }

  private static void write(Object value, StringBuilder out) {
    if (value instanceof Map<?, ?> map) {
      out.append('{');
      String separator = "";
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        // Maps of others may have nulls.
        if (entry.getValue() != null) {
          out.append(separator);
          quote(String.valueOf(entry.getKey()), out);
          out.append(':');
          write(entry.getValue(), out);
          separator = ",";
        }
      }
      out.append('}');
    } else if (value instanceof List<?> list) {
      out.append('[');
      for (Iterator<?> i = list.iterator(); i.hasNext(); ) {
        write(i.next(), out);
        out.append(i.hasNext() ? "," : "");
      }
      out.append(']');
    } else if (value instanceof Number || value instanceof Boolean) {
      out.append(value);
    } else {
      quote(String.valueOf(value), out);
    }
  }

  private static void quote(String text, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' ') {
        out.append(String.format("\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }
}
