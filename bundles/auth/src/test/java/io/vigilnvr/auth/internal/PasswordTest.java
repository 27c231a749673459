package io.vigilnvr.auth.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PasswordTest {
  private final PasswordRules rules = new PasswordRules();

  /** Written by the reference implementation (its test.c). */
  @Test
  void readsHashesOfOtherImplementations() {
    var hash =
        PasswordHash.parse(
                "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ"
                    + "$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc")
            .orElseThrow();

    assertThat(hash.matches("password")).isTrue();
    assertThat(hash.matches("Password")).isFalse();
    assertThat(hash.isOutdated()).isTrue();
  }

  @Test
  void saltsEachHashAndReadsItsOwn() {
    var one = PasswordHash.of("correct horse");
    var other = PasswordHash.of("correct horse");

    assertThat(one.phc()).isNotEqualTo(other.phc()).startsWith("$argon2id$v=19$m=19456,t=2,p=1$");
    var read = PasswordHash.parse(one.phc()).orElseThrow();
    assertThat(read.matches("correct horse")).isTrue();
    assertThat(read.isOutdated()).isFalse();
    assertThat(one.toString()).doesNotContain("argon");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "$argon2id$",
        "$argon2i$v=19$m=16,t=2,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAAAA",
        "$2a$10$N9qo8uLOickgx2ZMRZoMye"
      })
  void takesNothingElseForAHash(String text) {
    assertThat(PasswordHash.parse(text)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "elevenchars",
        "administrator",
        "Administrator",
        "password1234",
        "PASSWORD2026",
        "passwordpassword",
        "111111111111",
        "abababababab",
        "123412341234",
        "qwertyuiop123!",
        "The.User.Name"
      })
  void refusesWhatIsGuessedFirst(String password) {
    assertThat(rules.password("the.user.name", password)).isPresent();
  }

  @Test
  void refusesWhatIsTooLong() {
    assertThat(rules.password("ada", "ab".repeat(60) + "correct!")).isEmpty();
    assertThat(rules.password("ada", "ab".repeat(60) + "correct!!")).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "correct horse battery staple",
        "vigil-test-1234",
        "twelve chars",
        "прекрасный день сегодня",
        "🦊🦊🦊🐻🐻🐻🐼🐼🐼🐨🐨🐨"
      })
  void asksForNoSymbols(String password) {
    assertThat(rules.password("ada", password)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".a", "a b", "a\nb", "-x", "a/b", "ä"})
  void refusesNamesThatMakeTrouble(String username) {
    assertThat(PasswordRules.username(username)).isPresent();
  }
}
