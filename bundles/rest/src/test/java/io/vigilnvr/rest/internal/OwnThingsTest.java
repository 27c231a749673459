package io.vigilnvr.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigilnvr.api.auth.Role;
import io.vigilnvr.api.event.Change;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Saved views and preferences. */
final class OwnThingsTest {
  private Site site;

  @BeforeEach
  void start(@TempDir Path folder) throws Exception {
    site = new Site(folder);
    site.backend.cameras.add("Own");
    site.backend.cameras.add("Foreign");
  }

  @AfterEach
  void stop() {
    site.close();
  }

  private static String view(String name, boolean shared, String... cameras) {
    return "{\"name\":\""
        + name
        + "\",\"shared\":"
        + shared
        + ",\"layout\":{\"columns\":2,\"tiles\":["
        + String.join(
            ",",
            java.util.Arrays.stream(cameras)
                .map(camera -> "{\"camera\":\"" + camera + "\",\"stream\":\"sub\"}")
                .toList())
        + "]}}";
  }

  @Test
  void savesChangesAndRemovesOnesOwn() {
    var viewer = site.as(Role.VIEWER);

    var made = viewer.post("views", view("Gate", false, "own", "foreign"));
    assertThat(made.status()).isEqualTo(201);
    String id = made.json().get("id").asText();
    assertThat(made.json().get("owner").asText()).isEqualTo("viewer");
    assertThat(viewer.get("views").json().at("/items/0")).isEqualTo(made.json());
    assertThat(site.as(Role.OPERATOR).get("views/" + id).status()).isEqualTo(404);
    assertThat(site.as(Role.ADMIN).send("DELETE", "views/" + id, null).status()).isEqualTo(404);

    String tag = viewer.get("views/" + id).header("ETag");
    assertThat(tag).isEqualTo(made.header("ETag"));
    var stale = site.as(Role.VIEWER).header("If-Match", "\"0\"");
    assertThat(stale.send("PUT", "views/" + id, view("Door", false, "own")).status())
        .isEqualTo(412);
    assertThat(stale.send("DELETE", "views/" + id, null).status()).isEqualTo(412);

    var changed =
        site.as(Role.VIEWER)
            .header("If-Match", tag)
            .send("PUT", "views/" + id, view("Door", false, "own"));
    assertThat(changed.header("ETag")).isNotEqualTo(tag);
    assertThat(changed.json().get("name").asText()).isEqualTo("Door");
    assertThat(viewer.send("DELETE", "views/" + id, null).status()).isEqualTo(204);
    assertThat(viewer.get("views").json().get("items")).isEmpty();
    assertThat(site.backend.told)
        .containsExactly(
            new Change.ViewsChanged(), new Change.ViewsChanged(), new Change.ViewsChanged());
  }

  @Test
  void letsOnlyOneOfSeveralChangeWhatAllHaveRead() throws Exception {
    var made = site.as(Role.VIEWER).post("views", view("Gate", false, "own"));
    String path = "views/" + made.json().get("id").asText();
    var bound = site.as(Role.VIEWER).header("If-Match", made.header("ETag"));
    var pool = Executors.newFixedThreadPool(8);
    try {
      var all =
          pool.invokeAll(
              IntStream.range(0, 8)
                  .<Callable<Integer>>mapToObj(
                      i -> () -> bound.send("PUT", path, view("Gate " + i, false)).status())
                  .toList());
      var statuses = new ArrayList<Integer>();
      for (Future<Integer> one : all) {
        statuses.add(one.get());
      }
      assertThat(statuses).containsOnlyOnce(200);
      assertThat(Collections.frequency(statuses, 412)).isEqualTo(7);
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void keepsTheSizesOfTiles() {
    var viewer = site.as(Role.VIEWER);
    String body =
        "{\"name\":\"Gate\",\"layout\":{\"columns\":3,\"tiles\":["
            + "{\"camera\":\"own\",\"columns\":2,\"rows\":3},{\"camera\":\"foreign\"}]}}";

    var made = viewer.post("views", body).json();

    assertThat(made.at("/layout/tiles/0/columns").asInt()).isEqualTo(2);
    assertThat(made.at("/layout/tiles/0/rows").asInt()).isEqualTo(3);
    assertThat(made.at("/layout/tiles/1/columns").asInt()).isEqualTo(1);
    assertThat(viewer.get("views").json().at("/items/0")).isEqualTo(made);
  }

  @Test
  void letsAdminsShareAndShowsNobodyAForeignCamera() {
    var admin = site.as(Role.ADMIN);
    var refused = site.as(Role.OPERATOR).post("views", view("All", true, "own"));
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.json().get("detail").asText()).isEqualTo("Views are shared by admins.");

    String id = admin.post("views", view("All", true, "foreign", "own")).json().get("id").asText();

    var limited = site.as(Role.VIEWER, "own");
    var seen = limited.get("views/" + id);
    assertThat(seen.text()).doesNotContain("foreign");
    assertThat(seen.json().at("/layout/tiles/0/camera").asText()).isEqualTo("own");
    assertThat(limited.send("PUT", "views/" + id, view("Mine", false, "own")).status())
        .isEqualTo(403);
    assertThat(limited.send("DELETE", "views/" + id, null).status()).isEqualTo(403);
    assertThat(admin.send("DELETE", "views/" + id, null).status()).isEqualTo(204);
  }

  @Test
  void namesEachWrongField() {
    var answer =
        site.as(Role.VIEWER, "own")
            .post(
                "views",
                "{\"name\":\" \",\"layout\":{\"columns\":99,\"tiles\":["
                    + "{\"camera\":\"own\",\"stream\":\"big\",\"columns\":0,\"rows\":13},"
                    + "{\"camera\":\"foreign\"}]}}");

    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.json().get("errors").findValuesAsText("pointer"))
        .containsExactly(
            "/name",
            "/layout/columns",
            "/layout/tiles/0/stream",
            "/layout/tiles/0/columns",
            "/layout/tiles/0/rows",
            "/layout/tiles/1/camera");
  }

  @Test
  void keepsPreferencesForEachUserApart() {
    var viewer = site.as(Role.VIEWER);
    assertThat(viewer.get("sessions/current/preferences").text()).isEqualTo("{}");

    String wanted = "{\"theme\":\"dark\",\"nested\":{\"list\":[1,true,null]}}";
    assertThat(viewer.send("PUT", "sessions/current/preferences", wanted).text()).isEqualTo(wanted);
    assertThat(viewer.get("sessions/current/preferences").text()).isEqualTo(wanted);
    assertThat(site.as(Role.ADMIN).get("sessions/current/preferences").text()).isEqualTo("{}");
    assertThat(site.as(Role.ADMIN).get("sessions/current").status()).isEqualTo(200);
    String large = "{\"a\":\"" + "x".repeat(17_000) + "\"}";
    assertThat(viewer.send("PUT", "sessions/current/preferences", large).status()).isEqualTo(413);
    assertThat(viewer.send("PUT", "sessions/current/preferences", "[]").status()).isEqualTo(422);
  }
}
