package io.vigilnvr.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vigilnvr.api.auth.Role;
import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.camera.StreamRole;
import io.vigilnvr.api.record.Segment;
import io.vigilnvr.media.mp4.SegmentReader;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reading back, over HTTP, with ffmpeg as the player. */
final class PlaybackTest {
  private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");
  private static final StreamId STREAM = new StreamId(new CameraId("yard"), StreamRole.MAIN);

  private static Site site;
  private static List<Segment> first;
  private static List<Segment> second;
  private static Path folder;

  @BeforeAll
  static void record(@TempDir Path temp) throws Exception {
    Tool.assumeInstalled();
    folder = temp;
    site = new Site(temp);
    site.backend.cameras.add("Yard");
    site.backend.cameras.add("Other");
    var stream = RecordedStream.make(temp, 24, "320x180");
    // 24 s in three segments of 8 s; a gap of a minute; 12 s in two segments.
    first = stream.record(site.backend.recordings, temp, STREAM, 1000, START, 12, 4);
    stream.skip(7);
    second =
        stream.record(site.backend.recordings, temp, STREAM, 2000, START.plusSeconds(84), 6, 4);
  }

  @AfterAll
  static void stop() {
    if (site != null) {
      site.close();
    }
  }

  private static String time(double seconds) {
    return START.plus(Duration.ofMillis(Math.round(seconds * 1000))).toString();
  }

  private static String between(String path, double from, double to) {
    return "cameras/yard/" + path + "?from=" + time(from) + "&to=" + time(to);
  }

  @Test
  void listsSegmentsPageByPage() {
    var viewer = site.as(Role.VIEWER);
    var all = viewer.get("cameras/yard/segments").json();
    assertThat(all.get("items").findValuesAsText("id"))
        .containsExactly(
            "yard-main-1",
            first.get(1).id(),
            first.get(2).id(),
            second.get(0).id(),
            second.get(1).id());
    assertThat(all.get("next").isNull()).isTrue();
    assertThat(all.at("/items/0/startedAt").asText()).isEqualTo("2026-11-22T10:00:00.000Z");

    var ids = new ArrayList<String>();
    String cursor = "";
    for (int i = 0; i < 5; i++) {
      var page = viewer.get("cameras/yard/segments?limit=2" + cursor).json();
      ids.addAll(page.get("items").findValuesAsText("id"));
      if (page.get("next").isNull()) {
        break;
      }
      cursor = "&cursor=" + page.get("next").asText();
    }
    assertThat(ids).isEqualTo(all.get("items").findValuesAsText("id"));
  }

