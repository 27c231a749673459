package io.vigilnvr.detect.motion.internal;

import io.vigilnvr.detect.motion.internal.Film.Light;
import io.vigilnvr.detect.motion.internal.Film.Thing;
import io.vigilnvr.detect.motion.internal.Trial.Presence;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * How well and how cheaply motion is seen: recall, delay and false events, by sensitivity, on the
 * footage if it is there and on films made in code. The light of the films changes in code, too.
 */
final class MotionBench {
  private record Clip(List<byte[]> pictures, List<Presence> truth) {}

  private static final Presence WALK = new Presence(20, 32);

  /** By the number of the frame. */
  private static final Map<String, IntFunction<Light>> LIGHTS = new LinkedHashMap<>();

  static {
    LIGHTS.put("light steps", i -> Light.scaled(1 - 0.25 * (i / 50 % 3)));
    LIGHTS.put("a lamp from one side", i -> i / 60 % 2 == 0 ? Light.DAY : Light.lamp());
    LIGHTS.put("infrared and back", i -> i / 100 == 1 ? Light.infrared() : Light.DAY);
    LIGHTS.put("sine of brightness", i -> Light.scaled(0.8 + 0.25 * Math.sin(i / 25.0)));
    LIGHTS.put("sine of gamma", i -> Light.gamma(1 + 0.5 * Math.sin(i / 25.0)));
  }

  private MotionBench() {}

  public static void main(String[] args) throws Exception {
    Map<String, Clip> clips = new LinkedHashMap<>();
    made(clips);
    Optional<Path> footage = Footage.file().filter(file -> Footage.canDecode());
    footage.ifPresent(file -> filmed(clips, Footage.decode(file)));
    if (footage.isEmpty()) {
      System.out.println("the footage or ffmpeg is missing: films made in code only");
    }
    heldOut(clips);
    System.out.println("5 frames per second of 320x180, 3 of 5, over after 5 s");
    for (double value : new double[] {0.2, 0.5, 0.8}) {
      var sensitivity = new Sensitivity(value);
      print(
          String.format(
              Locale.ROOT,
              "sensitivity %.1f: least area %.3f %%, variance threshold %.1f",
              value,
              100 * sensitivity.leastArea(),
              sensitivity.varianceThreshold()),
          clips,
          Map.of("sensitivity", value, "nightSensitivity", value),
          1);
    }
    print("sensitivity 0.5, without the guard", clips, Map.of("guard", false), 1);
    print("sensitivity 0.5, a keyframe every 2 s", clips, Map.of("frames", "keyframes"), 10);
    cost();
  }

  private static void made(Map<String, Clip> clips) {
    List<Presence> nobody = List.of();
    clips.put("made: still, noise 2", new Clip(new Film(1, 2).still(300), nobody));
    clips.put("made: still, noise 12", new Clip(new Film(2, 12).still(300), nobody));
    LIGHTS.forEach((name, light) -> clips.put("made: " + name, new Clip(lit(light), nobody)));
    clips.put(
        "made: a cloud's shade passes",
        new Clip(
            new Film(3, 3).pictures(300, i -> Light.shade(4.0 * i - 500), i -> Thing.NONE),
            nobody));
    clips.put("made: walker", new Clip(walk(new Film(7, 3), i -> Light.DAY, 90), List.of(WALK)));
    clips.put(
        "made: walker, dark, noise 8",
        new Clip(walk(new Film(8, 8), i -> Light.scaled(0.25), 160), List.of(WALK)));
    clips.put(
        "made: walker comes as a lamp is lit",
        new Clip(
            walk(new Film(9, 3), i -> i < 102 ? Light.DAY : Light.lamp(), 140), List.of(WALK)));
    clips.put(
        "made: distant walker (0.2 % of the picture)",
        new Clip(far(new Film(10, 3)), List.of(WALK)));
    clips.put("made: lorry close by", new Clip(lorry(new Film(11, 3)), List.of(WALK)));
  }

