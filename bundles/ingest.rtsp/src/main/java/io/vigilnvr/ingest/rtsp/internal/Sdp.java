package io.vigilnvr.ingest.rtsp.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A session description (RFC 8866), as far as a receiver needs it.
 *
 * @param control of the session as a whole; empty if it is not said
 */
record Sdp(String control, List<Media> media) {
  private static final int MAX_MEDIA = 16;
  private static final int MAX_LINE_CHARS = 16 * 1024;
  private static final int MAX_FORMATS = 32;

  /**
   * One medium, by its first format.
   *
   * @param kind {@code video}, {@code audio}, {@code application}
   * @param encoding name in upper case, e.g. {@code H264}; empty if it is not said
   * @param clockRate ticks in one second
   * @param channels 1 unless said otherwise
   * @param format parameters by name in lower case
   */
  record Media(
      String kind,
      int payloadType,
      String encoding,
      int clockRate,
      int channels,
      Map<String, String> format,
      String control) {
    String parameter(String name) {
      return format.getOrDefault(name, "");
    }

    int number(String name, int fallback) {
      return Sdp.number(parameter(name)).orElse(fallback);
    }
  }

  private static final class Draft {
    final String kind;
    final int payloadType;
    String encoding = "";
    int clockRate;
    int channels = 1;
    Map<String, String> format = new HashMap<>();
    String control = "";

    Draft(String kind, int payloadType) {
      this.kind = kind;
      this.payloadType = payloadType;
      // Static payload types need no rtpmap: RFC 3551, 6.
      switch (payloadType) {
        case 0 -> set("PCMU", 8000);
        case 8 -> set("PCMA", 8000);
        case 26 -> set("JPEG", 90_000);
        default -> {}
      }
    }

    private void set(String name, int rate) {
      encoding = name;
      clockRate = rate;
    }

    Media media() {
      int rate = clockRate > 0 ? clockRate : kind.equals("audio") ? 8000 : 90_000;
      return new Media(kind, payloadType, encoding, rate, channels, Map.copyOf(format), control);
    }
  }

  static Sdp parse(String text) throws Fault {
    var drafts = new ArrayList<Draft>();
    String control = "";
    for (String line : (Iterable<String>) text.lines()::iterator) {
      if (line.length() > MAX_LINE_CHARS) {
        throw Fault.protocol("the camera's description of the stream is too long");
      }
      if (line.startsWith("m=")) {
        if (drafts.size() == MAX_MEDIA) {
          throw Fault.protocol("the camera describes more tracks than anybody has");
        }
        medium(line.substring(2)).ifPresent(drafts::add);
      } else if (line.startsWith("a=control:")) {
        String value = line.substring("a=control:".length()).strip();
        if (drafts.isEmpty()) {
          control = value;
        } else {
          drafts.get(drafts.size() - 1).control = value;
        }
      } else if (line.startsWith("a=") && !drafts.isEmpty()) {
        attribute(line.substring(2), drafts.get(drafts.size() - 1));
      }
    }
    return new Sdp(control, drafts.stream().map(Draft::media).toList());
  }

  /** {@code m=video 0 RTP/AVP 96}. */
  private static Optional<Draft> medium(String value) {
    String[] words = value.strip().split("\\s+", MAX_FORMATS);
    return words.length < 4
        ? Optional.empty()
        : number(words[3])
            .filter(type -> type <= 127)
            .map(type -> new Draft(words[0].toLowerCase(Locale.ROOT), type));
  }

  private static void attribute(String attribute, Draft draft) {
    if (attribute.startsWith("rtpmap:")) {
      String[] words = attribute.substring("rtpmap:".length()).strip().split("\\s+", 2);
      if (words.length == 2 && isFor(draft, words[0])) {
        String[] parts = words[1].strip().split("/", 3);
        draft.encoding = parts[0].toUpperCase(Locale.ROOT);
        draft.clockRate = parts.length > 1 ? number(parts[1]).orElse(0) : 0;
        draft.channels = parts.length > 2 ? number(parts[2]).orElse(1) : 1;
      }
    } else if (attribute.startsWith("fmtp:")) {
      String[] words = attribute.substring("fmtp:".length()).strip().split("\\s+", 2);
      if (words.length == 2 && isFor(draft, words[0])) {
        for (String parameter : words[1].split(";", MAX_FORMATS)) {
          int equals = parameter.indexOf('=');
          if (equals > 0) {
            draft.format.putIfAbsent(
                parameter.substring(0, equals).strip().toLowerCase(Locale.ROOT),
                parameter.substring(equals + 1).strip());
          }
        }
      }
    }
  }

  private static boolean isFor(Draft draft, String payloadType) {
    return number(payloadType).filter(type -> type == draft.payloadType).isPresent();
  }

  private static Optional<Integer> number(String text) {
    try {
      return Optional.of(Integer.parseInt(text.strip())).filter(value -> value >= 0);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
