package io.vigilnvr.shell.internal;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;

/**
 * The key that opens the console: whoever can read the file is the owner of the data directory, and
 * could read everything else in it, too.
 */
final class ConsoleKey {
  static final String USER = "vigil";

  /** Roles of Karaf that together may run every command. */
  private static final String ROLES = "admin,manager,viewer,systembundles";

  private static final String CURVE = "nistp256";

  private ConsoleKey() {}

  /**
   * Makes the key pair if there is none yet.
   *
   * @param privateKey PKCS #8 in PEM (RFC 7468)
   * @param publicKeys in the form of Karaf's {@code keys.properties}
   */
  static void ensure(Path privateKey, Path publicKeys) throws IOException {
    if (Files.exists(privateKey) && Files.exists(publicKeys)) {
      return;
    }
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      var pair = generator.generateKeyPair();
      write(publicKeys, USER + "=" + publicKey((ECPublicKey) pair.getPublic()) + "," + ROLES);
      var pem = Base64.getMimeEncoder(64, new byte[] {'\n'});
      write(
          privateKey,
          "-----BEGIN PRIVATE KEY-----\n"
              + pem.encodeToString(pair.getPrivate().getEncoded())
              + "\n-----END PRIVATE KEY-----\n");
    } catch (GeneralSecurityException e) {
      throw new IOException("cannot make a key for the console", e);
    }
  }

  /** As in RFC 5656, 3.1. */
  private static String publicKey(ECPublicKey key) throws IOException {
    var point = new byte[65];
    point[0] = 4;
    coordinate(key.getW().getAffineX(), point, 1);
    coordinate(key.getW().getAffineY(), point, 33);
    var bytes = new ByteArrayOutputStream();
    var out = new DataOutputStream(bytes);
    string(("ecdsa-sha2-" + CURVE).getBytes(StandardCharsets.US_ASCII), out);
    string(CURVE.getBytes(StandardCharsets.US_ASCII), out);
    string(point, out);
    return Base64.getEncoder().encodeToString(bytes.toByteArray());
  }

  private static void coordinate(BigInteger value, byte[] into, int at) {
    var bytes = value.toByteArray();
    int length = Math.min(bytes.length, 32);
    System.arraycopy(bytes, bytes.length - length, into, at + 32 - length, length);
  }

  private static void string(byte[] bytes, DataOutputStream out) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    var draft = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(draft);
    Files.createFile(
        draft, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(draft, text);
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
