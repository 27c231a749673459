package io.vigilnvr.detect.motion.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.vigilnvr.api.camera.Camera.Mask;
import io.vigilnvr.api.camera.Camera.Point;
import io.vigilnvr.api.camera.Camera.Zone;
import io.vigilnvr.api.camera.StreamId;
import io.vigilnvr.api.camera.StreamRole;
import io.vigilnvr.api.decode.FrameSpec;
import io.vigilnvr.api.detect.Detection;
import io.vigilnvr.api.detect.DetectorConfig;
import io.vigilnvr.api.detect.DetectorSession;
import io.vigilnvr.api.detect.Explanation;
import io.vigilnvr.api.event.Event;
import io.vigilnvr.detect.motion.internal.Film.Light;
import io.vigilnvr.detect.motion.internal.Film.Thing;
import io.vigilnvr.detect.motion.internal.Trial.Presence;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

final class MotionSessionTest {
  private static final Map<String, Object> DEFAULTS = Map.of();
  private static final List<Presence> NOBODY = List.of();
  private static final int LEARNED = 15;

  private final Film film = new Film(1, 3);

  @Test
  void boxesWhatMoves() throws Exception {
    try (var viewing = new Viewing(DEFAULTS)) {
      assertThat(viewing.hits(film.still(LEARNED))).isZero();
      List<Detection> seen = viewing.show(film.picture(Light.DAY, person(100)));
      assertThat(seen).hasSize(1);
      assertThat(seen.get(0).label()).isEqualTo("motion");
      assertThat(seen.get(0).score()).isGreaterThan(0.8);
      Event.Box box = seen.get(0).box();
      double slack = 0.04;
      assertThat(box.x()).isBetween(100 / 320. - slack, 100 / 320. + slack);
      assertThat(box.y()).isBetween(90 / 180. - slack, 90 / 180. + slack);
      assertThat(box.width()).isBetween(18 / 320. - slack, 18 / 320. + slack);
      assertThat(box.height()).isBetween(50 / 180. - slack, 50 / 180. + slack);
    }
  }

  @Test
  void seesTwoThingsApart() throws Exception {
    try (var viewing = new Viewing(DEFAULTS)) {
      viewing.show(film.still(LEARNED));
      Thing left = person(40);
      Thing right = person(240);
      Thing both = (x, y) -> Math.max(left.at(x, y), right.at(x, y));
      assertThat(viewing.show(film.picture(Light.DAY, both))).hasSize(2);
    }
  }

  @Test
  void followsSomebodyWhoWalksBySoonAndThroughout() throws Exception {
    List<byte[]> walk =
        film.pictures(150, i -> Light.DAY, i -> i >= 50 && i < 110 ? person(i) : Thing.NONE);
    Trial trial = Trial.of(walk, List.of(new Presence(10, 22)), DEFAULTS, 5);
    assertThat(trial.found()).isEqualTo(1);
    assertThat(trial.delays()).allSatisfy(delay -> assertThat(delay).isLessThan(1));
    assertThat(trial.events()).isEqualTo(1);
    assertThat(trial.falseSeconds()).isZero();
  }

  @Test
  void seesNothingInNoise() throws Exception {
    try (var viewing = new Viewing(DEFAULTS)) {
      assertThat(viewing.hits(new Film(2, 12).still(150))).isZero();
    }
  }

  @Test
  void takesOtherLightForNoMotion() throws Exception {
    Map<String, IntFunction<Light>> lights =
        Map.of(
            "steps", i -> Light.scaled(1 - 0.25 * (i / 50 % 3)),
            "lamp", i -> i / 60 % 2 == 0 ? Light.DAY : Light.lamp(),
            "infrared", i -> i / 70 == 1 ? Light.infrared() : Light.DAY,
            "sine", i -> Light.scaled(0.8 + 0.25 * Math.sin(i / 25.0)),
            "gamma", i -> Light.gamma(1 + 0.4 * Math.sin(i / 25.0)));
    for (var light : lights.entrySet()) {
      List<byte[]> pictures = film.pictures(200, light.getValue(), i -> Thing.NONE);
      Trial trial = Trial.of(pictures, NOBODY, DEFAULTS, 5);
      assertThat(trial.events()).as(light.getKey()).isZero();
    }
  }

