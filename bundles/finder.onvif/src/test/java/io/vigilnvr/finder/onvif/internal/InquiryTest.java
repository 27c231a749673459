package io.vigilnvr.finder.onvif.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class InquiryTest {
  private static final InetAddress HOST = OnvifFinder.ipv4(127, 0, 0, 1);

  private final SimulatedDevice camera;

  InquiryTest() throws Exception {
    camera = new SimulatedDevice(HOST);
  }

  @AfterEach
  void close() throws Exception {
    camera.close();
  }

  private List<Streams> ask() throws InterruptedException {
    return ask(Duration.ofSeconds(30));
  }

  private List<Streams> ask(Duration limit) throws InterruptedException {
    URI service = camera.at("/onvif/device_service");
    return Inquiry.ask(new Device(HOST, Optional.of(service), "Gate"), service, limit);
  }

  @Test
  void learnsTheLargeStreamAndTheSmallOneWithoutTheirLogin() throws Exception {
    camera.tells("rtsp://admin:h4nter2@127.0.0.1:8554/main?a=1&amp;b=2", "RTSP://127.0.0.1/sub");
    assertThat(ask())
        .containsExactly(
            new Streams(
                URI.create("rtsp://127.0.0.1:8554/main?a=1&b=2"),
                Optional.of(URI.create("rtsp://127.0.0.1/sub"))));
    assertThat(camera.asked)
        .containsExactly(
            "/onvif/device_service GetCapabilities",
            "/onvif/media GetProfiles",
            "/onvif/media GetStreamUri",
            "/onvif/media GetStreamUri");
  }

  @Test
  void leavesACameraAloneThatWantsALogin() throws Exception {
    assertThat(ask()).isEmpty();
    assertThat(camera.asked).hasSize(1);
  }

  @Test
  void leavesACameraAloneWhoseMediaServiceIsAThirdHosts() throws Exception {
    camera.service = question -> Messages.capabilities("http://127.0.0.2:1/onvif/media");
    assertThat(ask()).isEmpty();
    assertThat(camera.asked).hasSize(1);
  }

  @Test
  void takesNoStreamOfAThirdHostAndNoOtherScheme() throws Exception {
    for (String uri :
        List.of(
            "rtsp://127.0.0.2/main",
            "rtsp://[::ffff:127.0.0.2]/main",
            "http://127.0.0.1/main.sdp",
            "file:///etc/passwd",
            "rtsp://camera.example/main",
            "")) {
      camera.tells(uri, "rtsp://127.0.0.1/sub");
      assertThat(ask()).as(uri).isEmpty();
    }
  }

  @Test
  void namesNoStreamTwice() throws Exception {
    camera.tells("rtsp://127.0.0.1/main", "rtsp://127.0.0.1/main");
    assertThat(ask())
        .containsExactly(new Streams(URI.create("rtsp://127.0.0.1/main"), Optional.empty()));
  }

  @Test
  void learnsEachPictureAndLeavesOutWhatCannotBeRecorded() throws Exception {
    camera.service =
        question -> {
          if (question.contains("<GetCapabilities")) {
            return Messages.capabilities(camera.at("/").toString());
          } else if (question.contains("<GetProfiles")) {
            return Messages.profiles(
                Messages.profile("j", "one", "JPEG", 9999, 9999),
                Messages.profile("a", "one", "H264", 1280, 720),
                Messages.profile("b", "two", "H265", -1, 99999999),
                Messages.profile("c", "one", "H264", 1920, 1080),
                "<trt:Profiles token=\"no\"><tt:Name>no encoder</tt:Name></trt:Profiles>");
          }
          return Messages.streamUri(
              "rtsp://127.0.0.1/" + question.replaceAll("(?s).*<ProfileToken>(.)<.*", "$1"));
        };
    assertThat(ask())
        .containsExactly(
            new Streams(
                URI.create("rtsp://127.0.0.1/c"), Optional.of(URI.create("rtsp://127.0.0.1/a"))),
            new Streams(URI.create("rtsp://127.0.0.1/b"), Optional.empty()));
  }

  @Test
  void bearsAnswersThatSayNothing() throws Exception {
    for (String answer :
        List.of(
            "<tds:GetCapabilitiesResponse/>",
            Messages.capabilities(""),
            Messages.profiles(),
            "<s:Fault><s:Code><s:Value>s:Sender</s:Value></s:Code></s:Fault>",
            "</s:Body>")) {
      camera.service = question -> answer;
      assertThat(ask()).as(answer).isEmpty();
    }
  }

  @Test
  void keepsTheLargeStreamIfTheSmallOneIsNotTold() throws Exception {
    camera.tells("rtsp://127.0.0.1/main", "");
    var willing = camera.service;
    camera.service =
        question -> question.contains("<ProfileToken>s<") ? "" : willing.apply(question);
    assertThat(ask())
        .containsExactly(new Streams(URI.create("rtsp://127.0.0.1/main"), Optional.empty()));
  }

  @Test
  void waitsNoLongerThanItMay() throws Exception {
    var never = new CountDownLatch(1);
    camera.service =
        question -> {
          try {
            never.await(50, TimeUnit.SECONDS);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return "";
        };
    assertThat(ask(Duration.ofMillis(300))).isEmpty();
    never.countDown();
  }
}
