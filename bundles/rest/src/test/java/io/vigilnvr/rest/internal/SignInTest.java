package io.vigilnvr.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigilnvr.api.auth.Role;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SignInTest {
  private static final String LOGIN =
      "{\"username\":\"ada\",\"password\":\"" + FakeBackend.PASSWORD + "\"}";

  private Site site;

  @BeforeEach
  void start(@TempDir Path folder) throws Exception {
    site = new Site(folder);
    site.backend.accounts.addUser("ada", FakeBackend.PASSWORD, Role.ADMIN, Optional.empty());
  }

  @AfterEach
  void stop() {
    site.close();
  }

  private Site.Call withCookie(Site.Answer signedIn) {
    String cookie = signedIn.header("Set-Cookie");
    return site.anonymous().header("Cookie", cookie.substring(0, cookie.indexOf(';')));
  }

  @Test
  void signsInWithACookieThatStaysWithItsHost() {
    var answer = site.anonymous().post("sessions", LOGIN);

    assertThat(answer.status()).isEqualTo(201);
    assertThat(answer.header("Set-Cookie"))
        .startsWith("__Host-vigil=")
        .contains("; Path=/;")
        .contains("; Secure")
        .contains("; HttpOnly")
        .contains("; SameSite=Strict")
        .doesNotContain("Domain");
    assertThat(answer.json().at("/user/username").asText()).isEqualTo("ada");
    assertThat(answer.json().at("/user/role").asText()).isEqualTo("admin");
    assertThat(answer.json().at("/user/cameras").isNull()).isTrue();

    var current = withCookie(answer).get("sessions/current");
    assertThat(current.json()).isEqualTo(answer.json());
    assertThat(current.json().get("csrfToken").asText()).hasSizeGreaterThan(40);
  }

  @Test
  void refusesAWrongPasswordAndAnUnknownNameAlike() {
    var wrong = site.anonymous().post("sessions", "{\"username\":\"ada\",\"password\":\"x\"}");
    var unknown = site.anonymous().post("sessions", "{\"username\":\"eve\",\"password\":\"x\"}");

    assertThat(wrong.status()).isEqualTo(401);
    assertThat(unknown.text()).isEqualTo(wrong.text());
  }

  @Test
  void tellsAGuesserHowLongToWait() {
    for (int i = 0; i < 3; i++) {
      site.anonymous().post("sessions", "{\"username\":\"ada\",\"password\":\"x\"}");
    }

    var answer = site.anonymous().post("sessions", LOGIN);
    assertThat(answer.status()).isEqualTo(429);
    assertThat(answer.header("Retry-After")).isEqualTo("7");
    assertThat(
            site.anonymous()
                .post("tokens", "{\"name\":\"x\",\"username\":\"ada\",\"password\":\"y\"}")
                .status())
        .isEqualTo(429);
  }

  @Test
  void takesChangesByCookieOnlyFromItsOwnPage() {
    site.backend.cameras.add("Yard");
    var answer = site.anonymous().post("sessions", LOGIN);
    var page = withCookie(answer);
    String change = "{\"name\":\"Garden\"}";
    String csrf = answer.json().get("csrfToken").asText();
    String own = site.url("");

    assertThat(page.get("cameras/yard").status()).isEqualTo(200);
    assertThat(page.send("PATCH", "cameras/yard", change).status()).isEqualTo(403);
    assertThat(page.header("X-Vigil-Csrf", "guess").send("PATCH", "cameras/yard", change).status())
        .isEqualTo(403);
    for (String site : new String[] {"cross-site", "same-site", "none"}) {
      assertThat(page.header("Sec-Fetch-Site", site).send("PATCH", "cameras/yard", change).status())
          .as(site)
          .isEqualTo(403);
    }
    for (String origin : new String[] {"null", "https://evil.example", own + ".evil", own + "1"}) {
      assertThat(page.header("Origin", origin).send("PATCH", "cameras/yard", change).status())
          .as(origin)
          .isEqualTo(403);
    }
    assertThat(site.backend.cameras.cameras().get(0).name()).isEqualTo("Yard");

    assertThat(page.header("X-Vigil-Csrf", csrf).send("PATCH", "cameras/yard", change).status())
        .isEqualTo(200);
    assertThat(
            page.header("Sec-Fetch-Site", "same-origin")
                .send("PATCH", "cameras/yard", change)
                .status())
        .isEqualTo(200);
    assertThat(page.header("Origin", own).send("PATCH", "cameras/yard", change).status())
        .isEqualTo(200);
  }

  @Test
  void letsNoForeignPageSignIn() {
    assertThat(
            site.anonymous()
                .header("Sec-Fetch-Site", "cross-site")
                .post("sessions", LOGIN)
                .status())
        .isEqualTo(403);
    assertThat(
            site.anonymous().header("Content-Type", "text/plain").post("sessions", LOGIN).status())
        .isEqualTo(415);
  }

  @Test
  void endsASession() {
    var answer = site.anonymous().post("sessions", LOGIN);
    var page = withCookie(answer).header("Sec-Fetch-Site", "same-origin");

    var out = page.send("DELETE", "sessions/current", null);

    assertThat(out.status()).isEqualTo(204);
    assertThat(out.header("Set-Cookie")).contains("Max-Age=0").contains("Secure");
    assertThat(page.get("sessions/current").status()).isEqualTo(401);
  }

  @Test
  void asksForThePasswordAgainBeforeAPluginIsPutIn() {
    String jar =
        "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.jar\"\r\n\r\njar\r\n--x--";
    String form = "multipart/form-data; boundary=x";
    var fresh =
        withCookie(site.anonymous().post("sessions", LOGIN))
            .header("Sec-Fetch-Site", "same-origin")
            .header("Content-Type", form);
    assertThat(fresh.post("plugins", jar).status()).isEqualTo(201);
    // One of before a restart, as one of more than 15 minutes ago.
    String secret = site.backend.accounts.sessionFor("ada", Role.ADMIN);
    var old =
        site.anonymous()
            .header("Cookie", SignIn.COOKIE + "=" + secret)
            .header("Sec-Fetch-Site", "same-origin");
    var upload = old.header("Content-Type", form);
    assertThat(upload.post("plugins?dryRun=true", jar).status()).isEqualTo(200);
    var refused = upload.post("plugins", jar);
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.json().get("type").asText()).isEqualTo("urn:vigil:problem:unconfirmed");

    String token = "{\"name\":\"wall\"}";
    String user =
        "{\"username\":\"eve\",\"password\":\"correct horse battery\",\"role\":\"admin\"}";
    for (var way : Map.of("tokens", token, "users", user).entrySet()) {
      assertThat(old.post(way.getKey(), way.getValue()).json().get("type").asText())
          .as("a way round by %s", way.getKey())
          .isEqualTo("urn:vigil:problem:unconfirmed");
    }
    assertThat(old.send("PATCH", "users/ada", "{\"enabled\":true}").status()).isEqualTo(403);

    var wrong = old.post("sessions/current/confirm", "{\"password\":\"x\"}");
    assertThat(wrong.status()).isEqualTo(422);
    assertThat(wrong.json().at("/errors/0/pointer").asText()).isEqualTo("/password");
    assertThat(upload.post("plugins", jar).status()).isEqualTo(403);
    int sessions = site.backend.accounts.sessions.size();
    String password = "{\"password\":\"" + FakeBackend.PASSWORD + "\"}";
    assertThat(old.post("sessions/current/confirm", password).status()).isEqualTo(204);
    assertThat(site.backend.accounts.sessions).as("left over").hasSize(sessions);
    assertThat(upload.post("plugins", jar).status()).isEqualTo(201);
    assertThat(old.post("tokens", token).status()).isEqualTo(201);
    assertThat(old.post("users", user).status()).isEqualTo(201);

    assertThat(site.as(Role.ADMIN).post("sessions/current/confirm", password).status())
        .isEqualTo(409);
    assertThat(site.as(Role.ADMIN).header("Content-Type", form).post("plugins", jar).status())
        .isEqualTo(201);
  }

  @Test
  void signsInWithAnOldCookie() {
    assertThat(
            site.anonymous()
                .header("Cookie", "__Host-vigil=old")
                .header("Sec-Fetch-Site", "same-origin")
                .post("sessions", LOGIN)
                .status())
        .isEqualTo(201);
  }

  @Test
  void limitsTokensToCamerasThatAreThere() {
    var admin = site.as(Role.ADMIN);
    var refused = admin.post("tokens", "{\"name\":\"wall\",\"cameras\":[\"yard\"]}");
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.json().at("/errors/0/pointer").asText()).isEqualTo("/cameras/0");
    site.backend.cameras.add("Yard");
    var issued = admin.post("tokens", "{\"name\":\"wall\",\"cameras\":[\"yard\"]}");
    assertThat(issued.status()).isEqualTo(201);

    // Whether there is a camera that is not theirs is nothing that they can find out so.
    var limited =
        site.anonymous().header("Authorization", "Bearer " + issued.json().get("token").asText());
    site.backend.cameras.add("Gate");
    var hidden = limited.post("tokens", "{\"name\":\"a\",\"cameras\":[\"gate\"]}");
    var absent = limited.post("tokens", "{\"name\":\"a\",\"cameras\":[\"none\"]}");
    assertThat(hidden.status()).isEqualTo(422);
    assertThat(hidden.json()).isEqualTo(absent.json());
  }

  @Test
  void issuesTokensForScripts() {
    var issued =
        site.anonymous()
            .post(
                "tokens",
                "{\"name\":\"backup\",\"role\":\"viewer\",\"username\":\"ada\",\"password\":\""
                    + FakeBackend.PASSWORD
                    + "\"}");
    assertThat(issued.status()).isEqualTo(201);
    assertThat(site.backend.accounts.sessions).as("left over").isEmpty();

    var script =
        site.anonymous().header("Authorization", "Bearer " + issued.json().get("token").asText());
    assertThat(script.get("cameras").status()).isEqualTo(200);
    assertThat(script.get("users").status()).isEqualTo(403);
    assertThat(script.get("tokens").text())
        .contains("backup")
        .doesNotContain(issued.json().get("token").asText());
    assertThat(
            site.as(Role.ADMIN)
                .send("DELETE", "tokens/" + issued.json().get("id").asText(), null)
                .status())
        .isEqualTo(204);
    assertThat(script.get("cameras").status()).isEqualTo(401);
    assertThat(site.anonymous().post("tokens", "{\"name\":\"x\"}").status()).isEqualTo(401);
    assertThat(site.anonymous().post("tokens", "{\"name\":\"x\",\"username\":\"ada\"}").status())
        .isEqualTo(422);
  }

  @Test
  void issuesTokensToASessionOnlyFromItsOwnPage() {
    var answer = site.anonymous().post("sessions", LOGIN);
    var page = withCookie(answer);
    String token = "{\"name\":\"phone\"}";

    assertThat(page.post("tokens", token).status()).isEqualTo(403);
    for (String site : new String[] {"cross-site", "same-site", "none"}) {
      assertThat(page.header("Sec-Fetch-Site", site).post("tokens", token).status())
          .as(site)
          .isEqualTo(403);
    }
    assertThat(site.as(Role.ADMIN).get("tokens").json().get("items")).isEmpty();

    var issued =
        page.header("X-Vigil-Csrf", answer.json().get("csrfToken").asText()).post("tokens", token);
    assertThat(issued.status()).isEqualTo(201);
    assertThat(issued.json().get("username").asText()).isEqualTo("ada");
    assertThat(issued.json().get("role").asText()).isEqualTo("admin");
    assertThat(
            site.anonymous()
                .header("Cookie", "__Host-vigil=old")
                .header("Sec-Fetch-Site", "same-origin")
                .post("tokens", token)
                .status())
        .isEqualTo(401);
  }

  @Test
  void givesNobodyMoreThanTheyHave() {
    assertThat(
            site.as(Role.OPERATOR).post("tokens", "{\"name\":\"x\",\"role\":\"admin\"}").status())
        .isEqualTo(422);
    assertThat(site.as(Role.OPERATOR).post("tokens", "{\"name\":\"x\",\"id\":\"7\"}").status())
        .isEqualTo(422);
  }

  @Test
  void hidesTokensOfOthers() {
    var ada = site.as(Role.ADMIN).post("tokens", "{\"name\":\"x\"}").json();
    var viewer = site.as(Role.VIEWER);

    assertThat(viewer.get("tokens").json().get("items")).isEmpty();
    assertThat(viewer.send("DELETE", "tokens/" + ada.get("id").asText(), null).status())
        .isEqualTo(404);
  }

  @Test
  void setsUpOnce() {
    String body =
        "{\"token\":\"setup\",\"username\":\"eve\",\"password\":\"" + FakeBackend.PASSWORD + "\"}";
    assertThat(site.anonymous().get("setup").json().get("needed").asBoolean()).isFalse();
    assertThat(site.anonymous().post("setup", body).status()).isEqualTo(409);

    site.backend.accounts.users.clear();
    assertThat(site.anonymous().get("setup").json().get("needed").asBoolean()).isTrue();
    assertThat(site.anonymous().post("setup", body.replace("setup", "guess")).status())
        .isEqualTo(403);
    assertThat(site.anonymous().post("setup", body).status()).isEqualTo(201);
    assertThat(site.anonymous().post("setup", body).status()).isEqualTo(409);
  }

  @Test
  void adminsManageUsers() {
    var admin = site.as(Role.ADMIN);
    String bob =
        "{\"username\":\"bob\",\"role\":\"viewer\",\"cameras\":[\"yard\"],\"password\":\""
            + FakeBackend.PASSWORD
            + "\"}";
    var early = admin.post("users", bob);
    assertThat(early.status()).isEqualTo(422);
    assertThat(early.json().at("/errors/0/pointer").asText()).isEqualTo("/cameras/0");
    site.backend.cameras.add("Yard");
    assertThat(admin.post("users", bob).status()).isEqualTo(201);
    assertThat(admin.post("users", bob).status()).isEqualTo(409);
    assertThat(admin.post("users", bob.replace("viewer", "god")).status()).isEqualTo(422);
    assertThat(
            admin
                .post("users", bob.replace(FakeBackend.PASSWORD, "short").replace("bob", "al"))
                .status())
        .isEqualTo(422);

    site.as(Role.ADMIN).send("DELETE", "cameras/yard", null);
    var kept = admin.send("PATCH", "users/bob", "{\"role\":\"operator\"}");
    assertThat(kept.json().get("cameras").toString()).isEqualTo("[\"yard\"]");
    var more = admin.send("PATCH", "users/bob", "{\"cameras\":[\"yard\",\"gate\",\"../x\"]}");
    assertThat(more.json().get("errors").findValuesAsText("pointer"))
        .containsExactly("/cameras/1", "/cameras/2");
    admin.send("PATCH", "users/bob", "{\"role\":\"viewer\"}");

    var changed = admin.send("PATCH", "users/bob", "{\"cameras\":null,\"enabled\":false}");
    assertThat(changed.status()).isEqualTo(200);
    assertThat(changed.json().get("cameras").isNull()).isTrue();
    assertThat(changed.json().get("role").asText()).isEqualTo("viewer");
    assertThat(changed.text()).doesNotContain("password");
    assertThat(admin.send("PATCH", "users/bob", "{\"admin\":true}").status()).isEqualTo(422);
    String tag = admin.get("users/bob").header("ETag");
    var stale = site.as(Role.ADMIN).header("If-Match", "\"0\"");
    assertThat(stale.send("PATCH", "users/bob", "{\"enabled\":true}").status()).isEqualTo(412);
    assertThat(stale.send("DELETE", "users/bob", null).status()).isEqualTo(412);
    assertThat(admin.get("users/bob").header("ETag")).isEqualTo(tag);
    var known = site.as(Role.ADMIN).header("If-Match", tag);
    var enabled = known.send("PATCH", "users/bob", "{\"enabled\":true}");
    assertThat(enabled.status()).isEqualTo(200);
    assertThat(enabled.header("ETag")).isNotEqualTo(tag);
    assertThat(admin.send("DELETE", "users/bob", null).status()).isEqualTo(204);
    assertThat(admin.get("users/bob").status()).isEqualTo(404);
  }

  @Test
  void writesDownWhoChangedWhat() {
    site.backend.cameras.add("Yard");
    site.as(Role.ADMIN).send("DELETE", "cameras/yard", null);
    site.backend.cameras.add("Yard");
    site.as(Role.VIEWER).send("DELETE", "cameras/yard", null);

    var page = site.as(Role.ADMIN).get("audit?limit=1").json();
    assertThat(page.at("/items/0/username").asText()).isEqualTo("viewer");
    assertThat(page.at("/items/0/outcome").asText()).isEqualTo("denied");
    var next = site.as(Role.ADMIN).get("audit?limit=1&cursor=" + page.get("next").asText()).json();
    assertThat(next.at("/items/0/action").asText()).isEqualTo("DELETE");
    assertThat(next.at("/items/0/target").asText()).isEqualTo("cameras/yard");
    assertThat(next.at("/items/0/outcome").asText()).isEqualTo("ok");
    assertThat(site.as(Role.ADMIN).get("audit?cursor=xyz").status()).isEqualTo(422);
  }
}
