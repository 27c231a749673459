package io.vigilnvr.ingest.rtsp.internal;

import io.vigilnvr.api.camera.CameraException.Kind;
import io.vigilnvr.api.camera.Credentials;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Answers a camera's challenges: Digest (RFC 7616 with MD5 and SHA-256, and RFC 2069 for cameras
 * that know no qop), and Basic (RFC 7617) where the password may be sent.
 */
final class Authorization {
  private static final int MOST_CHALLENGES = 16;
  private static final int MOST_PARAMETERS = 32;

  /** A camera that finds every nonce old could go on for ever. */
  private static final int MOST_REFUSALS = 3;

  private static final SecureRandom RANDOM = new SecureRandom();

  private final Optional<Credentials> credentials;
  private final boolean basicAllowed;
  private final Supplier<String> clientNonces;
  private Optional<Challenge> challenge = Optional.empty();
  private int count;
  private int refusals;

  /** What a camera asks for. */
  private record Challenge(boolean digest, Map<String, String> parameters) {
    String get(String name) {
      return parameters.getOrDefault(name, "");
    }

    String algorithm() {
      return get("algorithm").toUpperCase(Locale.ROOT);
    }

    /** Better ones are higher; 0 cannot be answered. */
    int rank(boolean basicAllowed) {
      if (!digest) {
        return basicAllowed ? 1 : 0;
      }
      return switch (algorithm()) {
        case "SHA-256", "SHA-256-SESS" -> 3;
        case "", "MD5", "MD5-SESS" -> 2;
        default -> 0;
      };
    }
  }

  Authorization(Optional<Credentials> credentials, boolean basicAllowed) {
    this(credentials, basicAllowed, () -> HexFormat.of().toHexDigits(RANDOM.nextLong()));
  }

  Authorization(
      Optional<Credentials> credentials, boolean basicAllowed, Supplier<String> clientNonces) {
    this.clientNonces = clientNonces;
    this.credentials = credentials;
    this.basicAllowed = basicAllowed;
  }

  /**
   * Learns what a refused request was refused for.
   *
   * @throws Fault if there is no answer that was not given already
   */
  void challenged(List<String> headers) throws Fault {
    if (credentials.isEmpty()) {
      throw new Fault(Kind.UNAUTHORIZED, "the camera asks for a user name and password");
    }
    Challenge best = null;
    boolean basic = false;
    for (String header : headers) {
      for (Challenge each : parse(header)) {
        basic |= !each.digest();
        if (best == null || each.rank(basicAllowed) > best.rank(basicAllowed)) {
          best = each;
        }
      }
    }
    if (best == null || best.rank(basicAllowed) == 0) {
      throw Fault.protocol(
          basic
              ? "the camera wants the password in clear; allow basic authentication in its"
                  + " settings, or use rtsps"
              : "the camera asks for a kind of login that nobody knows");
    }
    // The same question again means that the answer was wrong; a stale nonce only, that it is old.
    refusals++;
    boolean stale = best.get("stale").equalsIgnoreCase("true");
    if (refusals > (stale ? MOST_REFUSALS : 1)) {
      throw new Fault(Kind.UNAUTHORIZED, "wrong user name or password");
    }
    challenge = Optional.of(best);
    count = 0;
  }

  /** A request was taken: the next refusal is another question, e.g. because a nonce is old. */
  void accepted() {
    refusals = 0;
  }

  /** The header's value for a request; empty before the camera has asked. */
  Optional<String> header(String method, String uri) {
    return challenge.flatMap(
        asked ->
            credentials.map(
                login -> asked.digest() ? digest(asked, login, method, uri) : basic(login)));
  }

  private static String basic(Credentials login) {
    return "Basic "
        + Base64.getEncoder()
            .encodeToString(
                (login.username() + ":" + login.password()).getBytes(StandardCharsets.UTF_8));
  }

