package io.vigilnvr.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.AlgorithmParameters;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConsoleKeyTest {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path data;

  private Path privateKey() {
    return data.resolve("secrets/console.key");
  }

  private Path publicKeys() {
    return data.resolve("karaf/console-keys.properties");
  }

  @Test
  void theTwoFilesHoldTheTwoHalvesOfOneKey() throws Exception {
    // Coordinates with leading zeros are rare: one key in 128 has one.
    for (int i = 0; i < 300; i++) {
      Files.deleteIfExists(privateKey());
      ConsoleKey.ensure(privateKey(), publicKeys());

      var pem =
          Files.readString(privateKey())
              .replaceAll("-----(BEGIN|END) EC PRIVATE KEY-----", "")
              .replaceAll("\\s", "");
      var signer = Signature.getInstance("SHA256withECDSA");
      var key = Base64.getDecoder().decode(pem);
      // PKCS #8 is a version and the curve's name in front of it.
      var pkcs8 =
          ByteBuffer.allocate(29 + key.length)
              .put(
                  HexFormat.of()
                      .parseHex("308193020100301306072a8648ce3d020106082a8648ce3d0301070479"))
              .put(key)
              .array();
      assertThat(key).hasSize(0x79);
      signer.initSign(KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(pkcs8)));
      signer.update((byte) i);
      var signature = signer.sign();

      var line = Files.readString(publicKeys());
      assertThat(line).startsWith("vigil=").endsWith(",admin,manager,viewer,systembundles");
      var wire = ByteBuffer.wrap(Base64.getDecoder().decode(line.substring(6, line.indexOf(','))));
      assertThat(new String(string(wire), StandardCharsets.US_ASCII))
          .isEqualTo("ecdsa-sha2-nistp256");
      assertThat(new String(string(wire), StandardCharsets.US_ASCII)).isEqualTo("nistp256");
      var point = string(wire);
      assertThat(point).hasSize(65).startsWith(4);
      assertThat(wire.hasRemaining()).isFalse();
      var curve = AlgorithmParameters.getInstance("EC");
      curve.init(new ECGenParameterSpec("secp256r1"));
      var verifier = Signature.getInstance("SHA256withECDSA");
      verifier.initVerify(
          KeyFactory.getInstance("EC")
              .generatePublic(
                  new ECPublicKeySpec(
                      new ECPoint(
                          new BigInteger(1, Arrays.copyOfRange(point, 1, 33)),
                          new BigInteger(1, Arrays.copyOfRange(point, 33, 65))),
                      curve.getParameterSpec(ECParameterSpec.class))));
      verifier.update((byte) i);
      assertThat(verifier.verify(signature)).isTrue();
    }
  }

  @Test
  void onlyTheOwnerCanReadTheKey() throws Exception {
    ConsoleKey.ensure(privateKey(), publicKeys());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(privateKey())))
        .isEqualTo("rw-------");
  }

  @Test
  void aKeyThatIsThereStays() throws Exception {
    ConsoleKey.ensure(privateKey(), publicKeys());
    var before = Files.readString(privateKey());
    ConsoleKey.ensure(privateKey(), publicKeys());
    assertThat(Files.readString(privateKey())).isEqualTo(before);
  }

  private static byte[] string(ByteBuffer in) {
    var bytes = new byte[in.getInt()];
    in.get(bytes);
    return bytes;
  }
}
