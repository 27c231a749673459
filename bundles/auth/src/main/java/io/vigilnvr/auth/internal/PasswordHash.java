package io.vigilnvr.auth.internal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * An Argon2id hash (RFC 9106) with its parameters and salt, written as a PHC string.
 *
 * <p>New hashes take 19 MiB, two passes, one lane: OWASP's least for Argon2id, some 50 ms on a
 * small server. Old hashes keep their parameters until their owner signs in again.
 */
final class PasswordHash {
  private static final int MEMORY_KIB = 19_456;
  private static final int PASSES = 2;
  private static final int LANES = 1;
  private static final int SALT_BYTES = 16;
  private static final int HASH_BYTES = 32;
  private static final Pattern PHC =
      Pattern.compile(
          "\\$argon2id\\$v=19\\$m=(\\d{1,7}),t=(\\d{1,3}),p=(\\d{1,2})"
              + "\\$([A-Za-z0-9+/]{11,86})\\$([A-Za-z0-9+/]{22,86})");

  private final int memoryKib;
  private final int passes;
  private final int lanes;
  private final byte[] salt;
  private final byte[] hash;

  private PasswordHash(int memoryKib, int passes, int lanes, byte[] salt, byte[] hash) {
    this.memoryKib = memoryKib;
    this.passes = passes;
    this.lanes = lanes;
    this.salt = salt;
    this.hash = hash;
  }

  /** Hashes a password with a fresh salt. Slow on purpose. */
  static PasswordHash of(String password) {
    byte[] salt = Secrets.bytes(SALT_BYTES);
    return new PasswordHash(
        MEMORY_KIB, PASSES, LANES, salt, derive(password, MEMORY_KIB, PASSES, LANES, salt));
  }

  /** Empty if the text is no PHC string of Argon2id. */
  static Optional<PasswordHash> parse(String phc) {
    var match = PHC.matcher(phc);
    if (!match.matches()) {
      return Optional.empty();
    }
    var decoder = Base64.getDecoder();
    return Optional.of(
        new PasswordHash(
            Integer.parseInt(match.group(1)),
            Integer.parseInt(match.group(2)),
            Integer.parseInt(match.group(3)),
            decoder.decode(match.group(4)),
            decoder.decode(match.group(5))));
  }

  /** Slow on purpose; takes the same time whether the password is right or not. */
  boolean matches(String password) {
    return MessageDigest.isEqual(hash, derive(password, memoryKib, passes, lanes, salt));
  }

  /** Whether it was made with other parameters than a new one would be. */
  boolean isOutdated() {
    return memoryKib != MEMORY_KIB || passes != PASSES || lanes != LANES;
  }

  String phc() {
    var encoder = Base64.getEncoder().withoutPadding();
    return "$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s"
        .formatted(
            memoryKib, passes, lanes, encoder.encodeToString(salt), encoder.encodeToString(hash));
  }

  @Override
  public String toString() {
    return "PasswordHash[***]";
  }

  private static byte[] derive(String password, int memoryKib, int passes, int lanes, byte[] salt) {
    var generator = new Argon2BytesGenerator();
    generator.init(
        new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
            .withMemoryAsKB(memoryKib)
            .withIterations(passes)
            .withParallelism(lanes)
            .withSalt(salt)
            .build());
    var hash = new byte[HASH_BYTES];
    generator.generateBytes(password.getBytes(StandardCharsets.UTF_8), hash);
    return hash;
  }
}
