package io.vigilnvr.demo.internal;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A camera of the simulator.
 *
 * @param name what people call it
 * @param path of its streams
 * @param sub whether its second stream is used
 */
record DemoCamera(String name, String path, boolean sub) {
  /** The driver's id. */
  static final String DRIVER = "rtsp";

  /** Those that are there from the start. */
  static final List<DemoCamera> ADDED =
      List.of(
          new DemoCamera("Front door", "door", false),
          new DemoCamera("Garden", "garden", true),
          new DemoCamera("Garage", "garage", false));

  /** Those that are left for the user to add. */
  static final List<DemoCamera> LEFT =
      List.of(
          new DemoCamera("Driveway", "driveway", true), new DemoCamera("Office", "office", true));

  /**
   * For the driver.
   *
   * @param base the simulator's address
   */
  Map<String, Object> settings(String base) {
    var settings = new HashMap<String, Object>();
    settings.put("url", base + "/" + path + "/main");
    if (sub) {
      settings.put("subUrl", base + "/" + path + "/sub");
    }
    return Map.copyOf(settings);
  }
}
