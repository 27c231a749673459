package io.vigilnvr.ingest.rtsp.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vigilnvr.api.camera.CameraException.Kind;
import io.vigilnvr.api.camera.Credentials;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class AuthorizationTest {
  private static final String RFC_7616 =
      " realm=\"http-auth@example.org\", qop=\"auth, auth-int\", %s"
          + "nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\","
          + " opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"";

  private static Authorization of(String username, String password, boolean basicAllowed) {
    return new Authorization(
        Optional.of(new Credentials(username, password)),
        basicAllowed,
        () -> "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ");
  }

  private static String answer(Authorization authorization, String... challenges) throws Fault {
    authorization.challenged(List.of(challenges));
    return authorization.header("GET", "/dir/index.html").orElseThrow();
  }

  @Test
  void saysNothingBeforeItIsAsked() {
    assertThat(of("a", "b", true).header("OPTIONS", "rtsp://x/")).isEmpty();
  }

  /** RFC 2069, 2.4, with the response as in its erratum 749. */
  @Test
  void answersWithoutQop() throws Fault {
    assertThat(
            answer(
                of("Mufasa", "CircleOfLife", false),
                "Digest realm=\"testrealm@host.com\","
                    + " nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\","
                    + " opaque=\"5ccc069c403ebaf9f0171e9517f40e41\""))
        .contains("response=\"1949323746fe6a43ef61f9606e7febea\"")
        .contains("opaque=\"5ccc069c403ebaf9f0171e9517f40e41\"")
        .doesNotContain("cnonce", "qop", "algorithm");
  }

  /** RFC 7616, 3.9.1. */
  @Test
  void answersWithQop() throws Fault {
    assertThat(
            answer(
                of("Mufasa", "Circle of Life", false),
                "Digest" + String.format(RFC_7616, "algorithm=MD5, ")))
        .contains("response=\"8ca523f5e9506fed4657c9700eebdbec\"", "nc=00000001", "qop=auth,")
        .contains("algorithm=MD5");
    assertThat(
            answer(
                of("Mufasa", "Circle of Life", false),
                "Digest" + String.format(RFC_7616, "algorithm=SHA-256, ")))
        .contains("response=\"753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1\"");
  }

  /** RFC 7616, 3.7: the best that both know, wherever it stands. RFC 7235, 4.1: in one header. */
  @Test
  void takesTheBestOfSeveral() throws Fault {
    String md5 = "Digest" + String.format(RFC_7616, "algorithm=MD5, ");
    String sha = "Digest" + String.format(RFC_7616, "algorithm=SHA-256, ");
    String better = "Digest" + String.format(RFC_7616, "algorithm=SHA-512-256, ");
    String basic = "Basic realm=\"Digest of, \\\"all\\\" = Basic\"";
    for (String[] headers :
        new String[][] {
          {basic, md5, sha, better},
          {basic + ", " + md5 + ", " + sha},
          {sha + "," + better + "," + basic},
          {"Negotiate abc==, " + sha}
        }) {
      assertThat(answer(of("Mufasa", "Circle of Life", true), headers))
          .startsWith("Digest ")
          .contains("algorithm=SHA-256");
    }
  }

  /** RFC 7616, 3.4.2. The expected value was made with Python's hashlib. */
  @Test
  void answersSessions() throws Fault {
    assertThat(
            answer(
                of("u", "p", false),
                "Digest realm=\"r\", nonce=\"n\", qop=\"auth\", algorithm=MD5-sess"))
        .contains("algorithm=MD5-sess")
        .contains("response=\"489e2d996db977f642fac817acfa4b19\"");
  }

  @Test
  void countsWhatIsAskedWithOneNonce() throws Fault {
    Authorization authorization = of("u", "p", false);
    assertThat(answer(authorization, "Digest realm=\"r\", nonce=\"n\", qop=\"auth\""))
        .contains("nc=00000001");
    assertThat(authorization.header("PLAY", "x").orElseThrow()).contains("nc=00000002");
  }

  @Test
  void sendsThePasswordInClearOnlyWhereThatIsAllowed() throws Fault {
    assertThat(answer(of("Aladdin", "open sesame", true), "Basic realm=\"x\"")) // RFC 7617, 2
        .isEqualTo("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    assertThat(answer(of("Aladdin", "open sesame", true), "basic")).startsWith("Basic ");
    assertThatThrownBy(() -> answer(of("a", "b", false), "Basic realm=\"x\""))
        .isInstanceOf(Fault.class)
        .hasMessageContaining("in clear");
    assertThatThrownBy(() -> answer(of("a", "b", false), "Bearer x"))
        .isInstanceOf(Fault.class)
        .hasMessageContaining("nobody knows");
    assertThatThrownBy(() -> answer(of("a", "b", false)))
        .isInstanceOf(Fault.class)
        .hasMessageContaining("nobody knows");
  }

  @Test
  void asksForALoginIfThereIsNone() {
    assertThatThrownBy(
            () ->
                new Authorization(Optional.empty(), true)
                    .challenged(List.of("Digest realm=\"r\", nonce=\"n\"")))
        .isInstanceOfSatisfying(
            Fault.class, fault -> assertThat(fault.kind()).isEqualTo(Kind.UNAUTHORIZED));
  }

  /** More tries lock accounts. */
  @Test
  void triesAWrongPasswordOnce() throws Fault {
    Authorization authorization = of("u", "p", false);
    answer(authorization, "Digest realm=\"r\", nonce=\"1\"");
    assertThatThrownBy(() -> answer(authorization, "Digest realm=\"r\", nonce=\"2\""))
        .isInstanceOfSatisfying(
            Fault.class, fault -> assertThat(fault.kind()).isEqualTo(Kind.UNAUTHORIZED));
  }

  /** RFC 7616, 3.3, stale: the password was right. A camera that always says so is left. */
  @Test
  void answersAgainWhenANonceIsOld() throws Fault {
    Authorization authorization = of("u", "p", false);
    for (int day = 0; day < 10; day++) {
      String old = "Digest realm=\"r\", nonce=\"" + day + "\", stale=TRUE";
      assertThat(answer(authorization, old)).contains("nonce=\"" + day + "\"");
      authorization.accepted();
    }
    answer(authorization, "Digest realm=\"r\", nonce=\"a\"");
    String stale = "Digest realm=\"r\", nonce=\"b\", stale=true";
    answer(authorization, stale);
    answer(authorization, stale);
    assertThatThrownBy(() -> answer(authorization, stale)).isInstanceOf(Fault.class);
  }

  @Test
  void nothingThatACameraSaysEndsALine() throws Fault {
    assertThat(
            answer(
                of("u", "p\"\\", false),
                "Digest realm=\"a\r\nX: y\\\"z\", nonce=\"\u0000n\", opaque=\"\u007f\""))
        .doesNotContain("\r", "\n", "\u0000", "\u007f")
        .contains("realm=\"aX: y\\\"z\"");
  }

  @Test
  void readsLongChallenges() throws Fault {
    String realm = "\\x".repeat(30_000);
    assertThat(answer(of("u", "p", false), "Digest realm=\"" + realm + "\", nonce=\"n\""))
        .contains("realm=\"" + "x".repeat(30_000) + "\"");
    assertThat(answer(of("u", "p", false), "Digest nonce=n," + "a=b,".repeat(15_000)))
        .contains("nonce=\"n\"");
  }
}