  @Test
  void servesASegmentWholeAndInRanges() throws IOException {
    var viewer = site.as(Role.VIEWER);
    String path = "segments/" + first.get(0).id();
    byte[] file = Files.readAllBytes(folder.resolve(first.get(0).path()));
    String etag = "\"" + "a".repeat(64) + "\"";

    var whole = viewer.get(path);
    assertThat(whole.status()).isEqualTo(200);
    assertThat(whole.bytes()).isEqualTo(file);
    assertThat(whole.header("Content-Type")).isEqualTo("video/mp4");
    assertThat(whole.header("Accept-Ranges")).isEqualTo("bytes");
    assertThat(whole.header("ETag")).isEqualTo(etag);
    assertThat(whole.header("Cache-Control")).isEqualTo("no-store");

    var middle = viewer.header("Range", "bytes=10-19").get(path);
    assertThat(middle.status()).isEqualTo(206);
    assertThat(middle.bytes()).isEqualTo(Arrays.copyOfRange(file, 10, 20));
    assertThat(middle.header("Content-Range")).isEqualTo("bytes 10-19/" + file.length);

    assertThat(viewer.header("Range", "bytes=-5").get(path).bytes())
        .isEqualTo(Arrays.copyOfRange(file, file.length - 5, file.length));
    assertThat(viewer.header("Range", "bytes=" + (file.length - 3) + "-").get(path).bytes())
        .isEqualTo(Arrays.copyOfRange(file, file.length - 3, file.length));
    assertThat(viewer.header("Range", "bytes=5-99999999999").get(path).bytes())
        .hasSize(file.length - 5);

    var beyond = viewer.header("Range", "bytes=" + file.length + "-").get(path);
    assertThat(beyond.status()).isEqualTo(416);
    assertThat(beyond.header("Content-Range")).isEqualTo("bytes */" + file.length);
    assertThat(beyond.header("Content-Type")).isEqualTo(Problem.MEDIA_TYPE);

    assertThat(viewer.header("Range", "bytes=9-3").get(path).status()).isEqualTo(200);
    assertThat(viewer.header("Range", "bytes=0-1,5-6").get(path).bytes()).isEqualTo(file);
    assertThat(viewer.header("Range", "bytes=0-1").header("If-Range", etag).get(path).status())
        .isEqualTo(206);
    assertThat(viewer.header("Range", "bytes=0-1").header("If-Range", "\"x\"").get(path).status())
        .isEqualTo(200);

    var head = viewer.send("HEAD", path, null);
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.bytes()).isEmpty();
    assertThat(head.header("Content-Length")).isEqualTo(Integer.toString(file.length));
  }

  @Test
  void anExportThatBreaksOffDoesNotLookWhole() throws Exception {
    site.backend.cameras.add("Broken");
    var broken = new StreamId(new CameraId("broken"), StreamRole.MAIN);
    Segment segment =
        RecordedStream.make(folder, 8, "320x180")
            .record(site.backend.recordings, folder, broken, 1, START, 4, 2)
            .get(1);
    var unreadable = Files.createDirectories(folder.resolve("a folder, not a file"));
    site.backend.recordings.files.put(segment.id(), unreadable);
    String path = "cameras/broken/export.mp4?from=" + time(0) + "&to=" + time(8);

    assertThatThrownBy(() -> site.as(Role.ADMIN).get(path))
        .hasRootCauseInstanceOf(EOFException.class);
  }

  @Test
  void showsForeignSegmentsToNobody() {
    String path = "segments/" + first.get(0).id();

    assertThat(site.as(Role.VIEWER, "other").get(path).status()).isEqualTo(404);
    assertThat(site.as(Role.VIEWER, "yard").get(path).status()).isEqualTo(200);
    assertThat(site.as(Role.ADMIN).get("segments/..%2f..%2fsecret").status()).isIn(400, 404);
  }

  @Test
  void playsARecordingWithoutADiscontinuityBetweenItsSegments() {
    var answer = site.as(Role.VIEWER).get(between("playback/index.m3u8", 0, 24));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).isEqualTo("application/vnd.apple.mpegurl");
    assertThat(answer.text())
        .doesNotContain("DISCONTINUITY")
        .containsOnlyOnce("#EXT-X-MAP")
        .contains("#EXT-X-PROGRAM-DATE-TIME:2026-11-22T10:00:00.000Z")
        .contains("#EXT-X-TARGETDURATION:6")
        .endsWith("#EXT-X-ENDLIST\n");
    assertThat(answer.text().lines().filter(line -> line.startsWith("#EXTINF")).count())
        .isEqualTo(6);
  }

  @Test
  void tellsOfAGapByADiscontinuity() {
    assertThat(site.as(Role.VIEWER).get(between("playback/index.m3u8", 0, 200)).text())
        .containsOnlyOnce("#EXT-X-DISCONTINUITY\n")
        .contains("#EXT-X-PROGRAM-DATE-TIME:2026-11-22T10:01:24.000Z");
  }

  @Test
  void startsAtTheKeyframeBeforeTheTimeAskedForAndEndsAtTheOneAfter() {
    String text = site.as(Role.VIEWER).get(between("playback/index.m3u8", 5, 9)).text();

    assertThat(text).contains("#EXT-X-PROGRAM-DATE-TIME:2026-11-22T10:00:04.000Z");
    assertThat(seconds(text)).isEqualTo(6);
  }

  private static double seconds(String playlist) {
    return playlist
        .lines()
        .filter(line -> line.startsWith("#EXTINF:"))
        .mapToDouble(line -> Double.parseDouble(line.substring(8, line.indexOf(','))))
        .sum();
  }

  @Test
  void takesWholeSegmentsForALongTime() {
    String text = site.as(Role.VIEWER).get(between("playback/index.m3u8", -600_000, 3600)).text();

    assertThat(text.lines().filter(line -> line.startsWith("#EXTINF")).count()).isEqualTo(5);
    assertThat(seconds(text)).isEqualTo(36);
  }

  @Test
  void saysThatNothingIsRecorded() {
    var answer = site.as(Role.VIEWER).get(between("playback/index.m3u8", 30, 60));
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.json().get("detail").asText()).isEqualTo("Nothing is recorded in that time.");
  }

  @Test
  void ffmpegPlaysThePlaylist() throws Exception {
    String counts =
        Tool.ffprobe(
            "-headers",
            "Authorization: Bearer " + site.token(Role.VIEWER) + "\r\n",
            "-allowed_extensions",
            "ALL",
            "-count_packets",
            "-show_entries",
            "stream=codec_type,nb_read_packets",
            "-of",
            "csv=p=0",
            site.url("/api/v1/" + between("playback/index.m3u8", 0, 24)));

    assertThat(counts).contains("video,600");
    assertThat(counts).contains("audio,1125");
  }

  @Test
  void exportsOneFilmWithoutAHole() throws Exception {
    var answer = site.as(Role.OPERATOR).get(between("export.mp4", 3, 95));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Content-Disposition"))
        .isEqualTo("attachment; filename=\"yard_2026-11-22T10-00-02Z.mp4\"");
    Path film = folder.resolve("export.mp4");
    Files.write(film, answer.bytes());

    // 2 s to 24 s, then 84 s to 96 s: 34 s of 25 pictures, joined.
    List<Double> times = times(film, "v");
    assertThat(times).hasSize(34 * 25);
    assertThat(times.get(0)).isZero();
    for (int i = 1; i < times.size(); i++) {
      assertThat(times.get(i) - times.get(i - 1))
          .as("after %s", times.get(i - 1))
          .isBetween(0.039, 0.041);
    }
    List<Double> sounds = times(film, "a");
    for (int i = 1; i < sounds.size(); i++) {
      assertThat(sounds.get(i) - sounds.get(i - 1))
          .as("sound after %s", sounds.get(i - 1))
          .isBetween(0.0, 0.065);
    }
    assertThat(Tool.ffmpeg("-v", "error", "-i", film.toString(), "-f", "null", "-")).isEmpty();
    try (var channel = Files.newByteChannel(film)) {
      SegmentReader.Scan scan = SegmentReader.scan(channel);
      assertThat(scan.info()).as("nothing of our own in what leaves").isEmpty();
      assertThat(scan.wholeBytes()).isEqualTo(Files.size(film));
    }
  }

  private static List<Double> times(Path film, String kind) throws Exception {
    return Tool.ffprobe(
            "-select_streams",
            kind,
            "-show_entries",
            "packet=dts_time",
            "-of",
            "csv=p=0",
            film.toString())
        .lines()
        .map(line -> Double.parseDouble(line.replace(",", "").trim()))
        .toList();
  }

  @Test
  void saysWhereTheFormatChanges() throws Exception {
    var other = new StreamId(new CameraId("other"), StreamRole.MAIN);
    var small = RecordedStream.make(folder, 4, "160x90");
    var large = RecordedStream.make(folder, 4, "320x180");
    small.record(site.backend.recordings, folder, other, 1, START, 2, 2);
    large.skip(1000);
    large.record(site.backend.recordings, folder, other, 2, START.plusSeconds(10), 2, 2);

    var answer =
        site.as(Role.ADMIN).get("cameras/other/export.mp4?from=" + time(0) + "&to=" + time(20));

    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.text()).contains("2026-11-22T10:00:10.000Z");
    assertThat(
            site.as(Role.ADMIN)
                .get("cameras/other/playback/index.m3u8?from=" + time(0) + "&to=" + time(20))
                .text()
                .lines()
                .filter(line -> line.startsWith("#EXT-X-MAP"))
                .count())
        .isEqualTo(2);
  }

  @Test
  void keepsAnExportUntilItIsRemoved() throws Exception {
    var operator = site.as(Role.OPERATOR);
    var made =
        operator.post(
            "cameras/yard/exports",
            "{\"from\":\"" + time(0) + "\",\"to\":\"" + time(10) + "\",\"name\":\"The parcel\"}");
    assertThat(made.status()).isEqualTo(201);
    String path = "exports/" + made.json().get("id").asText();
    assertThat(made.header("Location")).endsWith("/api/v1/" + path);

    long deadline = System.nanoTime() + 60_000_000_000L;
    while (operator.get(path).json().get("state").asText().equals("running")) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.onSpinWait();
    }
    var ready = operator.get(path).json();
    assertThat(ready.get("state").asText()).isEqualTo("ready");
    var film = operator.get(path + "/file");
    assertThat(film.status()).isEqualTo(200);
    assertThat(film.bytes()).hasSize(ready.get("bytes").asInt());
    assertThat(operator.header("Range", "bytes=0-3").get(path + "/file").status()).isEqualTo(206);
    assertThat(site.as(Role.OPERATOR, "other").get(path).status()).isEqualTo(404);
    assertThat(site.as(Role.VIEWER).get(path).status()).isEqualTo(403);
    assertThat(operator.send("DELETE", path, null).status()).isEqualTo(204);
    assertThat(operator.get(path + "/file").status()).isEqualTo(404);
  }

  @Test
  void tellsWhatIsRecordedOfOneStream() {
    var viewer = site.as(Role.ADMIN);
    String time = "cameras/yard/recordings?from=2026-11-22T10:00:00Z&to=2026-11-22T10:30:00Z";
    var both = viewer.get(time).json();
    assertThat(both.get("spans").findValuesAsText("stream")).containsExactly("main");
    assertThat(both.get("gaps")).hasSize(1);
    var sub = viewer.get(time + "&stream=sub").json();
    assertThat(sub.get("spans").findValuesAsText("stream")).containsExactly("sub");
    assertThat(sub.get("gaps")).isEmpty();
    var wrong = viewer.get(time + "&stream=third");
    assertThat(wrong.status()).isEqualTo(422);
    assertThat(wrong.json().get("errors").findValuesAsText("pointer")).containsExactly("/stream");
  }

  @Test
  void refusesTimesThatMakeNoSense() {
    var viewer = site.as(Role.ADMIN);
    var wrong = viewer.get("cameras/yard/playback/index.m3u8?from=yesterday&stream=third");
    assertThat(wrong.status()).isEqualTo(422);
    assertThat(wrong.json().get("errors").findValuesAsText("pointer"))
        .containsExactlyInAnyOrder("/from", "/to", "/stream");
    assertThat(viewer.get(between("playback/index.m3u8", 5, 5)).status()).isEqualTo(422);
    assertThat(viewer.get(between("export.mp4", 0, 90_000)).status()).isEqualTo(422);
    assertThat(viewer.get("cameras/yard/segments?limit=1001").status()).isEqualTo(422);
    assertThat(viewer.get("cameras/yard/segments?limit=0&cursor=%21").status()).isEqualTo(422);
    assertThat(
            viewer
                .get(
                    "cameras/yard/recordings?from=2026-11-22T11:00:00%2B01:00"
                        + "&to=2026-11-22T10:30:00Z")
                .json()
                .at("/spans/0/from")
                .asText())
        .isEqualTo("2026-11-22T10:00:00.000Z");
  }
}
