package io.vigilnvr.api.plugin;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Puts plugins in and takes them out while everything else goes on: no other bundle is stopped,
 * refreshed or wired anew. Thread-safe; one change at a time. A plugin is code that runs with all
 * of Vigil's rights: callers let only admins do this.
 */
@ProviderType
public interface PluginInstaller {
  /**
   * What a file is, and what installing it does.
   *
   * @param id the bundle's symbolic name
   * @param sha256 of the file, hex
   * @param signedBy the subject of the certificate that vouches for it; empty if none does
   * @param replaces the version that is installed now; empty if it is new
   */
  record Upload(
      String id,
      String version,
      String name,
      long bytes,
      String sha256,
      Optional<String> signedBy,
      Optional<String> replaces) {}

  /**
   * Looks at a file and changes nothing.
   *
   * @throws InvalidSettingsException if it cannot be installed, with each reason
   */
  Upload examine(Path file) throws InvalidSettingsException, IOException;

  /**
   * Installs and starts it, in place of an older or newer version of the same name. If it does not
   * start, everything is as it was before.
   *
   * @throws InvalidSettingsException if it cannot be installed or does not start, with each reason
   */
  Upload install(Path file) throws InvalidSettingsException, IOException;

  /**
   * Starts a plugin that was stopped; it stays started over a restart of the platform.
   *
   * @throws java.util.NoSuchElementException if there is none
   * @throws IllegalStateException if it came with the distribution
   * @throws InvalidSettingsException if it does not start
   */
  void start(String id) throws InvalidSettingsException;

  /**
   * Stops a plugin, until it is started again; restarts of the platform do not count.
   *
   * @throws java.util.NoSuchElementException if there is none
   * @throws IllegalStateException if it came with the distribution
   */
  void stop(String id) throws InvalidSettingsException;

  /**
   * Takes a plugin out for good.
   *
   * @throws java.util.NoSuchElementException if there is none
   * @throws IllegalStateException if it came with the distribution, or lies in {@code deploy/}
   */
  void remove(String id) throws IOException;
}