  /** RFC 7616, 3.4.1; without qop RFC 2069, 2.1.2. */
  private String digest(Challenge asked, Credentials login, String method, String uri) {
    String realm = asked.get("realm");
    String nonce = asked.get("nonce");
    boolean qop = Arrays.asList(asked.get("qop").split("[\\s,]+", -1)).contains("auth");
    MessageDigest hash = hash(asked.algorithm().startsWith("SHA-256") ? "SHA-256" : "MD5");
    String clientNonce = clientNonces.get();
    String number = String.format("%08x", ++count);
    String secret = hash(hash, login.username() + ":" + realm + ":" + login.password());
    if (asked.algorithm().endsWith("-SESS")) {
      secret = hash(hash, secret + ":" + nonce + ":" + clientNonce);
    }
    String target = hash(hash, method + ":" + uri);
    String response =
        hash(
            hash,
            qop
                ? String.join(":", secret, nonce, number, clientNonce, "auth", target)
                : String.join(":", secret, nonce, target));
    var header = new StringBuilder("Digest ");
    quoted(header, "username", login.username());
    quoted(header, "realm", realm);
    quoted(header, "nonce", nonce);
    quoted(header, "uri", uri);
    quoted(header, "response", response);
    if (!asked.get("algorithm").isEmpty()) {
      header.append("algorithm=").append(asked.get("algorithm")).append(", ");
    }
    if (!asked.get("opaque").isEmpty()) {
      quoted(header, "opaque", asked.get("opaque"));
    }
    if (qop) {
      header.append("qop=auth, nc=").append(number).append(", ");
      quoted(header, "cnonce", clientNonce);
    }
    header.setLength(header.length() - 2);
    return header.toString();
  }

  private static void quoted(StringBuilder header, String name, String value) {
    header
        .append(name)
        .append("=\"")
        .append(value.replace("\\", "\\\\").replace("\"", "\\\""))
        .append("\", ");
  }

  /**
   * Cameras send one challenge in a header, or several one after the other (RFC 7235, 4.1). Read by
   * hand: a name behind which no equals sign stands begins the next challenge.
   */
  private static List<Challenge> parse(String header) {
    var challenges = new ArrayList<Challenge>();
    Map<String, String> parameters = new HashMap<>();
    var text = new Scanner(header);
    while (text.hasMore() && challenges.size() < MOST_CHALLENGES) {
      String name = text.name().toLowerCase(Locale.ROOT);
      if (name.isEmpty()) {
        text.skip();
      } else if (text.isValueNext()) {
        String value = text.value();
        if (parameters.size() < MOST_PARAMETERS) {
          parameters.putIfAbsent(name, value);
        }
      } else {
        parameters = new HashMap<>();
        if (name.equals("digest") || name.equals("basic")) {
          challenges.add(new Challenge(name.equals("digest"), parameters));
        }
      }
    }
    return challenges;
  }

  /** Walks over a header once, whatever stands in it. */
  private static final class Scanner {
    private final String text;
    private int at;

    Scanner(String text) {
      this.text = text;
    }

    boolean hasMore() {
      return at < text.length();
    }

    void skip() {
      at++;
    }

    /** A token, as RFC 7230, 3.2.6 has it, as far as names need it. */
    String name() {
      int from = at;
      while (hasMore() && isName(text.charAt(at))) {
        at++;
      }
      return text.substring(from, at);
    }

    private static boolean isName(char each) {
      return (each >= 'a' && each <= 'z')
          || (each >= 'A' && each <= 'Z')
          || (each >= '0' && each <= '9')
          || each == '-'
          || each == '_';
    }

    private void space() {
      while (hasMore() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
        at++;
      }
    }

    boolean isValueNext() {
      space();
      return hasMore() && text.charAt(at) == '=';
    }

    /** What stands behind the equals sign; no line ends in it, as it goes into a header again. */
    String value() {
      at++;
      space();
      var value = new StringBuilder();
      if (hasMore() && text.charAt(at) == '"') {
        for (at++; hasMore() && text.charAt(at) != '"'; at++) {
          if (text.charAt(at) == '\\' && at + 1 < text.length()) {
            at++;
          }
          add(value, text.charAt(at));
        }
        at++;
      } else {
        for (; hasMore() && " \t,\"".indexOf(text.charAt(at)) < 0; at++) {
          add(value, text.charAt(at));
        }
      }
      return value.toString();
    }

    private static void add(StringBuilder value, char each) {
      if (each >= ' ' && each != 127) {
        value.append(each);
      }
    }
  }

  private static String hash(MessageDigest hash, String text) {
    return HexFormat.of().formatHex(hash.digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static MessageDigest hash(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
