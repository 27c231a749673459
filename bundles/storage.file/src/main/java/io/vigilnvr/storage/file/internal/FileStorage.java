package io.vigilnvr.storage.file.internal;

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

  @Activate
  public FileStorage(@Reference Clock clock) {
    this.clock = clock;
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
