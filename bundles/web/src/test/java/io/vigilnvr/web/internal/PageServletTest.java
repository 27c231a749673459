package io.vigilnvr.web.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.servlet.ServletContextHandler;
import org.eclipse.jetty.servlet.ServletHolder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PageServletTest {
  private static final String PAGE = "<!doctype html><title>Vigil</title>";
  private static final String SCRIPT = "export const answer = 42;".repeat(100);

  @TempDir Path folder;
  private final Server server = new Server();
  private final HttpClient client = HttpClient.newHttpClient();
  private int port;

  @BeforeEach
  void serve() throws Exception {
    var urls = new HashMap<String, URL>();
    put(urls, "/index.html", PAGE.getBytes(StandardCharsets.UTF_8));
    put(urls, "/icon.svg", "<svg/>".getBytes(StandardCharsets.UTF_8));
    put(urls, "/assets/app-x1.js", SCRIPT.getBytes(StandardCharsets.UTF_8));
    put(urls, "/assets/app-x1.js.gz", gzip(SCRIPT));
    put(urls, "/assets/app-x1.js.br", "brotli".getBytes(StandardCharsets.UTF_8));
    var context = new ServletContextHandler();
    context.addServlet(new ServletHolder(new PageServlet(new PageFiles(urls))), "/");
    var connector = new ServerConnector(server);
    server.addConnector(connector);
    server.setHandler(context);
    server.start();
    port = connector.getLocalPort();
  }

  @AfterEach
  void stop() throws Exception {
    server.stop();
  }

  private void put(Map<String, URL> urls, String path, byte[] content) throws IOException {
    Path file = folder.resolve(path.substring(1).replace('/', '_'));
    Files.write(file, content);
    urls.put(path, file.toUri().toURL());
  }

  private static byte[] gzip(String text) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  private HttpResponse<byte[]> ask(String method, String path, String... headers)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
            .method(method, HttpRequest.BodyPublishers.noBody());
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  private static String text(HttpResponse<byte[]> response) {
    return new String(response.body(), StandardCharsets.UTF_8);
  }

  private static String header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/index.html", "/live", "/cameras/front-door/live", "/live/a.b"})
  void addressesOfThePageAreThePage(String path) throws Exception {
    var response = ask("GET", path);

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(text(response)).isEqualTo(PAGE);
    assertThat(header(response, "Content-Type")).isEqualToIgnoringCase("text/html;charset=utf-8");
    assertThat(header(response, "Cache-Control")).isEqualTo("no-cache");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/assets/gone.js",
        "/favicon.ico",
        "/api",
        "/api/v2/cameras",
        "/health",
        "/metrics/x",
        "/assets/../../etc/passwd.txt",
      })
  void whatIsNotThereIsNoPage(String path) throws Exception {
    assertThat(ask("GET", path).statusCode()).isIn(400, 404);
  }

  @Test
  void filesWithTheirHashInTheNameStayInTheCache() throws Exception {
    var response = ask("GET", "/assets/app-x1.js");

    assertThat(text(response)).isEqualTo(SCRIPT);
    assertThat(header(response, "Cache-Control")).isEqualTo("public, max-age=31536000, immutable");
    assertThat(header(ask("GET", "/icon.svg"), "Cache-Control")).isEqualTo("no-cache");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gzip, deflate, br | br",
        "gzip | gzip",
        "br;q=0, gzip;q=0.5 | gzip",
        "br; q=0.0 | ''",
        "identity | ''",
        "GZIP | gzip",
      })
  void sendsTheSmallestFormThatIsAccepted(String accepted, String encoding) throws Exception {
    var response = ask("GET", "/assets/app-x1.js", "Accept-Encoding", accepted);

    assertThat(header(response, "Content-Encoding")).isEqualTo(encoding);
    assertThat(header(response, "Content-Type")).startsWith("text/javascript");
    assertThat(header(response, "Vary")).contains("Accept-Encoding");
    if (encoding.equals("gzip")) {
      try (var in = new GZIPInputStream(new ByteArrayInputStream(response.body()))) {
        assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo(SCRIPT);
      }
    }
  }

  @Test
  void whoHasItAlreadyGetsNoBody() throws Exception {
    var first = ask("GET", "/");
    var again = ask("GET", "/", "If-None-Match", "\"other\", W/" + header(first, "ETag"));

    assertThat(again.statusCode()).isEqualTo(304);
    assertThat(again.body()).isEmpty();
    assertThat(header(again, "ETag")).isEqualTo(header(first, "ETag"));
    assertThat(ask("GET", "/", "If-None-Match", "\"other\"").statusCode()).isEqualTo(200);
  }

  @Test
  void eachEncodingHasItsOwnTag() throws Exception {
    assertThat(header(ask("GET", "/assets/app-x1.js"), "ETag"))
        .isNotEqualTo(header(ask("GET", "/assets/app-x1.js", "Accept-Encoding", "br"), "ETag"));
  }

  @Test
  void headSaysHowLongItIs() throws Exception {
    var response = ask("HEAD", "/assets/app-x1.js");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(header(response, "Content-Length")).isEqualTo(String.valueOf(SCRIPT.length()));
    assertThat(response.body()).isEmpty();
  }

  @Test
  void othersMayNotBeAsked() throws Exception {
    assertThat(ask("POST", "/live").statusCode()).isEqualTo(405);
  }

  @Test
  void nothingFromElsewhereRunsInThePage() throws Exception {
    var response = ask("GET", "/live");

    assertThat(header(response, "Content-Security-Policy"))
        .contains("default-src 'self'", "frame-ancestors 'none'", "object-src 'none'")
        .doesNotContain("unsafe-eval", "http");
    assertThat(header(response, "X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(header(response, "Referrer-Policy")).isEqualTo("no-referrer");
  }

  @Test
  void aPageThatWasNotBuiltIsNotThere() {
    assertThat(new PageFiles(Map.of()).isEmpty()).isTrue();
    assertThat(new PageFiles(Map.of()).find("/live")).isEmpty();
  }
}
