package io.vigilnvr.auth.internal;

import io.vigilnvr.api.auth.SecretBox;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Set;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps its key in {@code secrets/key} of the data folder, made at first use, readable by the owner
 * alone.
 *
 * <p>A sealed secret is: version (1 byte, 1), the first 4 bytes of the key's SHA-256, a random
 * nonce (12 bytes), AES-256-GCM of the UTF-8 text, with its tag (16 bytes). The owner's name is
 * authenticated with it, so that a secret cannot be moved from one row of the database to another.
 */
@Component
public final class FileKeySecretBox implements SecretBox {
  private static final Logger log = LoggerFactory.getLogger(FileKeySecretBox.class);
  private static final byte VERSION = 1;
  private static final int KEY_BYTES = 32;
  private static final int NAME_BYTES = 4;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private final Path folder;
  private final Path file;
  private byte @Nullable [] key;

  @Activate
  public FileKeySecretBox(BundleContext context) {
    this(DataFolder.of(context));
  }

  FileKeySecretBox(Path data) {
    folder = data.resolve("secrets");
    file = folder.resolve("key");
  }

  @Override
  public byte[] seal(String secret, String owner) {
    byte[] key = key();
    byte[] nonce = Secrets.bytes(NONCE_BYTES);
    byte[] text = secret.getBytes(StandardCharsets.UTF_8);
    try {
      byte[] sealed = cipher(Cipher.ENCRYPT_MODE, key, nonce, owner).doFinal(text);
      return ByteBuffer.allocate(1 + NAME_BYTES + NONCE_BYTES + sealed.length)
          .put(VERSION)
          .put(nameOf(key))
          .put(nonce)
          .put(sealed)
          .array();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot seal", e);
    } finally {
      Arrays.fill(text, (byte) 0);
    }
  }

  @Override
  public String open(byte[] sealed, String owner) {
    byte[] key = key();
    if (sealed.length < 1 + NAME_BYTES + NONCE_BYTES + TAG_BITS / 8 || sealed[0] != VERSION) {
      throw new IllegalArgumentException("not a sealed secret");
    }
    var in = ByteBuffer.wrap(sealed, 1, sealed.length - 1);
    var name = new byte[NAME_BYTES];
    var nonce = new byte[NONCE_BYTES];
    in.get(name).get(nonce);
    if (!Arrays.equals(name, nameOf(key))) {
      throw new IllegalArgumentException("sealed with another key than that in " + file);
    }
    var rest = new byte[in.remaining()];
    in.get(rest);
    try {
      byte[] text = cipher(Cipher.DECRYPT_MODE, key, nonce, owner).doFinal(rest);
      return new String(text, StandardCharsets.UTF_8);
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("not sealed for " + owner, e);
    }
  }

  private static Cipher cipher(int mode, byte[] key, byte[] nonce, String owner)
      throws GeneralSecurityException {
    var cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(new byte[] {VERSION});
    cipher.updateAAD(owner.getBytes(StandardCharsets.UTF_8));
    return cipher;
  }

  private static byte[] nameOf(byte[] key) {
    return Arrays.copyOf(Secrets.sha256().digest(key), NAME_BYTES);
  }

  private synchronized byte[] key() {
    byte[] known = key;
    if (known == null) {
      try {
        known = readOrMake();
      } catch (IOException e) {
        throw new UncheckedIOException("the key file " + file + " cannot be used", e);
      }
      key = known;
    }
    return known;
  }

  private byte[] readOrMake() throws IOException {
    try {
      return read();
    } catch (NoSuchFileException e) {
      make();
      return read();
    }
  }

  private byte[] read() throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    if (bytes.length != KEY_BYTES) {
      throw new IOException("it holds " + bytes.length + " bytes instead of " + KEY_BYTES);
    }
    if (!PosixFilePermissions.toString(
            Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS))
        .endsWith("------")) {
      log.warn("the key file {} can be read by others than its owner", file);
    }
    return bytes;
  }

  /** Written whole under another name first: there is never half a key, nor two. */
  private void make() throws IOException {
    DataFolder.makePrivate(folder);
    Path fresh = folder.resolve("key.new");
    Files.deleteIfExists(fresh);
    try (var channel =
        FileChannel.open(
            fresh,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("r--------")))) {
      channel.write(ByteBuffer.wrap(Secrets.bytes(KEY_BYTES)));
      channel.force(true);
    }
    try {
      Files.createLink(file, fresh);
    } catch (FileAlreadyExistsException e) {
      log.debug("the key file was made by somebody else meanwhile");
    } finally {
      Files.delete(fresh);
    }
    try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
    log.info("made the key file {}; keep a copy of it apart from the database's backups", file);
  }
}
