package io.vigilnvr.rest.internal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ContextHandlerCollection;
import org.eclipse.jetty.servlet.ServletContextHandler;
import org.eclipse.jetty.servlet.ServletHolder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a server says that listens already and has no servlet yet. */
final class EarlyAnswerTest {
  private final Server server = new Server();
  private final ContextHandlerCollection contexts = new ContextHandlerCollection();
  private final FakeBackend backend = new FakeBackend();
  private final HttpClient client = HttpClient.newHttpClient();
  private ServerConnector connector;

  @BeforeEach
  void start() throws Exception {
    var config = new HttpConfiguration();
    config.addCustomizer(new BadRequests());
    config.addCustomizer(new EarlyAnswer(backend));
    connector = new ServerConnector(server, new HttpConnectionFactory(config));
    server.addConnector(connector);
    server.setHandler(contexts);
    server.start();
  }

  @AfterEach
  void stop() throws Exception {
    server.stop();
  }

  @Test
  void putsOffWhoAsksTooEarly() throws Exception {
    for (String path : new String[] {"/api/v1/cameras", "/api/v1/x/y.jpg", "/metrics", "/", "/x"}) {
      for (String method : new String[] {"GET", "POST", "DELETE"}) {
        var answer = send(method, path);
        assertThat(answer.statusCode()).as(path).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).as(path).contains("2");
        assertThat(answer.headers().firstValue("Content-Type")).contains(Problem.MEDIA_TYPE);
        assertThat(json(answer).get("instance").asText()).isEqualTo(path);
      }
    }
  }

  @Test
  void answersWhatIsNoRequestWithAProblem() throws Exception {
    send("GET", "/health/live");
    try (var socket = new Socket("localhost", connector.getLocalPort())) {
      socket.setSoTimeout(20_000);
      socket
          .getOutputStream()
          .write("GET /api/v1/%zz HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
      assertThat(answer)
          .startsWith("HTTP/1.1 400 ")
          .contains("Content-Type: " + Problem.MEDIA_TYPE)
          .contains("\"status\":400")
          .doesNotContain("<h1>");
    }
  }

  @Test
  void isAliveAndNotReady() throws Exception {
    assertThat(send("GET", "/health/live").statusCode()).isEqualTo(200);
    var ready = send("GET", "/health/ready");
    assertThat(ready.statusCode()).isEqualTo(503);
    assertThat(ready.headers().firstValue("Retry-After")).contains("2");
    assertThat(json(ready).at("/checks/database").asText()).isEqualTo("failed");
  }

  @Test
  void leavesEachPartToItsServletAsItComes() throws Exception {
    var context = new ServletContextHandler(contexts, "/");
    var health = new ServletHolder("vigil-health", new HealthServlet(backend));
    context.addServlet(health, "/health/live");
    context.addServlet(health, "/health/ready");
    context.start();
    contexts.mapContexts();

    assertThat(send("POST", "/health/live").statusCode()).isEqualTo(405);
    assertThat(send("GET", "/api/v1/cameras").statusCode()).isEqualTo(503);
    assertThat(send("GET", "/metrics").statusCode()).isEqualTo(503);

    context.addServlet(new ServletHolder("vigil-metrics", new MetricsServlet(backend)), "/metrics");

    assertThat(send("GET", "/metrics").statusCode()).isEqualTo(401);
    assertThat(send("GET", "/").statusCode()).isEqualTo(503);
    assertThat(json(send("GET", "/health/ready")).at("/checks/api").asText()).isEqualTo("failed");

    context.addServlet(new ServletHolder("vigil-rest", new HealthServlet(backend)), "/api/v1/*");

    var withoutPage = send("GET", "/health/ready");
    assertThat(withoutPage.statusCode()).isEqualTo(503);
    assertThat(json(withoutPage).at("/checks").has("api")).isFalse();
    assertThat(json(withoutPage).at("/checks/page").asText()).isEqualTo("failed");

    context.addServlet(new ServletHolder("vigil-web", new HealthServlet(backend)), "/");

    assertThat(json(send("GET", "/health/ready")).at("/checks").has("page")).isFalse();
  }

  private HttpResponse<String> send(String method, String path) throws Exception {
    var uri = URI.create("http://localhost:" + connector.getLocalPort() + path);
    var request = HttpRequest.newBuilder(uri).method(method, HttpRequest.BodyPublishers.noBody());
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static JsonNode json(HttpResponse<String> answer) throws Exception {
    return Json.MAPPER.readTree(answer.body());
  }
}
