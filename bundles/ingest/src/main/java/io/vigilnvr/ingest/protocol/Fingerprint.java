package io.vigilnvr.ingest.protocol;

import io.vigilnvr.api.camera.StreamSource;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;

/** Tells whether two sources are the same without keeping either. */
public final class Fingerprint {
  private Fingerprint() {}

  public static String newSalt() {
    byte[] salt = new byte[32];
    new SecureRandom().nextBytes(salt);
    return HexFormat.of().formatHex(salt);
  }

  /** Of the address, how it is reached, and the login. */
  public static String of(StreamSource source, String salt) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(salt.getBytes(StandardCharsets.US_ASCII));
      return HexFormat.of().formatHex(digest.digest(Frames.encode(source)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }
}
