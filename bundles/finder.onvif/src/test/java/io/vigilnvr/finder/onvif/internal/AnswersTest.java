package io.vigilnvr.finder.onvif.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AnswersTest {
  private static final InetAddress CAMERA = OnvifFinder.ipv4(192, 0, 2, 10);
  private static final String SERVICE = "http://192.0.2.10/onvif/device_service";
  private static final String SCOPES =
      "onvif://www.onvif.org/type/video_encoder onvif://www.onvif.org/name/Gate";

  private final Probe typed = Probe.forCameras();
  private final Probe untyped = Probe.forAnybody();
  private final Answers answers = new Answers(List.of(typed, untyped));

  private static String id(Probe probe) {
    return "urn:uuid:" + probe.id();
  }

  private List<Device> take(String types, String scopes, String services) {
    return answers.take(CAMERA, Messages.probeMatches(id(typed), types, scopes, services));
  }

  /** The same sender is heard afterwards, so that it was the message that was not taken. */
  private void ignores(byte[] datagram) {
    var fresh = new Answers(List.of(typed, untyped));
    assertThat(fresh.take(CAMERA, datagram)).isEmpty();
    assertThat(fresh.devices()).isEmpty();
    assertThat(
            fresh.take(
                CAMERA, Messages.probeMatches(id(typed), Messages.CAMERA_TYPE, SCOPES, SERVICE)))
        .hasSize(1);
  }

  private void ignores(String datagram) {
    ignores(datagram.getBytes(StandardCharsets.UTF_8));
  }

  private String good() {
    return new String(
        Messages.probeMatches(id(typed), Messages.CAMERA_TYPE, SCOPES, SERVICE),
        StandardCharsets.UTF_8);
  }

  @Test
  void takesACameraWithItsServiceAndName() {
    Device device = take(Messages.CAMERA_TYPE, SCOPES, SERVICE).get(0);
    assertThat(device.address()).isEqualTo(CAMERA);
    assertThat(device.service()).contains(URI.create(SERVICE));
    assertThat(device.name()).isEqualTo("Gate");
    assertThat(answers.devices()).containsExactly(device);
  }

  @Test
  void takesWhatSaysItIsOnvifByItsScopesAlone() {
    assertThat(take("", SCOPES, SERVICE)).hasSize(1);
  }

  @Test
  void takesNoPrinter() {
    assertThat(
            take(
                "wsdp:Device pri:PrintDeviceType",
                "ldap:///ou=printers onvif://other.example/name/x",
                SERVICE))
        .isEmpty();
  }

  @Test
  void takesAnswersToEitherQuestionWrittenEitherWay() {
    assertThat(
            answers.take(
                CAMERA,
                Messages.probeMatches(
                    "uuid:" + untyped.id(), Messages.CAMERA_TYPE, SCOPES, SERVICE)))
        .hasSize(1);
  }

  @Test
  void takesNoAnswerToAnotherQuestion() {
    ignores(Messages.probeMatches(id(Probe.forCameras()), Messages.CAMERA_TYPE, SCOPES, SERVICE));
    ignores(Messages.probeMatches("", Messages.CAMERA_TYPE, SCOPES, SERVICE));
  }

  @Test
  void namesADeviceThatAnswersOftenOnce() {
    assertThat(take(Messages.CAMERA_TYPE, SCOPES, "")).hasSize(1);
    assertThat(take(Messages.CAMERA_TYPE, SCOPES, SERVICE)).hasSize(1);
    assertThat(take(Messages.CAMERA_TYPE, SCOPES, SERVICE)).isEmpty();
    assertThat(answers.devices())
        .singleElement()
        .satisfies(device -> assertThat(device.service()).contains(URI.create(SERVICE)));
  }

  @Test
  void tellsDevicesAtOneAddressApartByTheirServices() {
    take(Messages.CAMERA_TYPE, SCOPES, SERVICE);
    take(Messages.CAMERA_TYPE, SCOPES, "http://192.0.2.10:8081/onvif/device_service");
    assertThat(answers.devices()).hasSize(2);
  }

  @Test
  void takesSeveralMatchesOfOneAnswer() {
    assertThat(
            answers.take(
                CAMERA,
                Messages.probeMatches(
                    id(typed),
                    Messages.match(Messages.CAMERA_TYPE, SCOPES, SERVICE)
                        + Messages.match("a:Printer", "", "")
                        + Messages.match(
                            Messages.CAMERA_TYPE, SCOPES, "http://192.0.2.10:81/onvif"))))
        .hasSize(2);
  }

  @Test
  void choosesTheServiceThatIsWhereTheAnswerCameFrom() {
    assertThat(
            take(
                    Messages.CAMERA_TYPE,
                    SCOPES,
                    "http://[fe80::1]/onvif/device_service https://192.0.2.10/secure "
                        + "http://192.168.1.108/stale "
                        + SERVICE)
                .get(0)
                .service())
        .contains(URI.create(SERVICE));
  }

  @Test
  void takesNoServiceOfAThirdHostHoweverItIsWritten() {
    for (String service :
        List.of(
            "http://192.0.2.11/onvif/device_service",
            "http://192.0.2.10@192.0.2.11/",
            "http://192.0.2.10.example.org/",
            "http://localhost/",
            "http://3221225994/",
            "http://0300.0.2.10/",
            "http://[::1]/",
            "http://[fe80::1%25eth0]/",
            "http://169.254.169.254/latest/meta-data/",
            "file:///etc/passwd",
            "gopher://192.0.2.10/",
            "http:192.0.2.10",
            "http://192.0.2.10:0/",
            "http://192.0.2.10:70000/",
            "http://192.0.2.10/#x",
            "http://192.0.2.10/?x",
            "//192.0.2.10/",
            "%%%",
            "http://192.0.2.10/" + "x".repeat(3000))) {
      var fresh = new Answers(List.of(typed));
      assertThat(
              fresh.take(
                  CAMERA,
                  Messages.probeMatches(
                      id(typed), Messages.CAMERA_TYPE, SCOPES, service.replace("&", "&amp;"))))
          .as(service)
          .singleElement()
          .satisfies(device -> assertThat(device.service()).isEmpty());
    }
  }

  @Test
  void understandsIpv6() throws Exception {
    InetAddress camera = InetAddress.getByName("fe80::a:1%1");
    Device device =
        answers
            .take(
                camera,
                Messages.probeMatches(
                    id(typed),
                    Messages.CAMERA_TYPE,
                    "",
                    "http://[fe80::a:2]/ http://[FE80:0::A:1]:8080/onvif"))
            .get(0);
    assertThat(device.service()).contains(URI.create("http://[fe80:0:0:0:0:0:a:1]:8080/onvif"));
    assertThat(device.name()).isEqualTo("Camera fe80:0:0:0:0:0:a:1");
    assertThat(OwnAddress.guess(camera)).hasToString("rtsp://[fe80:0:0:0:0:0:a:1]/");
  }

  @Test
  void takesNothingThatIsNoMessage() {
    ignores("");
    ignores(new byte[65507]);
    ignores("HTTP/1.1 200 OK\r\nST: upnp:rootdevice\r\n\r\n");
    ignores("{\"a\":1}");
    ignores("<a/>");
    ignores(good().substring(0, good().length() - 9));
    ignores(good() + "<a/>");
    ignores(good().replace("2003/05/soap-envelope", "2003/05/soap"));
    ignores(good().replace("2005/04/discovery\"", "2005/05/discovery\""));
    ignores(good().replace("<s:Body>", "<s:Body/><s:Body>"));
    ignores(good().replace("<s:Header>", "<s:Header/><s:Header>"));
    ignores(good().replace("<s:Body>", "<s:Body><x>").replace("</s:Body>", "</x></s:Body>"));
    ignores(good().replace("utf-8", "no-such-encoding"));
    ignores(good().getBytes(StandardCharsets.UTF_16LE));
    ignores(good().replace("<d:ProbeMatch>", "<d:ProbeMatch xmlns:d=\"\" a=\"1\" a=\"2\">"));
  }

  @Test
  void takesNothingThatIsTooDeepOrTooMuch() {
    ignores(good().replace("<s:Header>", "<a>".repeat(40) + "</a>".repeat(40) + "<s:Header>"));
    ignores(good().replace("<s:Header>", "<a>".repeat(16000) + "<s:Header>"));
    ignores(good().replace("<s:Header>", "<a/>".repeat(10_001) + "<s:Header>"));
    ignores(good().replace("name/Gate", "name/" + "G".repeat(9000)));
    ignores(good().replace("name/Gate", "<![CDATA[G]]>".repeat(700) + "G".repeat(8000)));
  }

  @Test
  void readsNoEntityAndFetchesNothing(@TempDir Path folder) throws Exception {
    Path secret = Files.writeString(folder.resolve("secret"), "h4nter2");
    var fetched = new AtomicInteger();
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          fetched.incrementAndGet();
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    server.start();
    String canary = "http://127.0.0.1:" + server.getAddress().getPort() + "/x.dtd";
    try {
      for (String type :
          List.of(
              "<!DOCTYPE s:Envelope>",
              "<!DOCTYPE s:Envelope SYSTEM \"" + canary + "\">",
              "<!DOCTYPE s:Envelope PUBLIC \"x\" \"" + canary + "\">",
              "<!DOCTYPE s:Envelope [<!ENTITY x \"Gate\">]>",
              "<!DOCTYPE s:Envelope [<!ENTITY x SYSTEM \"" + secret.toUri() + "\">]>",
              "<!DOCTYPE s:Envelope [<!ENTITY x SYSTEM \"" + canary + "\">]>",
              "<!DOCTYPE s:Envelope [<!ENTITY % y SYSTEM \"" + canary + "\"> %y;]>",
              "<!DOCTYPE s:Envelope [<!ATTLIST s:Envelope a CDATA \"&x;\">]>",
              "")) {
        ignores(
            good().replace("<s:Envelope", type + "<s:Envelope").replace("name/Gate", "name/&x;"));
      }
      ignores(good().replace("<s:Envelope", "<!DOCTYPE s:Envelope><s:Envelope"));
      assertThat(fetched).hasValue(0);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void laughsAtNoBillion() {
    var type = new StringBuilder("<!DOCTYPE s:Envelope [<!ENTITY l0 \"lol\">");
    for (int i = 1; i < 10; i++) {
      type.append("<!ENTITY l").append(i).append(" \"");
      type.append(("&l" + (i - 1) + ";").repeat(10)).append("\">");
    }
    ignores(
        good().replace("<s:Envelope", type + "]><s:Envelope").replace("name/Gate", "name/&l9;"));
  }

  @Test
  void understandsTheFiveEntitiesOfXmlAndCharacterReferences() {
    assertThat(
            take(
                    Messages.CAMERA_TYPE,
                    "onvif://www.onvif.org/name/A&amp;B&#67;<![CDATA[<D>]]>",
                    SERVICE)
                .get(0)
                .name())
        .isEqualTo("A&BC<D>");
  }

  @Test
  void hearsNobodyMoreOftenThanOthersNeed() {
    for (int i = 0; i < 3 * Answers.MAX; i++) {
      take(Messages.CAMERA_TYPE, SCOPES, "http://192.0.2.10:" + (1 + i) + "/");
    }
    assertThat(answers.devices()).hasSize(Answers.MAX_PER_SENDER);
    assertThat(answers.isFull()).isFalse();
    assertThat(
            answers.take(
                OnvifFinder.ipv4(192, 0, 2, 11),
                Messages.probeMatches(id(typed), Messages.CAMERA_TYPE, SCOPES, "")))
        .hasSize(1);
  }

  @Test
  void countsEachMatchOfAnAnswer() {
    String[] matches = new String[100];
    Arrays.setAll(
        matches,
        i -> Messages.match(Messages.CAMERA_TYPE, "", "http://192.0.2.10:" + (1 + i) + "/"));
    assertThat(answers.take(CAMERA, Messages.probeMatches(id(typed), String.join("", matches))))
        .hasSize(Answers.MAX_PER_SENDER);
  }

  @Test
  void hearsOnlySoManyInAll() {
    for (int i = 0; i < 2 * Answers.MAX; i++) {
      answers.take(
          OnvifFinder.ipv4(10, 1, i / 250, i % 250),
          Messages.probeMatches(id(typed), Messages.CAMERA_TYPE, SCOPES, ""));
    }
    assertThat(answers.isFull()).isTrue();
    assertThat(answers.devices()).hasSize(Answers.MAX);
  }
}
