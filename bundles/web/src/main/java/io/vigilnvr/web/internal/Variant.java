package io.vigilnvr.web.internal;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** One file in one encoding. Its tag and length are found out when it is first asked for. */
final class Variant {
  private static final int TAG_LENGTH = 20;

  private final URL url;
  private volatile @Nullable Facts facts;

  Variant(URL url) {
    this.url = url;
  }

  record Facts(String tag, long length) {}

  Facts facts() throws IOException {
    Facts known = facts;
    if (known == null) {
      known = read();
      facts = known;
    }
    return known;
  }

  InputStream open() throws IOException {
    return url.openStream();
  }

  private Facts read() throws IOException {
    MessageDigest digest = sha256();
    long length = 0;
    byte[] buffer = new byte[16 * 1024];
    try (InputStream in = open()) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        digest.update(buffer, 0, count);
        length += count;
      }
    }
    String hash = HexFormat.of().formatHex(digest.digest()).substring(0, TAG_LENGTH);
    return new Facts('"' + hash + '"', length);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whether the value of {@code If-None-Match} has the tag (RFC 9110, 13.1.2). */
  static boolean matches(String ifNoneMatch, String tag) {
    return ifNoneMatch.strip().equals("*")
        || Arrays.stream(ifNoneMatch.split(",", -1))
            .map(one -> one.strip().replaceFirst("^W/", ""))
            .anyMatch(tag::equals);
  }
}
