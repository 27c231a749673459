package io.vigilnvr.detect.motion.internal;

import io.vigilnvr.detect.motion.internal.Film.Light;
import io.vigilnvr.detect.motion.internal.Film.Thing;
import io.vigilnvr.detect.motion.internal.Trial.Presence;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntFunction;

/**
 * How well and how cheaply motion is seen: recall, delay and false events, by sensitivity, on the
 * footage if it is there and on films made in code. The light of the films changes in code, too.
 */
final class MotionBench {
  private record Clip(List<byte[]> pictures, List<Presence> truth) {}

  private static final Presence WALK = new Presence(20, 32);

  private MotionBench() {}

  public static void main(String[] args) throws Exception {
    Map<String, Clip> clips = new LinkedHashMap<>();
    made(clips);
    Optional<Path> footage = Footage.file().filter(file -> Footage.canDecode());
    footage.ifPresent(file -> filmed(clips, Footage.decode(file)));
    if (footage.isEmpty()) {
      System.out.println("the footage or ffmpeg is missing: films made in code only");
    }
    System.out.println("5 frames per second of 320x180, 3 of 5, over after 5 s");
    for (double value : new double[] {0.2, 0.5, 0.8}) {
      var sensitivity = new Sensitivity(value);
      System.out.printf(
          "sensitivity %.1f: least area %.3f %%, variance threshold %.1f%n",
          value, 100 * sensitivity.leastArea(), sensitivity.varianceThreshold());
      for (var clip : clips.entrySet()) {
        var settings = Map.<String, Object>of("sensitivity", value, "nightSensitivity", value);
        Trial trial = Trial.of(clip.getValue().pictures(), clip.getValue().truth(), settings);
        System.out.printf("  %-46s %s%n", clip.getKey(), trial);
      }
    }
    cost();
  }

  private static void made(Map<String, Clip> clips) {
    List<Presence> nobody = List.of();
    clips.put("made: still, noise 2", new Clip(new Film(1, 2).still(300), nobody));
    clips.put("made: still, noise 12", new Clip(new Film(2, 12).still(300), nobody));
    IntFunction<Thing> none = i -> Thing.NONE;
    clips.put(
        "made: light steps",
        new Clip(new Film(3, 3).pictures(300, i -> scaled(1 - 0.25 * (i / 50 % 3)), none), nobody));
    clips.put(
        "made: switch to infrared and back",
        new Clip(
            new Film(4, 4)
                .pictures(300, i -> i / 100 == 1 ? MotionBench::infrared : Light.DAY, none),
            nobody));
    clips.put(
        "made: slow sine of brightness",
        new Clip(
            new Film(5, 3).pictures(600, i -> scaled(0.8 + 0.25 * Math.sin(i / 25.0)), none),
            nobody));
    clips.put(
        "made: sine of gamma",
        new Clip(
            new Film(6, 3).pictures(600, i -> gamma(1 + 0.5 * Math.sin(i / 25.0)), none), nobody));
    clips.put("made: walker", new Clip(walk(new Film(7, 3), i -> Light.DAY, 90), List.of(WALK)));
    clips.put(
        "made: walker, dark, noise 8",
        new Clip(walk(new Film(8, 8), i -> scaled(0.25), 160), List.of(WALK)));
    clips.put(
        "made: walker comes as the light changes",
        new Clip(walk(new Film(9, 3), i -> i < 102 ? Light.DAY : scaled(0.6), 140), List.of(WALK)));
    clips.put(
        "made: distant walker (0.2 % of the picture)",
        new Clip(far(new Film(10, 3)), List.of(WALK)));
    clips.put("made: lorry close by", new Clip(lorry(new Film(11, 3)), List.of(WALK)));
  }

  /** Somebody of 18 x 50 pixels. */
  private static List<byte[]> walk(Film film, IntFunction<Light> light, double brightness) {
    return film.pictures(
        300,
        light,
        i -> isIn(i) ? Thing.box(60 + (i - 100) * 3.0, 90, 18, 50, brightness) : Thing.NONE);
  }

