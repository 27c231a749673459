package io.vigilnvr.detect.motion.internal;

import io.vigilnvr.api.detect.Detector;
import io.vigilnvr.tck.DetectorContract;
import java.util.Map;

final class MotionContractTest extends DetectorContract {
  @Override
  protected Detector newDetector() {
    OpenCv.load();
    return new MotionDetector(stream -> 0);
  }

  @Override
  protected Map<String, Object> settings() {
    return Map.of(
        "sensitivity",
        0.5,
        "nightSensitivity",
        0.5,
        "nightBelow",
        0.15,
        "minArea",
        0.0,
        "guard",
        true,
        "events",
        true,
        "onlyInZones",
        false,
        "offDelaySeconds",
        5,
        "ratePerSecond",
        5,
        "frames",
        "auto");
  }
}
