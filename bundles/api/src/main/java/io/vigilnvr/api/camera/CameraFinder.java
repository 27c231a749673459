package io.vigilnvr.api.camera;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Looks for cameras in the network, e.g. by WS-Discovery; found by whiteboard. Stateless and
 * thread-safe.
 */
@ConsumerType
public interface CameraFinder {
  /** Service property: what it is called, e.g. {@code onvif}. */
  String FINDER = "vigil.camera.finder";

  /**
   * A camera that answered.
   *
   * @param name what it calls itself, or a name for people made of what is known
   * @param driver id of the driver that can talk to it; it need not be installed
   * @param settings for that driver, as far as they are known: String, Number, Boolean, List; never
   *     a secret
   * @param address of the camera, e.g. {@code 192.0.2.10}: one that was found twice is shown once
   */
  record FoundCamera(String name, String driver, Map<String, Object> settings, String address) {
    public FoundCamera {
      settings = Map.copyOf(settings);
    }
  }

  /**
   * Asks around, and returns who has answered within that time.
   *
   * @throws CameraException if it cannot even ask
   * @throws InterruptedException soon after an interrupt, with nothing left open
   */
  List<FoundCamera> find(Duration atMost) throws CameraException, InterruptedException;
}
