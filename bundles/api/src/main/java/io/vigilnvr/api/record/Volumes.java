package io.vigilnvr.api.record;

import io.vigilnvr.api.camera.CameraId;
import io.vigilnvr.api.plugin.InvalidSettingsException;
import io.vigilnvr.api.storage.VolumeId;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/** Where recordings are kept, how much there is, and how long that will do. Thread-safe. */
@ProviderType
public interface Volumes {
  /**
   * A volume and its prospects.
   *
   * @param reservedBytes what is kept free on it
   * @param bytesPerDay what came to it in the last day, or at that rate since it came into use
   * @param fullAt when the oldest footage begins to make room, at that rate; empty if age removes
   *     footage before, or nothing is known
   * @param oldest when its oldest footage starts
   */
  record Standing(
      Recordings.VolumeStatus status,
      long reservedBytes,
      long bytesPerDay,
      Optional<Instant> fullAt,
      Optional<Instant> oldest) {}

  /**
   * What a camera uses, on all volumes.
   *
   * @param bytesPerDay as of a volume
   */
  record Usage(CameraId camera, long bytes, Instant oldest, Instant newest, long bytesPerDay) {}

  /** A stretch of time that is recorded, on any stream. */
  record Stretch(Instant from, Instant to) {}

  /** A volume cannot be removed as it was asked; the message says why. */
  final class VolumeInUseException extends Exception {
    private static final long serialVersionUID = 1L;

    public VolumeInUseException(String message) {
      super(message);
    }
  }

  /** In the order in which they came. */
  List<Standing> standings();

  /**
   * Takes a volume into use; it stays so over restarts. A folder that was one before is the same
   * again, with what is on it.
   *
   * @param settings for the backend, checked by its definition
   * @throws InvalidSettingsException if it cannot be one; pointers are relative to the settings
   * @throws java.util.NoSuchElementException if there is no such backend
   * @throws IOException if that cannot be written down
   */
  VolumeId add(String backend, Map<String, Object> settings)
      throws InvalidSettingsException, IOException;

  /**
   * Takes a volume out of use; what records to it goes on elsewhere, without losing anything. Its
   * files stay where they are.
   *
   * @param forget whether to do so if there is footage on it, which is not listed any more then
   * @throws java.util.NoSuchElementException if there is no such volume
   * @throws VolumeInUseException if it is the first one, or has footage that is not to be forgotten
   */
  void remove(VolumeId volume, boolean forget) throws VolumeInUseException, IOException;

  /** Of every camera that has footage, even if it is no more. */
  List<Usage> usage();

  /** What is recorded of a camera, in order, without overlap. */
  List<Stretch> recorded(CameraId camera, Instant from, Instant to);
}
