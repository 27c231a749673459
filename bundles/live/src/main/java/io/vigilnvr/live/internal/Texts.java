package io.vigilnvr.live.internal;

import java.util.Optional;
import java.util.regex.Pattern;

/** The text messages of the protocol, which are small and few enough to be written by hand. */
final class Texts {
  private static final Pattern COMMAND =
      Pattern.compile("\\s*\\{\\s*\"type\"\\s*:\\s*\"(pause|resume)\"\\s*\\}\\s*");

  /** What a client may say. */
  enum Command {
    PAUSE,
    RESUME
  }

  private Texts() {}

  static String init(String mime, String role) {
    return "{\"type\":\"init\",\"mime\":" + quoted(mime) + ",\"role\":" + quoted(role) + "}";
  }

  static String drop(long accessUnits) {
    return "{\"type\":\"drop\",\"accessUnits\":" + accessUnits + "}";
  }

  static String end(String cause) {
    return "{\"type\":\"end\",\"cause\":" + quoted(cause) + "}";
  }

  static String problem(int status, String title, String detail, String path) {
    return "{\"type\":\"about:blank\",\"title\":"
        + quoted(title)
        + ",\"status\":"
        + status
        + ",\"detail\":"
        + quoted(detail)
        + ",\"instance\":"
        + quoted(path)
        + "}";
  }

  static Optional<Command> command(String text) {
    var matcher = COMMAND.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    return Optional.of(matcher.group(1).equals("pause") ? Command.PAUSE : Command.RESUME);
  }

  private static String quoted(String text) {
    var quoted = new StringBuilder(text.length() + 8).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ' || c > '~') {
        quoted.append(String.format("\\u%04x", (int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}