  @Test
  void takesPassingShadeForNoMotionButSeesWhoWalksInIt() throws Exception {
    var yard = new Film(3, 3);
    IntFunction<Light> shade = i -> Light.shade(4.0 * (i - 40));
    List<byte[]> empty = yard.pictures(150, shade, i -> Thing.NONE);
    assertThat(Trial.of(empty, NOBODY, DEFAULTS, 5).events()).isZero();
    assertThat(Trial.of(empty, NOBODY, Map.of("guard", false), 5).events()).isPositive();
    List<byte[]> walk =
        yard.pictures(150, shade, i -> i >= 70 && i < 110 ? person(i + 20) : Thing.NONE);
    Trial trial = Trial.of(walk, List.of(new Presence(14, 22)), DEFAULTS, 5);
    assertThat(trial.found()).isEqualTo(1);
    assertThat(trial.falseEvents()).isZero();
  }

  @Test
  void takesShadeOfAnyWidthSpeedAndDepthForNoMotion() throws Exception {
    Map<String, IntFunction<Light>> shades =
        Map.of(
            "wide and slow", i -> Light.shade(2.0 * i - 80, 130, 0.5),
            "deep and fast", i -> Light.shade(8.0 * (i - 40), 60, 0.5),
            "narrow and light", i -> Light.shade(4.0 * (i - 40), 30, 0.8),
            "goes away", i -> Light.shade(320 - 5.0 * (i - 40), 80, 0.6));
    for (var shade : shades.entrySet()) {
      List<byte[]> pictures = new Film(4, 3).pictures(150, shade.getValue(), i -> Thing.NONE);
      assertThat(Trial.of(pictures, NOBODY, DEFAULTS, 5).events()).as(shade.getKey()).isZero();
    }
  }

  @Test
  void saysThatTheLightChangesAndWithoutTheGuardThatItIsMotion() throws Exception {
    List<byte[]> before = film.still(LEARNED);
    byte[] lit = film.picture(Light.lamp(), Thing.NONE);
    try (var guarded = new Viewing(DEFAULTS);
        var unguarded = new Viewing(Map.of("guard", false))) {
      guarded.show(before);
      assertThat(guarded.show(lit)).isEmpty();
      assertThat(guarded.explanation().note()).isEqualTo("the light changes");
      assertThat(guarded.explanation().regions())
          .isNotEmpty()
          .allSatisfy(region -> assertThat(region.counted()).isFalse())
          .allSatisfy(region -> assertThat(region.reason()).isEqualTo("the light changes"));
      unguarded.show(before);
      assertThat(unguarded.show(lit)).isNotEmpty();
    }
  }

  @Test
  void isNotSettledWhileItLearnsOrTheLightChanges() throws Exception {
    try (var viewing = new Viewing(DEFAULTS)) {
      assertThat(viewing.session.isSettled()).isFalse();
      viewing.show(film.picture(Light.DAY, person(100)));
      assertThat(viewing.session.isSettled()).isFalse();
      viewing.show(film.still(LEARNED));
      assertThat(viewing.session.isSettled()).isTrue();
      viewing.show(film.picture(Light.lamp(), Thing.NONE));
      assertThat(viewing.session.isSettled()).isFalse();
    }
  }

  @Test
  void seesSomebodySoonAfterTheLightChanged() throws Exception {
    List<byte[]> walk =
        film.pictures(
            120,
            i -> i < 52 ? Light.DAY : Light.lamp(),
            i -> i >= 50 && i < 110 ? person(i) : Thing.NONE);
    Trial trial = Trial.of(walk, List.of(new Presence(10, 22)), DEFAULTS, 5);
    assertThat(trial.found()).isEqualTo(1);
    assertThat(trial.delays()).allSatisfy(delay -> assertThat(delay).isLessThan(4));
  }

  @Test
  void takesALorryThatHidesTheYardForMotion() throws Exception {
    try (var viewing = new Viewing(DEFAULTS)) {
      viewing.show(film.still(LEARNED));
      long hits =
          viewing.hits(
              film.pictures(
                  10, i -> Light.DAY, i -> Thing.box(20 + 4 * i, 5, 260, 170, 90 + 5 * i)));
      assertThat(hits).isGreaterThanOrEqualTo(5);
    }
  }

  @Test
  void forgetsWhatStaysAndRemembersWhatWasBehind() throws Exception {
    try (var viewing = new Viewing(DEFAULTS)) {
      viewing.show(film.still(60));
      List<byte[]> standing = film.pictures(40, i -> Light.DAY, i -> person(100));
      assertThat(viewing.hits(standing.subList(0, 5))).isEqualTo(5);
      viewing.show(standing.subList(5, 20));
      assertThat(viewing.hits(standing.subList(20, 40))).as("it stood for 4 s").isZero();
      assertThat(viewing.hits(film.still(20))).as("no ghost where it was").isZero();
    }
  }

