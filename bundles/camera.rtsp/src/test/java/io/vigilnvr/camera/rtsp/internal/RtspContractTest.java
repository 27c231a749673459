package io.vigilnvr.camera.rtsp.internal;

import io.vigilnvr.api.camera.CameraDriver;
import io.vigilnvr.tck.CameraDriverContract;
import java.net.InetAddress;
import java.util.Map;

final class RtspContractTest extends CameraDriverContract {
  @Override
  protected CameraDriver newDriver() {
    return new RtspCameraDriver(new AddressPolicy(false), InetAddress::getAllByName);
  }

  @Override
  protected Map<String, Object> settings() {
    return Map.of(
        "url", "rtsp://cam:h4nter2@127.0.0.1:8554/main",
        "subUrl", "rtsp://127.0.0.1:8554/sub",
        "transport", "tcp",
        "basicAllowed", false);
  }

  @Override
  protected Map<String, Object> refusedSettings() {
    return Map.of(
        "url", "rtsp://cam:h4nter2@169.254.169.254/main",
        "transport", "tcp",
        "basicAllowed", false);
  }

  @Override
  protected String secret() {
    return "h4nter2";
  }
}
