package io.vigilnvr.camera.rtsp.internal;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An RTSP address that passed the policy, with the login taken out of it. What it says of a host
 * given by name is only that the name is well-formed: names are looked up when it is connected to.
 *
 * @param uri ASCII, in lower case up to the path, without user info and fragment
 * @param username empty if the address had none
 * @param password empty if the address had none
 */
record RtspAddress(URI uri, Optional<String> username, Optional<String> password) {
  private static final int MAX_LENGTH = 2048;

  /** Java takes 0177.0.0.1 for 177.0.0.1, the C library for 127.0.0.1: so no leading zeros. */
  private static final Pattern DOTTED_QUAD =
      Pattern.compile("(?:0|[1-9][0-9]{0,2})(?:\\.(?:0|[1-9][0-9]{0,2})){3}");

  /** What the C library takes for an IPv4 address in another spelling (inet_aton(3)). */
  private static final Pattern ENDS_IN_A_NUMBER =
      Pattern.compile("(?:.*\\.)?(?:[0-9]+|0[xX][0-9a-fA-F]*)\\.?");

  private static final Pattern ESCAPED_CONTROL = Pattern.compile("%(?:[01][0-9a-fA-F]|7[fF])");

  /** The address is not accepted; the message says why and fits behind the setting's name. */
  static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String reason;

    RefusedException(String reason) {
      super(reason);
      this.reason = reason;
    }

    String reason() {
      return reason;
    }
  }

  /** Looks at the text alone, never at the network. */
  static RtspAddress parse(String text, AddressPolicy policy) throws RefusedException {
    if (text.length() > MAX_LENGTH) {
      throw new RefusedException("is longer than " + MAX_LENGTH + " characters");
    }
    if (text.chars().anyMatch(c -> c <= ' ' || c == 0x7f) || ESCAPED_CONTROL.matcher(text).find()) {
      throw new RefusedException("must not contain blanks, line breaks or control characters");
    }
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      // Not the exception's own words: they repeat the address, and with it the password.
      throw new RefusedException("is not an address; special characters are written as %40, %23 …");
    }
    String scheme = Optional.ofNullable(uri.getScheme()).orElse("").toLowerCase(Locale.ROOT);
    if (!scheme.equals("rtsp") && !scheme.equals("rtsps")) {
      throw new RefusedException("must start with rtsp:// or rtsps://");
    }
    if (uri.getRawFragment() != null) {
      throw new RefusedException("must not contain #; in a password it is written as %23");
    }
    String host = uri.getHost();
    if (host == null) {
      throw new RefusedException(
          "needs a host name or address, like rtsp://192.0.2.10/main, and a port from 1 to 65535 if"
              + " any; @ in a password is written as %40");
    }
    if (uri.getPort() == 0 || uri.getPort() > 65535) {
      throw new RefusedException("needs a port from 1 to 65535");
    }
    checkHost(host, policy);
    Optional<String> username = Optional.empty();
    Optional<String> password = Optional.empty();
    String userInfo = uri.getRawUserInfo();
    if (userInfo != null && !userInfo.isEmpty()) {
      int colon = userInfo.indexOf(':');
      username = Optional.of(decode(colon < 0 ? userInfo : userInfo.substring(0, colon)));
      password = colon < 0 ? Optional.empty() : Optional.of(decode(userInfo.substring(colon + 1)));
    }
    String plain =
        scheme
            + "://"
            + written(host)
            + (uri.getPort() < 0 ? "" : ":" + uri.getPort())
            + uri.getRawPath()
            + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
    // Requests are ASCII; letters beyond it would be taken for no address when tracks are set up.
    return new RtspAddress(URI.create(URI.create(plain).toASCIIString()), username, password);
  }

  /**
   * In lower case, but for an IPv6 zone: names of interfaces are told apart by it. A zone that is
   * written as RFC 6874, 2, wants it, with %25, is written as everybody reads it, with %.
   */
  private static String written(String host) {
    int zone = host.startsWith("[") ? host.indexOf('%') : -1;
    if (zone < 0) {
      return host.toLowerCase(Locale.ROOT);
    }
    boolean escaped = host.startsWith("%25", zone) && host.length() > zone + "%25]".length();
    return host.substring(0, zone).toLowerCase(Locale.ROOT)
        + "%"
        + host.substring(zone + (escaped ? 3 : 1));
  }

  private static void checkHost(String host, AddressPolicy policy) throws RefusedException {
    boolean ipv6 = host.startsWith("[");
    boolean ipv4 = ENDS_IN_A_NUMBER.matcher(host).matches();
    if (ipv4 && !DOTTED_QUAD.matcher(host).matches()) {
      throw new RefusedException("must have its numbers written plainly, like 192.0.2.10");
    }
    if (!ipv6 && !ipv4) {
      return;
    }
    try {
      String literal = ipv6 ? host.substring(1, host.length() - 1) : host;
      InetAddress address = InetAddress.getByName(AddressPolicy.withoutZone(literal));
      refuse(host, address, policy);
    } catch (UnknownHostException e) {
      throw new RefusedException("has a host that is not an address");
    }
  }

  /** Refuses a host for an address of it. */
  static void refuse(String host, InetAddress address, AddressPolicy policy)
      throws RefusedException {
    Optional<String> refusal = policy.refusal(address);
    if (refusal.isPresent()) {
      throw new RefusedException("is refused: " + host + " " + refusal.orElseThrow());
    }
  }

  /** Undoes percent-encoding (RFC 3986, 2.1); a plus stays a plus. */
  private static String decode(String text) throws RefusedException {
    ByteBuffer bytes = ByteBuffer.allocate(text.length() * 3);
    for (int i = 0; i < text.length(); ) {
      if (text.charAt(i) == '%') {
        // java.net.URI has made sure that two hex digits follow.
        bytes.put((byte) Integer.parseInt(text, i + 1, i + 3, 16));
        i += 3;
      } else {
        String c = Character.toString(text.codePointAt(i));
        bytes.put(c.getBytes(StandardCharsets.UTF_8));
        i += c.length();
      }
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
    } catch (CharacterCodingException e) {
      throw new RefusedException("has a login that is not UTF-8");
    }
  }

  @Override
  public String toString() {
    return uri.toString();
  }
}