  @Test
  void seesSmallerThingsTheMoreSensitiveItIs() throws Exception {
    Thing small = Thing.box(100, 60, 8, 14, 20);
    assertThat(seen(Map.of("sensitivity", 0.2), small)).isFalse();
    assertThat(seen(Map.of("sensitivity", 0.8), small)).isTrue();
    assertThat(seen(Map.of("sensitivity", 0.8, "minArea", 5), small)).isFalse();
    assertThat(seen(Map.of("sensitivity", 0.2, "minArea", 0.1), small)).isTrue();
  }

  private boolean seen(Map<String, Object> settings, Thing thing) throws Exception {
    try (var viewing = new Viewing(settings)) {
      viewing.show(film.still(LEARNED));
      return !viewing.show(film.picture(Light.DAY, thing)).isEmpty();
    }
  }

  @Test
  void isAsSensitiveAtNightAsTheNightWants() throws Exception {
    try (var viewing = new Viewing(Map.of("nightSensitivity", 0.1, "nightBelow", 0.2))) {
      viewing.show(film.still(LEARNED));
      assertThat(viewing.figure("isNight")).isZero();
      assertThat(viewing.figure("sensitivity")).isEqualTo(0.5);
      viewing.show(film.pictures(60, i -> Light.scaled(0.2), i -> Thing.NONE));
      assertThat(viewing.figure("isNight")).isEqualTo(1);
      assertThat(viewing.figure("sensitivity")).isEqualTo(0.1);
      assertThat(viewing.figure("median")).isLessThan(0.2);
    }
  }

  @Test
  void isBlindWhereItIsMaskedAndNowhereElse() throws Exception {
    var mask = new Mask(square(0, 0, 0.5, 1));
    try (var viewing = new Viewing(Viewing.config(DEFAULTS, List.of(), List.of(mask)))) {
      viewing.show(film.still(LEARNED));
      assertThat(viewing.show(film.picture(Light.DAY, person(60)))).isEmpty();
      assertThat(viewing.show(film.picture(Light.DAY, person(240)))).hasSize(1);
    }
  }

  @Test
  void isNotBlindedByWhatHappensInAMask() throws Exception {
    var mask = new Mask(square(0, 0, 0.7, 1));
    // Waving trees fill two thirds of the picture: most of it changes, and its shapes do not stay.
    IntFunction<Thing> trees =
        i ->
            (x, y) -> {
              double tree =
                  Thing.box(0, 0, 220, 180, 60 + 70 * (i % 3)).at(x + 3 * (i % 5), y + i % 7);
              return Math.max(tree, i >= LEARNED ? person(260).at(x, y) : -1);
            };
    try (var viewing = new Viewing(Viewing.config(DEFAULTS, List.of(), List.of(mask)))) {
      List<byte[]> storm = film.pictures(LEARNED + 10, i -> Light.DAY, trees);
      viewing.show(storm.subList(0, LEARNED));
      assertThat(viewing.hits(storm.subList(LEARNED, storm.size()))).isGreaterThanOrEqualTo(8);
    }
  }

  @Test
  void seesSmallerThingsInAZoneThatWantsThem() throws Exception {
    var zone = new Zone("gate", square(0.2, 0.2, 0.6, 0.6), List.of(), 0.001);
    Thing inside = Thing.box(100, 60, 6, 9, 20);
    Thing outside = Thing.box(280, 150, 6, 9, 20);
    try (var viewing = new Viewing(Viewing.config(DEFAULTS, List.of(zone), List.of()))) {
      viewing.show(film.still(LEARNED));
      assertThat(viewing.show(film.picture(Light.DAY, outside))).isEmpty();
      assertThat(viewing.explanation().regions()).hasSize(1);
      assertThat(viewing.show(film.picture(Light.DAY, inside))).hasSize(1);
    }
  }

