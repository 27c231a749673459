package io.vigilnvr.storage.file.internal;

import io.vigilnvr.api.plugin.InvalidSettingsException;
import io.vigilnvr.api.plugin.PluginCatalog;
import io.vigilnvr.api.storage.StorageBackend;
import io.vigilnvr.api.storage.Volume;
import io.vigilnvr.api.storage.VolumeId;
import io.vigilnvr.api.storage.VolumeRefusedException;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Opens folders as volumes. */
@Component(
    service = StorageBackend.class,
    property = {
      StorageBackend.STORAGE + "=file",
      PluginCatalog.SETTINGS + "=" + FileVolumeConfig.PID
    })
public final class FileStorage implements StorageBackend {
  private final Clock clock;
  private final Optional<Path> data;

  @Activate
  public FileStorage(BundleContext context, @Reference Clock clock) {
    this(clock, Optional.ofNullable(context.getProperty("vigil.data")).map(Path::of));
  }

  /**
   * @param data where the platform keeps its own
   */
  public FileStorage(Clock clock, Optional<Path> data) {
    this.clock = clock;
    this.data = data;
  }

  @Override
  public Optional<VolumeId> inspect(Map<String, Object> settings) throws InvalidSettingsException {
    return new PathPolicy(data, VolumeLock.held()).check(String.valueOf(settings.get("path")));
  }

  @Override
  public Volume open(VolumeId id, Map<String, Object> settings, boolean fresh)
      throws IOException, VolumeRefusedException {
    return FileVolume.open(id, path(settings), fresh, clock);
  }

  private static Path path(Map<String, Object> settings) throws VolumeRefusedException {
    try {
      if (settings.get("path") instanceof String text
          && !text.isBlank()
          && Path.of(text).isAbsolute()) {
        return Path.of(text).normalize();
      }
    } catch (InvalidPathException e) {
      throw new VolumeRefusedException("not a path: " + e.getReason());
    }
    throw new VolumeRefusedException("the setting path must be an absolute path");
  }
}
