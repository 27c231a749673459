package io.vigilnvr.plugin.internal;

import io.vigilnvr.api.plugin.InvalidSettingsException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import org.osgi.framework.Constants;
import org.osgi.framework.Version;

/**
 * A file that says it is a plugin, after it was looked at from outside: it is a whole archive of
 * bounded size without tricks, and its manifest is that of a bundle. Nothing of it was run.
 */
final class PluginFile {
  static final long MOST_BYTES = 64L * 1024 * 1024;
  private static final long MOST_UNPACKED = 256L * 1024 * 1024;
  private static final int MOST_ENTRIES = 20_000;
  private static final long MOST_MANIFEST = 512 * 1024;
  private static final int MOST_HEADERS = 500;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*");

  private final Path path;
  private final long bytes;
  private final String sha256;
  private final Optional<String> signedBy;
  private final Attributes manifest;
  private final String id;
  private final Version version;

  private PluginFile(
      Path path,
      long bytes,
      String sha256,
      Optional<String> signedBy,
      Attributes manifest,
      String id,
      Version version) {
    this.path = path;
    this.bytes = bytes;
    this.sha256 = sha256;
    this.signedBy = signedBy;
    this.manifest = manifest;
    this.id = id;
    this.version = version;
  }

  /**
   * @throws InvalidSettingsException with what is wrong with it
   */
  static PluginFile read(Path path, TrustedSigners signers)
      throws InvalidSettingsException, IOException {
    long bytes = Files.size(path);
    if (bytes > MOST_BYTES) {
      throw wrong("is larger than 64 MiB");
    }
    try {
      Set<String> inline = entriesInLine(path);
      try (var jar = new JarFile(path.toFile(), true)) {
        checkEntries(jar, inline);
        Optional<String> signedBy = signers.check(jar);
        Attributes manifest = manifest(jar);
        return new PluginFile(
            path, bytes, sha256(path), signedBy, manifest, id(manifest), version(manifest));
      }
    } catch (ZipException | EOFException | IllegalArgumentException e) {
      throw wrong("is no whole jar");
    } catch (SecurityException e) {
      throw wrong("has a signature that does not fit its content");
    }
  }

  /** Reads everything, as it lies in the file, and counts what comes out. */
  private static Set<String> entriesInLine(Path path) throws IOException, InvalidSettingsException {
    var names = new HashSet<String>();
    long unpacked = 0;
    var buffer = new byte[64 * 1024];
    try (var in = new ZipInputStream(new BufferedInputStream(Files.newInputStream(path)))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        if (names.size() >= MOST_ENTRIES) {
          throw wrong("has more than " + MOST_ENTRIES + " entries");
        }
        if (!names.add(entry.getName())) {
          throw wrong("has an entry twice");
        }
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
          unpacked += count;
          if (unpacked > MOST_UNPACKED) {
            throw wrong("is larger than 256 MiB when it is unpacked");
          }
        }
      }
    }
    if (names.isEmpty()) {
      throw wrong("is no jar");
    }
    return names;
  }

  private static void checkEntries(JarFile jar, Set<String> inline)
      throws InvalidSettingsException {
    var listed = new HashSet<String>();
    for (JarEntry entry : (Iterable<JarEntry>) jar.stream()::iterator) {
      String name = entry.getName();
      if (!listed.add(name)) {
        throw wrong("has an entry twice");
      }
      if (name.startsWith("/")
          || name.contains("\\")
          || name.matches("[A-Za-z]:.*")
          || List.of(name.split("/", -1)).contains("..")
          || name.chars().anyMatch(Character::isISOControl)) {
        throw wrong("has an entry that leads out of it");
      }
    }
    if (!listed.equals(inline)) {
      throw wrong("lists other entries than it has");
    }
  }

  private static Attributes manifest(JarFile jar) throws IOException, InvalidSettingsException {
    ZipEntry entry = jar.getEntry(JarFile.MANIFEST_NAME);
    if (entry == null) {
      throw wrong("has no manifest");
    }
    byte[] content;
    try (InputStream in = jar.getInputStream(entry)) {
      content = in.readNBytes((int) MOST_MANIFEST + 1);
    }
    if (content.length > MOST_MANIFEST) {
      throw wrong("has a manifest larger than 512 KiB");
    }
    Attributes attributes;
    try {
      attributes = new Manifest(new java.io.ByteArrayInputStream(content)).getMainAttributes();
    } catch (IOException e) {
      throw wrong("has a manifest that cannot be read");
    }
    if (attributes.size() > MOST_HEADERS) {
      throw wrong("has a manifest with more than " + MOST_HEADERS + " headers");
    }
    return attributes;
  }

  private static String id(Attributes manifest) throws InvalidSettingsException {
    String header = manifest.getValue(Constants.BUNDLE_SYMBOLICNAME);
    if (header == null || !"2".equals(manifest.getValue(Constants.BUNDLE_MANIFESTVERSION))) {
      throw wrong("is no OSGi bundle: its manifest has no Bundle-SymbolicName");
    }
    String name = header.split(";", 2)[0].strip();
    if (!NAME.matcher(name).matches() || name.length() > 200) {
      throw wrong("has a Bundle-SymbolicName that is none");
    }
    if (manifest.getValue(Constants.FRAGMENT_HOST) != null) {
      throw wrong("is a fragment, which would become part of another bundle");
    }
    return name;
  }

  private static Version version(Attributes manifest) throws InvalidSettingsException {
    try {
      return Version.parseVersion(manifest.getValue(Constants.BUNDLE_VERSION));
    } catch (IllegalArgumentException e) {
      throw wrong("has a Bundle-Version that is none");
    }
  }

  private static String sha256(Path path) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      try (var in = new DigestInputStream(Files.newInputStream(path), digest)) {
        in.transferTo(java.io.OutputStream.nullOutputStream());
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  static InvalidSettingsException wrong(String detail) {
    return new InvalidSettingsException("/file", detail);
  }

  Path path() {
    return path;
  }

  long bytes() {
    return bytes;
  }

  String sha256() {
    return sha256;
  }

  Optional<String> signedBy() {
    return signedBy;
  }

  String id() {
    return id;
  }

  Version version() {
    return version;
  }

  String name() {
    String name = manifest.getValue(Constants.BUNDLE_NAME);
    return name == null ? id : name;
  }

  /** The clauses of a header; none if it is not there. */
  List<ManifestHeader.Clause> header(String name) {
    String header = manifest.getValue(name);
    return header == null ? List.of() : ManifestHeader.parse(header);
  }
}
