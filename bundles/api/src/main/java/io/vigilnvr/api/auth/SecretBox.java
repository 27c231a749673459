package io.vigilnvr.api.auth;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Seals other systems' secrets (AES-256-GCM, NIST SP 800-38D) with a key kept in a file, outside
 * the database. Thread-safe.
 */
@ProviderType
public interface SecretBox {
  /**
   * @param owner what the secret belongs to; the same must be given to open it
   */
  byte[] seal(String secret, String owner);

  /**
   * @throws IllegalArgumentException if it was not sealed with this key for this owner
   */
  String open(byte[] sealed, String owner);
}
