package io.vigilnvr.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** A client of the HTTP API, with a token; it comes again when it is told to (503), for a while. */
final class Api {
  static final ObjectMapper JSON = new ObjectMapper();

  private static final HttpClient HTTP =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final String root;
  private final String token;

  private Api(String root, String token) {
    this.root = root;
    this.token = token;
  }

  /** An answer, whatever its status. */
  record Answer(int status, String body) {
    JsonNode json() throws IOException {
      return JSON.readTree(body);
    }
  }

  /** Signs in for a token. */
  static Api signedIn(String root, String username, String password) throws Exception {
    Api anonymous = new Api(root, "");
    Answer answer =
        anonymous.send(
            "POST",
            "/api/v1/tokens",
            Map.of("name", "e2e", "username", username, "password", password));
    if (answer.status() != 201) {
      throw new AssertionError("no token: " + answer);
    }
    return new Api(root, answer.json().get("token").asText());
  }

  static int status(String url) throws InterruptedException {
    try {
      return HTTP.send(
              HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(5)).build(),
              BodyHandlers.discarding())
          .statusCode();
    } catch (IOException e) {
      return -1;
    }
  }

  String root() {
    return root;
  }

  String token() {
    return token;
  }

  Answer send(String method, String path, Object body) throws IOException, InterruptedException {
    HttpRequest request =
        request(path)
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(JSON.writeValueAsString(body)))
            .build();
    return answer(ask(request, BodyHandlers.ofString()));
  }

  /** Sends a file and a text as a form does (RFC 7578). */
  Answer upload(String path, Path file, String name, String value)
      throws IOException, InterruptedException {
    String boundary = "vigil-e2e-part";
    var body = new ByteArrayOutputStream();
    body.writeBytes(
        ("--"
                + boundary
                + "\r\nContent-Disposition: form-data; name=\""
                + name
                + "\"\r\n\r\n"
                + value
                + "\r\n--"
                + boundary
                + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\""
                + file.getFileName()
                + "\"\r\nContent-Type: application/octet-stream\r\n\r\n")
            .getBytes(StandardCharsets.UTF_8));
    body.writeBytes(Files.readAllBytes(file));
    body.writeBytes(("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.UTF_8));
    HttpRequest request =
        request(path)
            .header("Content-Type", "multipart/form-data; boundary=" + boundary)
            .POST(BodyPublishers.ofByteArray(body.toByteArray()))
            .build();
    return answer(ask(request, BodyHandlers.ofString()));
  }

  Answer patch(String path, String etag, Object body) throws IOException, InterruptedException {
    HttpRequest request =
        request(path)
            .header("Content-Type", "application/merge-patch+json")
            .header("If-Match", etag)
            .method("PATCH", BodyPublishers.ofString(JSON.writeValueAsString(body)))
            .build();
    return answer(ask(request, BodyHandlers.ofString()));
  }

  String etag(String path) throws IOException, InterruptedException {
    return ask(request(path).build(), BodyHandlers.discarding())
        .headers()
        .firstValue("ETag")
        .orElseThrow();
  }

  Answer delete(String path) throws IOException, InterruptedException {
    return answer(ask(request(path).DELETE().build(), BodyHandlers.ofString()));
  }

  Answer get(String path) throws IOException, InterruptedException {
    return answer(ask(request(path).build(), BodyHandlers.ofString()));
  }

  JsonNode json(String path) throws IOException, InterruptedException {
    Answer answer = get(path);
    if (answer.status() != 200) {
      throw new AssertionError("GET " + path + ": " + answer);
    }
    return answer.json();
  }

  byte[] bytes(String path) throws IOException, InterruptedException {
    HttpResponse<byte[]> response = ask(request(path).build(), BodyHandlers.ofByteArray());
    if (response.statusCode() != 200) {
      throw new AssertionError(
          "GET "
              + path
              + ": "
              + response.statusCode()
              + " "
              + new String(response.body(), StandardCharsets.UTF_8));
    }
    return response.body();
  }

  Path download(String path, Path to) throws IOException, InterruptedException {
    HttpResponse<Path> response = ask(request(path).build(), BodyHandlers.ofFile(to));
    if (response.statusCode() != 200) {
      throw new AssertionError("GET " + path + ": " + response.statusCode());
    }
    return to;
  }

  /** What is starting, or taken out for a moment, says 503: nothing was done of what was asked. */
  private static <T> HttpResponse<T> ask(HttpRequest request, HttpResponse.BodyHandler<T> body)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      HttpResponse<T> response = HTTP.send(request, body);
      if (response.statusCode() != 503 || System.nanoTime() > deadline) {
        return response;
      }
      LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
    }
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(URI.create(root + path)).timeout(Duration.ofSeconds(60));
    if (!token.isEmpty()) {
      builder.header("Authorization", "Bearer " + token);
    }
    return builder;
  }

  private static Answer answer(HttpResponse<String> response) {
    return new Answer(response.statusCode(), response.body());
  }
}
