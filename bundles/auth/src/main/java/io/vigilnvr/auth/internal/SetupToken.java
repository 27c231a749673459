package io.vigilnvr.auth.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one-time secret that whoever can read our output or our files makes the first admin with. */
record SetupToken(String hash, Instant expiresAt) {
  private static final Logger log = LoggerFactory.getLogger(SetupToken.class);
  private static final Duration LIFE = Duration.ofMinutes(60);

  /** A fresh one, and its secret. */
  record Fresh(SetupToken token, String secret) {}

  static Fresh make(Instant now) {
    String secret = Secrets.random(128);
    return new Fresh(new SetupToken(Secrets.hash(secret), now.plus(LIFE)), secret);
  }

  boolean matches(String secret, Instant now) {
    return Secrets.same(hash, Secrets.hash(secret)) && now.isBefore(expiresAt);
  }

  /** Leaves the secret in a file that only the owner can read. */
  static void write(Path file, String secret) {
    try {
      Files.createDirectories(file.getParent());
      Files.deleteIfExists(file);
      var attribute =
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
      try (var channel =
          Files.newByteChannel(
              file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), attribute)) {
        channel.write(StandardCharsets.UTF_8.encode(secret + "\n"));
      }
    } catch (IOException e) {
      log.warn("the setup token could not be written to {}: it is only in the output", file, e);
    }
  }

  static void remove(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      log.warn("the used setup token {} could not be removed; it is of no use any more", file, e);
    }
  }
}