  /** Made after the parameters were chosen, and never used to choose some. */
  private static void heldOut(Map<String, Clip> clips) {
    List<Presence> nobody = List.of();
    shade(clips, "wide and slow", new Film(101, 3), i -> Light.shade(2.0 * i - 200, 100, 0.65));
    shade(clips, "deep and fast", new Film(102, 3), i -> Light.shade(8.0 * i - 900, 60, 0.5));
    shade(clips, "sharp and light", new Film(103, 6), i -> Light.shade(4.0 * i - 500, 30, 0.8));
    shade(clips, "goes away", new Film(104, 3), i -> Light.shade(600 - 5.0 * i, 80, 0.6));
    for (int seed = 9001; seed <= 9012; seed++) {
      anyShade(clips, seed);
    }
    List<byte[]> shaded =
        new Film(105, 3)
            .pictures(
                300,
                i -> Light.shade(4.0 * (i - 80), 100, 0.65),
                i -> isIn(i) ? Thing.box(40 + (i - 100) * 3.0, 80, 16, 46, 190) : Thing.NONE);
    clips.put("held out: walker while shade passes", new Clip(shaded, List.of(WALK)));
    int seed = 110;
    for (double size : new double[] {28, 40, 70}) {
      for (double speed : new double[] {1.5, 3, 4.5}) {
        double brightness = 60 + 25 * (seed % 6);
        var film = new Film(++seed, 2 + seed % 5);
        List<byte[]> walk =
            film.pictures(
                300,
                i -> Light.DAY,
                i ->
                    isIn(i)
                        ? Thing.box(
                            10 + (i - 100) * speed, 160 - size, 0.35 * size, size, brightness)
                        : Thing.NONE);
        clips.put(
            String.format(Locale.ROOT, "held out: walker of %.0f px, %.1f px/frame", size, speed),
            new Clip(walk, List.of(WALK)));
      }
    }
    Film dusk = new Film(121, 4);
    clips.put(
        "held out: dusk falls",
        new Clip(dusk.pictures(300, i -> Light.scaled(1 - 0.0025 * i), i -> Thing.NONE), nobody));
    Film flicker = new Film(122, 4);
    clips.put(
        "held out: a tube flickers",
        new Clip(
            flicker.pictures(300, i -> Light.scaled(i % 7 < 3 ? 0.85 : 1), i -> Thing.NONE),
            nobody));
  }

  /** As wide, fast and deep as chance has it. */
  private static void anyShade(Map<String, Clip> clips, int seed) {
    var random = new Random(seed * 0x9E3779B97F4A7C15L);
    double speed = 1.5 + 8 * random.nextDouble();
    double widthPx = 20 + 120 * random.nextDouble();
    double left = 0.45 + 0.4 * random.nextDouble();
    double noise = 2 + 5 * random.nextDouble();
    boolean goes = random.nextBoolean();
    String name =
        String.format(
            Locale.ROOT,
            "%.1f px/frame, %.0f px, %.2f of the light, noise %.1f",
            goes ? -speed : speed,
            widthPx,
            left,
            noise);
    shade(
        clips,
        name,
        new Film(seed, noise),
        i -> Light.shade(goes ? 320 - speed * (i - 60) : speed * (i - 60), widthPx, left));
  }

  private static void shade(
      Map<String, Clip> clips, String name, Film film, IntFunction<Light> light) {
    clips.put(
        "held out: shade, " + name,
        new Clip(film.pictures(300, light, i -> Thing.NONE), List.of()));
  }

  private static List<byte[]> lit(IntFunction<Light> light) {
    return new Film(3, 3).pictures(300, light, i -> Thing.NONE);
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

  private static void filmed(Map<String, Clip> clips, List<byte[]> frames) {
    clips.put("footage", new Clip(frames, Footage.TRUTH));
    clips.put(
        "footage, dark, noise 8",
        new Clip(changed(frames, 8, i -> Light.scaled(0.3)), Footage.TRUTH));
    List<byte[]> empty = new ArrayList<>();
    for (int i = 0; i < 300; i++) { // There and back: a jump would be one.
      int at = i % 40;
      empty.add(frames.get(2 + (at < 20 ? at : 40 - at)));
    }
    List<Presence> nobody = List.of();
    clips.put("footage, empty, noise 8", new Clip(changed(empty, 8, i -> Light.DAY), nobody));
    LIGHTS.forEach(
        (name, light) ->
            clips.put("footage, empty, " + name, new Clip(changed(empty, 1, light), nobody)));
    clips.put(
        "footage, light steps all along",
        new Clip(changed(frames, 1, i -> Light.scaled(1 - 0.2 * (i / 60 % 3))), Footage.TRUTH));
  }

  private static List<byte[]> changed(List<byte[]> frames, double noise, IntFunction<Light> light) {
    var random = new Random(7);
    double[] noises = random.doubles(1 << 18).map(any -> noise * random.nextGaussian()).toArray();
    List<byte[]> changed = new ArrayList<>();
    for (int i = 0; i < frames.size(); i++) {
      byte[] frame = frames.get(i).clone();
      Light now = light.apply(i);
      int from = random.nextInt(noises.length - frame.length);
      for (int p = 0; p < frame.length; p++) {
        double level = now.of(p % Film.WIDTH, frame[p] & 0xff) + noises[from + p];
        frame[p] = (byte) Math.max(0, Math.min(255, Math.round(level)));
      }
      changed.add(frame);
    }
    return changed;
  }

  private static void print(
      String title, Map<String, Clip> clips, Map<String, Object> settings, int stride)
      throws Exception {
    System.out.println(title);
    for (var clip : clips.entrySet()) {
      List<byte[]> all = clip.getValue().pictures();
      List<byte[]> some =
          IntStream.range(0, all.size() / stride).mapToObj(i -> all.get(i * stride)).toList();
      Trial trial = Trial.of(some, clip.getValue().truth(), settings, 5.0 / stride);
      System.out.printf("  %-66s %s%n", clip.getKey(), trial);
    }
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