  private static List<byte[]> far(Film film) {
    return film.pictures(
        300,
        i -> Light.DAY,
        i -> isIn(i) ? Thing.box(60 + (i - 100) * 1.5, 60, 6, 19, 20) : Thing.NONE);
  }

  private static List<byte[]> lorry(Film film) {
    return film.pictures(
        300,
        i -> Light.DAY,
        i -> isIn(i) ? Thing.box(-260 + (i - 100) * 12.0, 10, 260, 165, 120) : Thing.NONE);
  }

  private static boolean isIn(int frame) {
    return frame >= WALK.from() * 5 && frame < WALK.to() * 5;
  }

  private static Light scaled(double factor) {
    return brightness -> brightness * factor;
  }

  private static Light gamma(double exponent) {
    return brightness -> 255 * Math.pow(Math.max(0, brightness) / 255, exponent);
  }

  private static double infrared(double brightness) {
    return 70 + 0.3 * brightness;
  }

  private static void filmed(Map<String, Clip> clips, List<byte[]> frames) {
    clips.put("footage", new Clip(frames, Footage.TRUTH));
    clips.put(
        "footage, dark, noise 8", new Clip(changed(frames, 8, i -> b -> b * 0.3), Footage.TRUTH));
    List<byte[]> empty = new ArrayList<>();
    for (int i = 0; i < 300; i++) { // There and back: a jump would be one.
      int at = i % 40;
      empty.add(frames.get(2 + (at < 20 ? at : 40 - at)));
    }
    List<Presence> nobody = List.of();
    clips.put("footage, empty, noise 8", new Clip(changed(empty, 8, i -> b -> b), nobody));
    clips.put(
        "footage, empty, light steps",
        new Clip(changed(empty, 1, i -> b -> b * (1 - 0.25 * (i / 50 % 3))), nobody));
    clips.put(
        "footage, empty, lamps on (+40)",
        new Clip(changed(empty, 1, i -> b -> b + 40 * (i / 60 % 2)), nobody));
    clips.put(
        "footage, empty, switch to infrared and back",
        new Clip(changed(empty, 2, i -> b -> i / 100 == 1 ? MotionBench.infrared(b) : b), nobody));
    clips.put(
        "footage, empty, slow sine of brightness",
        new Clip(changed(empty, 1, i -> b -> b * (0.8 + 0.25 * Math.sin(i / 25.0))), nobody));
    clips.put(
        "footage, empty, sine of gamma",
        new Clip(
            changed(
                empty,
                1,
                i -> b -> 255 * Math.pow(Math.max(0, b) / 255, 1 + 0.5 * Math.sin(i / 25.0))),
            nobody));
    clips.put(
        "footage, light steps all along",
        new Clip(changed(frames, 1, i -> b -> b * (1 - 0.2 * (i / 60 % 3))), Footage.TRUTH));
  }

  private static List<byte[]> changed(
      List<byte[]> frames, double noise, IntFunction<DoubleUnaryOperator> light) {
    var random = new Random(7);
    List<byte[]> changed = new ArrayList<>();
    for (int i = 0; i < frames.size(); i++) {
      byte[] frame = frames.get(i).clone();
      DoubleUnaryOperator now = light.apply(i);
      for (int p = 0; p < frame.length; p++) {
        double level = now.applyAsDouble(frame[p] & 0xff) + noise * random.nextGaussian();
        frame[p] = (byte) Math.max(0, Math.min(255, Math.round(level)));
      }
      changed.add(frame);
    }
    return changed;
  }

  private static void cost() throws Exception {
    var threads = ManagementFactory.getThreadMXBean();
    List<byte[]> film = walk(new Film(7, 3), i -> Light.DAY, 90);
    try (var viewing = new Viewing(Map.of())) {
      viewing.show(film);
      long before = threads.getCurrentThreadCpuTime();
      viewing.show(film);
      double millis = (threads.getCurrentThreadCpuTime() - before) / 1e6 / film.size();
      System.out.printf(
          "%.2f ms of processor for each frame: %.2f %% of a core at 5 per second%n",
          millis, millis * 5 / 10);
    }
  }
}
