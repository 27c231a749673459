package io.vigilnvr.finder.onvif.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.net.InetAddress;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/** Whatever a device sends: what it says at its own address, or nothing, and never an exception. */
final class OnvifFuzzTest {
  private static final InetAddress CAMERA = OnvifFinder.ipv4(192, 0, 2, 10);
  private static final Probe PROBE =
      new Probe(UUID.fromString("9f8a1c2e-0000-4000-8000-000000000001"), true);

  @FuzzTest(maxDuration = "30s")
  void datagrams(byte[] data) {
    var answers = new Answers(List.of(PROBE));
    answers.take(CAMERA, data);
    assertThat(answers.devices()).hasSizeLessThanOrEqualTo(Answers.MAX_PER_SENDER);
    for (Device device : answers.devices()) {
      assertThat(device.name()).isNotBlank();
      assertThat(device.name().codePointCount(0, device.name().length())).isLessThanOrEqualTo(100);
      assertThat(device.name().chars()).noneMatch(Character::isISOControl);
      device.service().ifPresent(uri -> assertThat(uri.getHost()).isEqualTo("192.0.2.10"));
    }
  }

  @FuzzTest(maxDuration = "30s")
  void profiles(byte[] data) {
    try {
      for (Element answer : Soap.parse(data).body().children()) {
        assertThat(Inquiry.pictures(answer))
            .allSatisfy(picture -> assertThat(picture).isNotEmpty());
      }
    } catch (Soap.MalformedException e) {
      assertThat(e).hasMessageStartingWith("it ");
    }
  }

  @FuzzTest(maxDuration = "30s")
  void addresses(byte[] data) {
    String text = new String(data, StandardCharsets.UTF_8);
    OwnAddress.ofStream(text, CAMERA)
        .ifPresent(
            uri -> {
              assertThat(uri.getHost()).isEqualTo("192.0.2.10");
              assertThat(uri.getRawUserInfo()).isNull();
              assertThat(uri.toString().chars()).allMatch(c -> c > ' ' && c < 0x7f);
            });
  }

  @FuzzTest(maxDuration = "30s")
  void httpAnswers(byte[] data) {
    var answer = new HttpQuestion.Answer();
    try {
      for (int at = 0; at < data.length && !answer.isWhole(); at += 7) {
        byte[] part = new byte[Math.min(7, data.length - at)];
        System.arraycopy(data, at, part, 0, part.length);
        answer.add(part, part.length);
      }
      if (!answer.isWhole()) {
        answer.end();
      }
      assertThat(answer.body().length).isLessThan(data.length);
    } catch (ProtocolException e) {
      assertThat(e).hasMessageStartingWith("it");
    }
  }
}
