package io.vigilnvr.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The program, on a class path of its own: nothing but this library. */
@Timeout(180)
final class CommandLineTest {
  private final HttpClient http = HttpClient.newHttpClient();

  @SuppressWarnings("NullAway.Init")
  private Process process;

  @AfterEach
  void kill() {
    process.destroyForcibly();
  }

  @Test
  void servesCamerasAndTakesFaultsByHttp() throws Exception {
    String ready = start("--port", "0", "--camera", "yard=bframes,sub", "--exit-with-parent");
    String rtsp = ready.replaceFirst(".* rtsp=(\\S+).*", "$1");
    String control = ready.replaceFirst(".* control=(\\S+).*", "$1");
    assertThat(ready).endsWith("cameras=yard");

    try (var probe = RtspProbe.playing(URI.create(rtsp + "/yard/main"))) {
      probe.pictures(3);
      assertThat(call("GET", control + "/cameras").body())
          .contains("\"name\":\"yard\"", "\"open\":true", "\"sample\":\"bframes\"");
      assertThat(call("POST", control + "/cameras/yard/stall").statusCode()).isEqualTo(200);
      assertThat(call("GET", control + "/cameras").body()).contains("\"faults\":[\"stall\"]");
    }
    assertThat(call("POST", control + "/cameras/nobody/stall").statusCode()).isEqualTo(404);
    assertThat(call("POST", control + "/cameras/yard/nonsense").statusCode()).isEqualTo(404);
    assertThat(call("POST", control + "/cameras/yard/jump").statusCode()).isEqualTo(400);
    for (String fault :
        List.of(
            "resume",
            "jump?seconds=-1.5",
            "change?stream=sub&sample=main",
            "password?value=x",
            "garbage?bytes=10",
            "garble?on=false",
            "missing-markers",
            "rtcp?mode=absent",
            "redirect?to=rtsp://192.0.2.1/",
            "loss?fraction=0.1&tcp=true",
            "expire-nonces",
            "half-open",
            "freeze",
            "cut",
            "refuse",
            "unplug")) {
      assertThat(call("POST", control + "/cameras/yard/" + fault).statusCode())
          .as(fault)
          .isEqualTo(200);
    }
  }

  @Test
  void endsWhenItsStandardInputCloses() throws Exception {
    start("--port", "0", "--exit-with-parent");
    process.getOutputStream().close();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
  }

  @Test
  void endsOnSigterm() throws Exception {
    start("--port", "0");
    process.destroy();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void refusesUnknownOptions() throws Exception {
    assertThat(start("--nonsense")).contains("unknown option --nonsense");
    assertThat(process.waitFor()).isEqualTo(2);
  }

  private String start(String... arguments) throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-cp", "target/classes"));
    command.add("io.vigilnvr.tck.SimulatedCameras");
    command.addAll(List.of(arguments));
    process = new ProcessBuilder(command).redirectErrorStream(true).start();
    return Optional.ofNullable(process.inputReader().readLine()).orElse("nothing");
  }

  private HttpResponse<String> call(String method, String uri) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create(uri))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
