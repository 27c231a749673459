package io.vigilnvr.finder.onvif.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class HttpQuestionTest {
  private static final InetAddress HOST = OnvifFinder.ipv4(127, 0, 0, 1);

  private final ServerSocket server;
  private final CompletableFuture<String> question = new CompletableFuture<>();

  HttpQuestionTest() throws IOException {
    server = new ServerSocket(0, 1, HOST);
  }

  @AfterEach
  void close() throws IOException {
    server.close();
  }

  private interface Behaviour {
    void answer(Socket client, OutputStream out) throws IOException;
  }

  /** Answers one client once it has asked. */
  private void answers(Behaviour behaviour) {
    Thread thread =
        new Thread(
            () -> {
              try (Socket client = server.accept()) {
                var in = new StringBuilder();
                while (in.indexOf("<ask/>") < 0) {
                  in.append((char) client.getInputStream().read());
                }
                question.complete(in.toString());
                behaviour.answer(client, client.getOutputStream());
                client.shutdownOutput();
              } catch (IOException e) {
                // It was hung up on, or nobody came.
              }
            },
            "answers");
    thread.setDaemon(true);
    thread.start();
  }

  private void answers(String answer) {
    answers((client, out) -> out.write(answer.getBytes(StandardCharsets.ISO_8859_1)));
  }

  private String ask(Duration limit) throws IOException, InterruptedException {
    return new String(
        HttpQuestion.post(
            HOST,
            URI.create("http://127.0.0.1:" + server.getLocalPort() + "/onvif/a%20b"),
            "text/xml",
            "<ask/>".getBytes(StandardCharsets.UTF_8),
            System.nanoTime() + limit.toNanos()),
        StandardCharsets.ISO_8859_1);
  }

  private String ask() throws IOException, InterruptedException {
    return ask(Duration.ofSeconds(30));
  }

  private void fails(String answer, String why) throws IOException {
    answers(answer);
    assertThatExceptionOfType(IOException.class).isThrownBy(this::ask).withMessageContaining(why);
  }

  @Test
  void asksAndReadsUpToTheEndOfTheConnection() throws Exception {
    answers("HTTP/1.1 200 OK\r\nServer: x\r\n\r\n<a/>\r\n\r\n");
    assertThat(ask()).isEqualTo("<a/>\r\n\r\n");
    assertThat(question.get())
        .startsWith("POST /onvif/a%20b HTTP/1.0\r\nHost: 127.0.0.1:" + server.getLocalPort())
        .contains("\r\nContent-Length: 6\r\n")
        .doesNotContainIgnoringCase("authorization");
  }

  @Test
  void readsNoMoreThanTheAnswerIsLong() throws Exception {
    var never = new CountDownLatch(1);
    answers(
        (client, out) -> {
          out.write(
              "HTTP/1.0 200\r\ncontent-length:  4\r\n\r\n<a/>and more"
                  .getBytes(StandardCharsets.US_ASCII));
          try {
            never.await(50, TimeUnit.SECONDS);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    assertThat(ask()).isEqualTo("<a/>");
    never.countDown();
  }

  @Test
  void takesNoRefusal() throws Exception {
    fails("HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=x\r\n\r\n<a/>", "401");
  }

  @Test
  void followsNobody() throws Exception {
    try (var other = new ServerSocket(0, 1, HOST)) {
      fails(
          "HTTP/1.1 307 There\r\nLocation: http://127.0.0.1:" + other.getLocalPort() + "/\r\n\r\n",
          "307");
      other.setSoTimeout(1);
      assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(other::accept);
    }
  }

  @Test
  void takesNoAnswerThatEndsTooSoon() throws Exception {
    fails("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n<a/>", "hung up");
  }

  @Test
  void takesNoHeadersWithoutEnd() throws Exception {
    fails("HTTP/1.1 200 OK\r\nServer: x\r\n", "hung up");
  }

  @Test
  void takesNoHugeHeaders() throws Exception {
    fails("HTTP/1.1 200 OK\r\nX: " + "x".repeat(100_000), "headers");
  }

  @Test
  void takesNoHugeAnswer() throws Exception {
    fails(
        "HTTP/1.1 200 OK\r\n\r\n" + "x".repeat(HttpQuestion.MAX_ANSWER_BYTES),
        Integer.toString(HttpQuestion.MAX_ANSWER_BYTES));
  }

  @Test
  void takesNoLengthThatCannotBe() throws Exception {
    fails("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "length");
  }

  @Test
  void takesNoTwoLengths() throws Exception {
    fails("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", "length");
  }

  @Test
  void takesNoChunks() throws Exception {
    fails("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "chunks");
  }

  @Test
  void takesNothingElse() throws Exception {
    fails("RTSP/1.0 200 OK\r\n\r\n", "HTTP");
  }

  @Test
  void endsInTimeHoweverSlowlyItIsAnswered() {
    answers(
        (client, out) -> {
          out.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
          while (true) {
            out.write('x');
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
          }
        });
    assertThatExceptionOfType(SocketTimeoutException.class)
        .isThrownBy(() -> ask(Duration.ofMillis(200)));
  }

  @Test
  void endsInTimeIfNobodyAnswers() {
    assertThatExceptionOfType(SocketTimeoutException.class)
        .isThrownBy(() -> ask(Duration.ofMillis(100)));
  }

  @Test
  void endsWhenInterrupted() throws Exception {
    var end = new CompletableFuture<String>();
    var asker =
        new Thread(
            () -> {
              try {
                end.complete(ask(Duration.ofHours(1)));
              } catch (IOException | InterruptedException e) {
                end.complete(e.getClass().getSimpleName());
              }
            });
    answers((client, out) -> client.getInputStream().read());
    asker.start();
    question.get(50, TimeUnit.SECONDS);
    asker.interrupt();
    assertThat(end.get(50, TimeUnit.SECONDS)).isEqualTo("InterruptedException");
  }
}
