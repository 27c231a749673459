package io.vigilnvr.e2e;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A house by a road, drawn of boxes, along which a van drives every few seconds. */
final class Yard {
  private static final int SECONDS = 6;

  private Yard() {}

  /** Six seconds to be sent in a loop; the van is there from second 0.5 to second 3. */
  static Path film(Path file) throws Exception {
    return Film.h264(
        file,
        List.of(
            "-f",
            "lavfi",
            "-i",
            "color=black:s=640x360:r=25:d=0.04",
            "-f",
            "lavfi",
            "-i",
            "color=0xb5452f:s=128x60:r=25:d=" + SECONDS,
            "-filter_complex",
            "[0]format=gbrp,geq="
                + "r='lerp(110,225,Y/210)':g='lerp(155,234,Y/210)':b='lerp(205,238,Y/210)',"
                + String.join(",", place())
                + ",loop=-1:1,setpts=N/25/TB,trim=duration="
                + SECONDS
                + "[place];[1]"
                + String.join(",", van())
                + "[van];[place][van]overlay=x=(t-0.5)*310-130:y=244:enable='between(t,0.5,3)',"
                + "noise=alls=5:allf=t"),
        List.of("-g", "25", "-b:v", "600k"));
  }

  private static List<String> place() {
    List<String> boxes = new ArrayList<>();
    boxes.add(box(0, 205, 640, 155, "7d9a63"));
    for (int step = 0; step < 10; step++) {
      boxes.add(box(58 + step * 11, 92 - step * 5, 250 - step * 22, 6, "8a4a3c"));
    }
    boxes.add(box(76, 98, 214, 122, "d8c7a8"));
    for (int window : List.of(96, 232)) {
      boxes.add(box(window, 122, 40, 40, "f4efe3"));
      boxes.add(box(window + 4, 126, 32, 32, "49647c"));
    }
    boxes.add(box(164, 150, 38, 70, "5b3f31"));
    for (int post = 330; post < 640; post += 22) {
      boxes.add(box(post, 182, 10, 44, "efeade"));
    }
    boxes.add(box(326, 194, 314, 6, "efeade"));
    boxes.add(box(494, 130, 16, 78, "6b4e37"));
    boxes.add(box(452, 62, 100, 82, "4d7549"));
    boxes.add(box(470, 44, 62, 30, "557f50"));
    boxes.add(box(0, 252, 640, 84, "5c6066"));
    for (int line = 14; line < 640; line += 90) {
      boxes.add(box(line, 318, 44, 4, "d9d5c6"));
    }
    return boxes;
  }

  private static List<String> van() {
    return List.of(
        box(0, 0, 20, 10, "5c6066"),
        box(92, 8, 28, 18, "cfe0ea"),
        box(30, 8, 54, 18, "963722"),
        box(120, 34, 8, 8, "f6e7a0"),
        box(0, 46, 128, 14, "3a3d41"),
        box(18, 40, 24, 20, "1d1f21"),
        box(88, 40, 24, 20, "1d1f21"),
        box(26, 46, 8, 8, "a9adb0"),
        box(96, 46, 8, 8, "a9adb0"));
  }

  private static String box(int x, int y, int width, int height, String colour) {
    return "drawbox=" + x + ":" + y + ":" + width + ":" + height + ":0x" + colour + ":fill";
  }
}
