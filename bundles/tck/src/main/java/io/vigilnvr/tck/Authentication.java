package io.vigilnvr.tck;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** How a simulated camera asks for a login (RFC 7617, RFC 7616). */
public enum Authentication {
  BASIC(),
  DIGEST_MD5("MD5"),
  DIGEST_SHA256("SHA-256"),
  /** Offers both, the stronger first, as RFC 7616 wants. */
  DIGEST_BOTH("SHA-256", "MD5");

  static final String REALM = "simulated camera";

  private static final Pattern PARAMETER =
      Pattern.compile("([A-Za-z0-9_-]+)\\s*=\\s*(?:\"([^\"]*)\"|([^\\s,]+))");

  @SuppressWarnings("ImmutableEnumChecker") // made by List.of
  private final List<String> algorithms;

  Authentication(String... algorithms) {
    this.algorithms = List.of(algorithms);
  }

  /** Header lines of a 401 answer. */
  String challenge(String nonce, boolean stale) {
    if (algorithms.isEmpty()) {
      return "WWW-Authenticate: Basic realm=\"" + REALM + "\"\r\n";
    }
    var lines = new StringBuilder();
    for (String algorithm : algorithms) {
      lines
          .append("WWW-Authenticate: Digest realm=\"")
          .append(REALM)
          .append("\", nonce=\"")
          .append(nonce)
          .append("\", algorithm=")
          .append(algorithm)
          .append(stale ? ", stale=true\r\n" : "\r\n");
    }
    return lines.toString();
  }

  /** Whether an {@code Authorization} header proves that the client knows the login. */
  boolean accepts(String header, String method, String nonce, String user, String password) {
    if (algorithms.isEmpty()) {
      String expected =
          Base64.getEncoder()
              .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
      return header.regionMatches(true, 0, "Basic ", 0, 6)
          && header.substring(6).strip().equals(expected);
    }
    if (!header.regionMatches(true, 0, "Digest ", 0, 7)) {
      return false;
    }
    Map<String, String> given = parameters(header.substring(7));
    String algorithm = given.getOrDefault("algorithm", "MD5").toUpperCase(Locale.ROOT);
    if (!algorithms.contains(algorithm)
        || !user.equals(given.get("username"))
        || !nonce.equals(given.get("nonce"))) {
      return false;
    }
    String login = hash(algorithm, user + ":" + REALM + ":" + password);
    String request = hash(algorithm, method + ":" + given.get("uri"));
    var proof = new ArrayList<>(List.of(login, nonce));
    if (given.containsKey("qop")) {
      proof.add(given.getOrDefault("nc", ""));
      proof.add(given.getOrDefault("cnonce", ""));
      proof.add(given.getOrDefault("qop", ""));
    }
    proof.add(request);
    return hash(algorithm, String.join(":", proof)).equals(given.get("response"));
  }

  /** Whether the header is right but for a nonce of former days. */
  static boolean names(String header, String nonce) {
    return nonce.equals(parameters(header).get("nonce"));
  }

  private static Map<String, String> parameters(String text) {
    var parameters = new HashMap<String, String>();
    var matcher = PARAMETER.matcher(text);
    while (matcher.find()) {
      String quoted = matcher.group(2);
      parameters.put(
          matcher.group(1).toLowerCase(Locale.ROOT), quoted != null ? quoted : matcher.group(3));
    }
    return parameters;
  }

  private static String hash(String algorithm, String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance(algorithm).digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
