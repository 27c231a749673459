package io.vigilnvr.storage.file.internal;

import io.vigilnvr.api.plugin.InvalidSettingsException;
import io.vigilnvr.api.storage.VolumeId;
import io.vigilnvr.api.storage.VolumeRefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which folders a user may make volumes. Links are followed first, so that none leads somewhere
 * else.
 *
 * @param data where the platform keeps its own; only folders of it that are named for recordings
 *     may be used
 * @param held roots of volumes that are in use
 */
record PathPolicy(Optional<Path> data, Set<Path> held) {
  /** Neither these nor anything in them. */
  private static final Set<String> SYSTEM =
      Set.of(
          "/bin",
          "/boot",
          "/dev",
          "/etc",
          "/lib",
          "/lib32",
          "/lib64",
          "/libx32",
          "/proc",
          "/run",
          "/sbin",
          "/sys",
          "/usr",
          "/var/cache",
          "/var/lib/dpkg",
          "/var/log",
          "/var/run",
          "/var/spool");

  /** Not these, but folders in them. */
  private static final Set<String> ROOTS =
      Set.of("/", "/home", "/media", "/mnt", "/opt", "/root", "/srv", "/tmp", "/var", "/var/lib");

  private static final String RECORDINGS = "recordings";

  /**
   * Looks at a path, and changes nothing.
   *
   * @return the id of the volume that is there already
   * @throws InvalidSettingsException if no volume can be there
   */
  Optional<VolumeId> check(String text) throws InvalidSettingsException {
    Path path = parse(text);
    try {
      Path present = path;
      while (!Files.exists(present, LinkOption.NOFOLLOW_LINKS)) {
        present = parent(present);
      }
      if (!Files.isDirectory(present)) {
        throw refused(present.equals(path) ? "is no folder" : "lies in what is no folder");
      }
      // Names that are not there yet cannot be links.
      Path real = present.toRealPath().resolve(present.relativize(path)).normalize();
      checkPlace(real);
      if (!Files.isWritable(present)) {
        throw refused("cannot be written to");
      }
      checkOthers(real);
      return present.equals(path) ? marked(real) : Optional.empty();
    } catch (IOException e) {
      throw refused("cannot be looked at: " + e.getClass().getSimpleName());
    }
  }

  private static Path parse(String text) throws InvalidSettingsException {
    try {
      Path path = Path.of(text);
      if (path.isAbsolute()) {
        return path.normalize();
      }
    } catch (InvalidPathException e) {
      // Said below.
    }
    throw refused("must be an absolute path");
  }

  private static Path parent(Path path) throws InvalidSettingsException {
    Path parent = path.getParent();
    if (parent == null) {
      throw refused("must be a folder");
    }
    return parent;
  }

  private static InvalidSettingsException refused(String why) {
    return new InvalidSettingsException("/path", why);
  }

  private void checkPlace(Path real) throws InvalidSettingsException, IOException {
    if (ROOTS.contains(real.toString()) || SYSTEM.stream().anyMatch(real::startsWith)) {
      throw refused("is a folder of the system; use one of its own, e.g. on another disk");
    }
    if (data.isEmpty() || !Files.isDirectory(data.get())) {
      return;
    }
    Path own = data.get().toRealPath();
    if (own.startsWith(real)) {
      throw refused("holds the data of Vigil");
    }
    if (real.startsWith(own)
        && !own.relativize(real).getName(0).toString().startsWith(RECORDINGS)) {
      throw refused("lies in the data of Vigil");
    }
  }

  private void checkOthers(Path real) throws InvalidSettingsException, IOException {
    for (Path root : held) {
      if (root.equals(real)) {
        throw refused("is a volume in use");
      }
      if (real.startsWith(root) || root.startsWith(real)) {
        throw refused("lies in a volume, or a volume in it: " + root);
      }
    }
    for (Path above = real.getParent(); above != null; above = above.getParent()) {
      if (Files.exists(above.resolve(Marker.NAME), LinkOption.NOFOLLOW_LINKS)) {
        throw refused("lies in a volume: " + above);
      }
    }
  }

  private static Optional<VolumeId> marked(Path real) throws InvalidSettingsException, IOException {
    try {
      Optional<Marker> marker = Marker.read(real);
      if (marker.isPresent()) {
        return Optional.of(new VolumeId(marker.get().volume()));
      }
    } catch (VolumeRefusedException | IllegalArgumentException e) {
      throw refused("has a marker that is damaged");
    }
    try (Stream<Path> entries = Files.list(real)) {
      if (entries.anyMatch(entry -> !VolumePaths.isOurs(entry))) {
        throw refused("is not empty");
      }
    }
    return Optional.empty();
  }
}
