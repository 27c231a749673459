package io.vigilnvr.detect.internal;

import io.vigilnvr.api.decode.Frame;
import io.vigilnvr.api.detect.Analysis.Observation;
import io.vigilnvr.api.detect.Analysis.Verdict;
import io.vigilnvr.api.detect.Detection;
import io.vigilnvr.api.detect.Explanation;
import io.vigilnvr.api.detect.Explanation.Foreground;
import io.vigilnvr.api.event.Event.Box;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An observation that outlives the call that it came with, for whoever tunes a detector. */
record Snapshot(
    Frame frame,
    List<Detection> seen,
    List<Verdict> verdicts,
    Optional<Explanation> explanation,
    boolean on) {
  private static final Color COUNTED = new Color(0x2ecc40);
  private static final Color REFUSED = new Color(0xff4136);
  private static final int TINT = 0x00c8ff;
  private static final int WIDE_PX = 640;

  static Snapshot of(Observation observation) {
    return new Snapshot(
        copy(observation.frame()),
        List.copyOf(observation.seen()),
        List.copyOf(observation.verdicts()),
        observation.explanation().map(Snapshot::copy),
        observation.on());
  }

  private static Frame copy(Frame lent) {
    return new Frame(
        lent.stream(), lent.sequence(), lent.captured(), lent.spec(), copy(lent.pixels()));
  }

  private static ByteBuffer copy(ByteBuffer lent) {
    return ByteBuffer.allocate(lent.remaining()).put(lent.duplicate()).flip();
  }

  private static Explanation copy(Explanation lent) {
    return new Explanation(
        lent.regions(),
        lent.foreground()
            .map(one -> new Foreground(one.widthPx(), one.heightPx(), copy(one.pixels()))),
        lent.figures(),
        lent.note());
  }

  /** As the API tells it. */
  Map<String, Object> json() throws IOException {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("at", Rounded.of(frame.captured()));
    json.put("widthPx", frame.spec().widthPx());
    json.put("heightPx", frame.spec().heightPx());
    json.put("on", on);
    json.put("note", explanation.map(Explanation::note).orElse(""));
    json.put("figures", explanation.map(Explanation::figures).orElse(Map.of()));
    json.put("regions", regions());
    json.put("detections", detections());
    json.put("foreground", null);
    if (explanation.isPresent() && explanation.get().foreground().isPresent()) {
      json.put("foreground", base64(Images.png(explanation.get().foreground().get())));
    }
    json.put("picture", base64(Images.jpeg(Images.image(frame))));
    return json;
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private List<Map<String, Object>> regions() {
    List<Map<String, Object>> regions = new ArrayList<>();
    for (Explanation.Region region : explanation.map(Explanation::regions).orElse(List.of())) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("box", json(region.box()));
      json.put("area", Rounded.of(region.area(), 5));
      json.put("counted", region.counted());
      json.put("reason", region.reason());
      regions.add(json);
    }
    return regions;
  }

  private List<Map<String, Object>> detections() {
    List<Map<String, Object>> detections = new ArrayList<>();
    for (int i = 0; i < seen.size(); i++) {
      Detection detection = seen.get(i);
      Verdict verdict = verdicts.get(i);
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("label", detection.label());
      json.put("score", Rounded.of(detection.score(), 3));
      json.put("box", json(detection.box()));
      json.put("counted", verdict.counted());
      json.put("reason", verdict.reason());
      json.put("zones", verdict.zones());
      json.put("event", verdict.event().orElse(null));
      detections.add(json);
    }
    return detections;
  }

  private static Map<String, Object> json(Box box) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("x", Rounded.of(box.x(), 5));
    json.put("y", Rounded.of(box.y(), 5));
    json.put("width", Rounded.of(box.width(), 5));
    json.put("height", Rounded.of(box.height(), 5));
    return json;
  }

  /** A JPEG file of it: what differs is tinted, and boxes say what counts. */
  byte[] picture() throws IOException {
    BufferedImage pixels = Images.image(frame);
    int scale = Math.max(1, (int) Math.ceil((double) WIDE_PX / pixels.getWidth()));
    int width = pixels.getWidth() * scale;
    int height = pixels.getHeight() * scale;
    var image = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
    Graphics2D drawing = image.createGraphics();
    try {
      drawing.drawImage(pixels, 0, 0, width, height, null);
      Optional<Foreground> foreground = explanation.flatMap(Explanation::foreground);
      if (foreground.isPresent()) {
        drawing.drawImage(tint(foreground.get()), 0, 0, width, height, null);
      }
      drawing.setStroke(new BasicStroke(2));
      explanation
          .map(Explanation::regions)
          .orElse(List.of())
          .forEach(region -> draw(drawing, region.box(), region.counted(), width, height));
      for (int i = 0; i < seen.size(); i++) {
        draw(drawing, seen.get(i).box(), verdicts.get(i).counted(), width, height);
      }
    } finally {
      drawing.dispose();
    }
    return Images.jpeg(image);
  }

  private static BufferedImage tint(Foreground foreground) {
    var image =
        new BufferedImage(foreground.widthPx(), foreground.heightPx(), BufferedImage.TYPE_INT_ARGB);
    ByteBuffer pixels = foreground.pixels().duplicate();
    for (int y = 0; y < foreground.heightPx(); y++) {
      for (int x = 0; x < foreground.widthPx(); x++) {
        image.setRGB(x, y, (((pixels.get() & 0xff) / 2) << 24) | TINT);
      }
    }
    return image;
  }

  private static void draw(Graphics2D drawing, Box box, boolean counted, int width, int height) {
    drawing.setColor(counted ? COUNTED : REFUSED);
    drawing.drawRect(
        (int) (box.x() * width),
        (int) (box.y() * height),
        (int) (box.width() * width),
        (int) (box.height() * height));
  }
}
