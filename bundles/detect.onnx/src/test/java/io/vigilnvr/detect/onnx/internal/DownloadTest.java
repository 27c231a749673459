package io.vigilnvr.detect.onnx.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.vigilnvr.api.plugin.InvalidSettingsException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@SuppressWarnings("NullAway.Init")
class DownloadTest {
  private HttpServer server;

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/model",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write(new byte[5000]);
          exchange.close();
        });
    redirect("/moved", "model");
    redirect("/round", "/round");
    redirect("/away", "file:///etc/hostname");
    server.start();
  }

  private void redirect(String from, String to) {
    server.createContext(
        from,
        exchange -> {
          exchange.getResponseHeaders().set("Location", to);
          exchange.sendResponseHeaders(302, -1);
          exchange.close();
        });
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private URI url(String path) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
  }

  @Test
  void fetchesWhereItMay() throws Exception {
    var download = new Download(true);
    assertThat(download.fetch(url("/model"), 5000)).hasSize(5000);
    assertThat(download.fetch(url("/moved"), 5000)).hasSize(5000);
    assertThatThrownBy(() -> download.fetch(url("/model"), 4999)).hasMessageContaining("larger");
    assertThatThrownBy(() -> download.fetch(url("/none"), 5000)).hasMessageContaining("404");
    assertThatThrownBy(() -> download.fetch(url("/round"), 5000)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> download.fetch(url("/away"), 5000))
        .isInstanceOf(InvalidSettingsException.class);
  }

  @Test
  void refusesOtherPlaces() {
    var download = new Download(false);
    for (String refused :
        List.of(
            url("/model").toString(),
            "https://127.0.0.1/model",
            "https://[::1]/model",
            "https://10.1.2.3/model",
            "https://192.168.1.1/model",
            "https://169.254.169.254/latest",
            "https://[fd00::1]/model",
            "https://user:secret@example.org/model",
            "file:///etc/passwd",
            "jar:https://example.org/x.jar!/y",
            "https:///model")) {
      assertThatThrownBy(() -> download.fetch(URI.create(refused), 10))
          .as(refused)
          .isInstanceOf(InvalidSettingsException.class);
    }
  }

  @Test
  void knowsTheLocalNetwork() throws Exception {
    for (String local : List.of("100.64.0.1", "0.0.0.0", "172.16.0.1", "224.0.0.1", "fe80::1")) {
      assertThat(Download.isLocal(InetAddress.getByName(local))).as(local).isTrue();
    }
    for (String open : List.of("192.0.2.1", "100.128.0.1", "172.32.0.1", "2001:db8::1")) {
      assertThat(Download.isLocal(InetAddress.getByName(open))).as(open).isFalse();
    }
  }
}
