package io.vigilnvr.auth.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileKeySecretBoxTest {
  @Test
  void opensWhatItSealedInThisLifeAndTheNext(@TempDir Path data) {
    byte[] sealed = new FileKeySecretBox(data).seal("pässwörd", "camera/front-door/password");

    assertThat(new FileKeySecretBox(data).open(sealed, "camera/front-door/password"))
        .isEqualTo("pässwörd");
    assertThat(new String(sealed, StandardCharsets.ISO_8859_1)).doesNotContain("ssw");
  }

  @Test
  void sealsTheSameSecretDifferentlyEachTime(@TempDir Path data) {
    var box = new FileKeySecretBox(data);
    assertThat(box.seal("x", "o")).isNotEqualTo(box.seal("x", "o"));
  }

  @Test
  void keepsItsKeyFromOthers(@TempDir Path data) throws Exception {
    new FileKeySecretBox(data).seal("x", "o");

    Path key = data.resolve("secrets").resolve("key");
    assertThat(Files.size(key)).isEqualTo(32);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
        .isEqualTo("r--------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key.getParent())))
        .isEqualTo("rwx------");
    try (var files = Files.list(key.getParent())) {
      assertThat(files).containsExactly(key);
    }
  }

  @Test
  void opensNothingThatWasMovedOrTouched(@TempDir Path data, @TempDir Path elsewhere) {
    var box = new FileKeySecretBox(data);
    byte[] sealed = box.seal("secret", "camera a");

    assertThatIllegalArgumentException().isThrownBy(() -> box.open(sealed, "camera b"));
    for (int i = 0; i < sealed.length; i++) {
      byte[] touched = sealed.clone();
      touched[i] ^= 1;
      assertThatIllegalArgumentException().isThrownBy(() -> box.open(touched, "camera a"));
    }
    assertThatIllegalArgumentException().isThrownBy(() -> box.open(new byte[0], "camera a"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new FileKeySecretBox(elsewhere).open(sealed, "camera a"));
  }
}
