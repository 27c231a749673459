package io.vigilnvr.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.vigilnvr.api.auth.Action;
import io.vigilnvr.api.auth.Role;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.ws.rs.Consumes;
import javax.ws.rs.core.MediaType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Every route, for everybody, with every camera: made from the code, so that none is forgotten. */
final class PermissionTableTest {
  private static final Set<Integer> LET_IN =
      new TreeSet<>(Set.of(200, 201, 204, 400, 409, 415, 422));

  private static Site site;
  private static List<Object> resources;

  @BeforeAll
  static void start(@TempDir Path folder) throws Exception {
    site = new Site(folder);
    resources = site.resources();
  }

  @AfterAll
  static void stop() {
    site.close();
  }

  @BeforeEach
  void cameras() {
    site.backend.cameras.add("Own");
    site.backend.cameras.add("Foreign");
  }

  @Test
  void everyMethodOfOursSaysWhoMayCallIt() {
    for (Object resource : resources) {
      for (Method method : resource.getClass().getMethods()) {
        if (ResourceRoutes.verb(method) != null) {
          assertThat(method.isAnnotationPresent(Route.class)).as(method.toString()).isTrue();
        }
      }
    }
    assertThat(ResourceRoutes.of(resources)).hasSizeGreaterThan(50);
  }

  @Test
  void onlyTheseAreForEverybody() {
    assertThat(
            ResourceRoutes.of(resources).stream()
                .filter(found -> found.route().scope() == Route.Scope.OPEN)
                .map(found -> found.method() + " " + found.path()))
        .containsExactlyInAnyOrder("GET setup", "POST setup", "POST sessions", "POST tokens");
  }

  @Test
  void whateverChangesSomethingOfTheSystemIsForAdmins() {
    assertThat(
            ResourceRoutes.of(resources).stream()
                .filter(found -> found.route().scope() == Route.Scope.SYSTEM)
                .filter(found -> found.route().needs() != Action.ADMINISTER))
        .isEmpty();
  }

  @TestFactory
  Stream<DynamicTest> whoIsNotSignedInGetsNothing() {
    return ResourceRoutes.of(resources).stream()
        .filter(found -> found.route().scope() != Route.Scope.OPEN)
        .flatMap(
            found ->
                Stream.of(
                    dynamicTest(
                        "anonymous " + name(found), () -> isUnauthorized(site.anonymous(), found)),
                    dynamicTest(
                        "bad token " + name(found),
                        () ->
                            isUnauthorized(
                                site.anonymous().header("Authorization", "Bearer nonsense"),
                                found)),
                    dynamicTest(
                        "bad session " + name(found),
                        () ->
                            isUnauthorized(
                                site.anonymous()
                                    .header("Cookie", SignIn.COOKIE + "=nonsense")
                                    .header("Sec-Fetch-Site", "same-origin")
                                    .header("X-Forwarded-For", "127.0.0.1"),
                                found))));
  }

  private static void isUnauthorized(Site.Call call, ResourceRoutes.Found found) {
    var answer = call.send(found.method(), path(found, "own"), body(found));
    assertThat(answer.status()).isEqualTo(401);
    if (!found.method().equals("HEAD")) {
      assertThat(answer.header("Content-Type")).isEqualTo(Problem.MEDIA_TYPE);
    }
  }

  @Test
  void pathsThatAreNotThereAreNoneOfStrangersBusiness() {
    assertThat(site.anonymous().get("nothing/here").status()).isEqualTo(401);
    assertThat(site.as(Role.VIEWER).get("nothing/here").status()).isEqualTo(404);
    assertThat(site.anonymous().send("OPTIONS", "cameras", null).status()).isEqualTo(401);
    assertThat(site.anonymous().get("../../health/ready").status()).isIn(400, 401, 404, 503);
  }

  @TestFactory
  Stream<DynamicTest> rolesGetWhatTheyMay() {
    var tests = new ArrayList<DynamicTest>();
    for (ResourceRoutes.Found found : ResourceRoutes.of(resources)) {
      if (found.path().contains("{") && !found.path().contains("{camera}")) {
        continue; // Found by an id that says nothing of a camera: see the tests of each.
      }
      for (Role role : Role.values()) {
        for (boolean limited : new boolean[] {false, true}) {
          for (String camera : List.of("own", "foreign", "unknown", "NO..ID")) {
            if (!found.path().contains("{camera}") && !camera.equals("own")) {
              continue;
            }
            tests.add(
                dynamicTest(
                    role.word() + (limited ? " of own" : "") + " " + name(found) + " " + camera,
                    () -> check(found, role, limited, camera)));
          }
        }
      }
    }
    return tests.stream();
  }

  private static void check(ResourceRoutes.Found found, Role role, boolean limited, String camera) {
    site.backend.cameras.add("Own");
    site.backend.cameras.add("Foreign");
    var call = limited ? site.as(role, "own") : site.as(role);

    if (isUpload(found)) {
      call = call.header("Content-Type", "multipart/form-data; boundary=x");
    }

    int status = call.send(found.method(), path(found, camera), body(found)).status();

    Optional<Integer> refusal = refusal(found.route(), role, limited, camera);
    if (refusal.isPresent()) {
      assertThat(status).isEqualTo(refusal.get());
    } else {
      assertThat(LET_IN).contains(status);
    }
  }

  /** Written from what the rules say, not from the code that keeps them. */
  private static Optional<Integer> refusal(Route route, Role role, boolean limited, String camera) {
    boolean enough =
        switch (role) {
          case ADMIN -> true;
          case OPERATOR -> route.needs() != Action.ADMINISTER;
          case VIEWER -> route.needs() == Action.VIEW_LIVE || route.needs() == Action.PLAY_BACK;
        };
    return switch (route.scope()) {
      case OPEN, SIGNED_IN -> Optional.empty();
      case SYSTEM -> enough && !limited ? Optional.empty() : Optional.of(403);
      case CAMERA -> {
        boolean visible = camera.equals("own") || (camera.equals("foreign") && !limited);
        if (!visible) {
          yield Optional.of(404);
        }
        yield enough ? Optional.empty() : Optional.of(403);
      }
    };
  }

  @Test
  void aForeignCameraLooksLikeOneThatIsNot() {
    var viewer = site.as(Role.VIEWER, "own");

    var foreign = viewer.get("cameras/foreign");
    var unknown = viewer.get("cameras/unknown");

    assertThat(foreign.status()).isEqualTo(unknown.status()).isEqualTo(404);
    assertThat(foreign.text().replace("foreign", "unknown")).isEqualTo(unknown.text());
    assertThat(viewer.get("cameras").json().get("items").findValuesAsText("id"))
        .containsExactly("own");
  }

  private static String name(ResourceRoutes.Found found) {
    return found.method() + " " + found.path();
  }

  private static boolean isUpload(ResourceRoutes.Found found) {
    Consumes consumes = found.handler().getAnnotation(Consumes.class);
    return consumes != null && List.of(consumes.value()).contains(MediaType.MULTIPART_FORM_DATA);
  }

  private static String path(ResourceRoutes.Found found, String camera) {
    return found.path().replace("{camera}", camera).replaceAll("\\{\\w+}", "nobody");
  }

  private static @Nullable String body(ResourceRoutes.Found found) {
    return Set.of("POST", "PUT", "PATCH").contains(found.method()) ? "{}" : null;
  }
}