  @Test
  void explainsWhatCountedAndWhatDidNot() throws Exception {
    try (var viewing = new Viewing(DEFAULTS)) {
      viewing.show(film.still(5));
      assertThat(viewing.explanation().note()).isEqualTo("it still learns what is usual here");
      viewing.show(film.still(LEARNED));
      Thing large = person(60);
      Thing small = Thing.box(250, 40, 5, 5, 10);
      Thing both = (x, y) -> Math.max(large.at(x, y), small.at(x, y));
      viewing.show(film.picture(Light.DAY, both));
      Explanation why = viewing.explanation();
      assertThat(why.note()).isEmpty();
      assertThat(why.regions()).hasSize(2);
      Explanation.Region counted = why.regions().get(0);
      assertThat(counted.counted()).isTrue();
      assertThat(counted.reason()).endsWith("0.30 % is enough");
      assertThat(why.regions().get(1).counted()).isFalse();
      assertThat(why.regions().get(1).reason()).endsWith("it takes 0.30 %");
      assertThat(why.figures())
          .containsKeys(
              "foregroundFraction", "largestArea", "leastArea", "median", "gain", "threshold")
          .containsKeys("sensitivity", "isNight", "learningRate");
      Explanation.Foreground foreground = why.foreground().orElseThrow();
      assertThat(foreground.widthPx()).isEqualTo(320);
      assertThat(foreground.pixels().get(110 * 320 + 68)).isEqualTo((byte) 255);
      assertThat(foreground.pixels().get(10 * 320 + 10)).isZero();
    }
  }

  @Test
  void learnsAnewAfterALongPause() throws Exception {
    try (var viewing = new Viewing(DEFAULTS)) {
      viewing.show(film.still(LEARNED));
      viewing.pause(Duration.ofMinutes(5));
      assertThat(viewing.hits(new Film(99, 3).still(LEARNED))).as("another view").isZero();
      assertThat(viewing.explanation().note()).isEmpty();
    }
  }

  @Test
  void takesOtherSettingsWithoutLearningAnew() throws Exception {
    try (var viewing = new Viewing(Map.of("sensitivity", 0.0))) {
      viewing.show(film.still(LEARNED));
      byte[] picture = film.picture(Light.DAY, person(100));
      assertThat(viewing.show(picture)).isEmpty();
      assertThat(viewing.session.adopt(config(Map.of("sensitivity", 0.7, "events", false))))
          .isTrue();
      assertThat(viewing.session.policy().silent()).isTrue();
      assertThat(viewing.show(picture)).hasSize(1);
      assertThat(viewing.session.adopt(config(Map.of("ratePerSecond", 10)))).isFalse();
      assertThat(viewing.session.adopt(config(Map.of("frames", "keyframes")))).isFalse();
    }
  }

  @Test
  void asksForKeyframesOfLargePicturesOnly() throws Exception {
    var every = new FrameSpec.Rate.Every(Duration.ofMillis(200));
    var keyframes = new FrameSpec.Rate.Keyframes();
    assertThat(rate(StreamRole.SUB, 2160, "auto")).isEqualTo(every);
    assertThat(rate(StreamRole.MAIN, 720, "auto")).isEqualTo(every);
    assertThat(rate(StreamRole.MAIN, 1080, "auto")).isEqualTo(keyframes);
    assertThat(rate(StreamRole.MAIN, 0, "auto")).as("not known yet").isEqualTo(keyframes);
    assertThat(rate(StreamRole.MAIN, 1080, "all")).isEqualTo(every);
    assertThat(rate(StreamRole.SUB, 360, "keyframes")).isEqualTo(keyframes);
  }

  private static FrameSpec.Rate rate(StreamRole role, int lines, String frames) throws Exception {
    OpenCv.load();
    var stream = new StreamId(Viewing.STREAM.camera(), role);
    var config = new DetectorConfig(stream, Map.of("frames", frames), List.of(), List.of());
    try (DetectorSession session = new MotionDetector(any -> lines).open(config)) {
      return session.input().rate();
    }
  }

  @Test
  void believesOneKeyframe() throws Exception {
    try (var viewing = new Viewing(Map.of("frames", "keyframes"))) {
      assertThat(viewing.session.policy().hits()).isEqualTo(1);
      assertThat(viewing.session.policy().outOf()).isEqualTo(1);
      assertThat(viewing.session.policy().offDelay()).isGreaterThan(Duration.ofSeconds(10));
      viewing.show(film.still(6));
      assertThat(viewing.show(film.picture(Light.DAY, person(100)))).hasSize(1);
    }
  }

  private static DetectorConfig config(Map<String, Object> settings) {
    return Viewing.config(settings, List.of(), List.of());
  }

  private static Thing person(double left) {
    return Thing.box(left, 90, 18, 50, 30);
  }

  private static List<Point> square(double left, double top, double right, double bottom) {
    return List.of(
        new Point(left, top), new Point(right, top),
        new Point(right, bottom), new Point(left, bottom));
  }
}
