package io.vigilnvr.shell.internal;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/**
 * The key that opens the console: whoever can read the file is the owner of the data directory, and
 * could read everything else in it, too.
 */
final class ConsoleKey {
  static final String USER = "vigil";

  /** Roles of Karaf that together may run every command. */
  static final List<String> ROLES = List.of("admin", "manager", "viewer", "systembundles");

  private static final String CURVE = "nistp256";

  private ConsoleKey() {}

  /**
   * Makes the key pair if there is none yet.
   *
   * @param privateKey as in RFC 5915, in PEM: SSH clients want the public half in it, which Java
   *     leaves out of PKCS #8
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
      write(
          publicKeys,
          USER + "=" + publicKey((ECPublicKey) pair.getPublic()) + "," + String.join(",", ROLES));
      var pem = Base64.getMimeEncoder(64, new byte[] {'\n'});
      write(
          privateKey,
          "-----BEGIN EC PRIVATE KEY-----\n"
              + pem.encodeToString(privateKey(pair))
              + "\n-----END EC PRIVATE KEY-----\n");
    } catch (GeneralSecurityException e) {
      throw new IOException("cannot make a key for the console", e);
    }
  }

  /** RFC 5915, 3: for this curve, every length is fixed. */
  private static byte[] privateKey(KeyPair pair) {
    var head = HexFormat.of().parseHex("30770201010420");
    var middle = HexFormat.of().parseHex("a00a06082a8648ce3d030107a144034200");
    var secret = new byte[32];
    number(((ECPrivateKey) pair.getPrivate()).getS(), secret, 0);
    var point = point((ECPublicKey) pair.getPublic());
    return ByteBuffer.allocate(head.length + secret.length + middle.length + point.length)
        .put(head)
        .put(secret)
        .put(middle)
        .put(point)
        .array();
  }

  /** SEC 1, 2.3.3, not compressed. */
  private static byte[] point(ECPublicKey key) {
    var point = new byte[65];
    point[0] = 4;
    number(key.getW().getAffineX(), point, 1);
    number(key.getW().getAffineY(), point, 33);
    return point;
  }

  /** As in RFC 5656, 3.1. */
  private static String publicKey(ECPublicKey key) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var out = new DataOutputStream(bytes);
    string(("ecdsa-sha2-" + CURVE).getBytes(StandardCharsets.US_ASCII), out);
    string(CURVE.getBytes(StandardCharsets.US_ASCII), out);
    string(point(key), out);
    return Base64.getEncoder().encodeToString(bytes.toByteArray());
  }

  private static void number(BigInteger value, byte[] into, int at) {
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
