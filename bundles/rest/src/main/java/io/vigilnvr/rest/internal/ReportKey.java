package io.vigilnvr.rest.internal;

import io.vigilnvr.api.auth.Identity;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * By what a report of an event is known again when its sender, who heard no answer, sends it once
 * more. The event's id follows from it, so the database needs no other memory of it.
 */
final class ReportKey {
  static final String HEADER = "Idempotency-Key";
  private static final int MOST = 200;
  private static final Pattern VISIBLE = Pattern.compile("[!-~]{1," + MOST + "}");

  /** Of the digest; as unlikely to meet twice as a random id. */
  private static final int BYTES = 16;

  private ReportKey() {}

  /** The id of the event that this user reports with this key. */
  static String id(Identity who, String key) {
    if (!VISIBLE.matcher(key).matches()) {
      throw ProblemException.invalid(
          "/" + HEADER, "must be 1 to " + MOST + " visible ASCII characters");
    }
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest((who.username() + '\0' + key).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
