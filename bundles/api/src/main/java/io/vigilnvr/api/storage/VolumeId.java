package io.vigilnvr.api.storage;

import java.util.regex.Pattern;

/** A volume's name for ever: lower-case letters, digits and hyphens, at most 63. */
public record VolumeId(String value) {
  private static final Pattern VALID = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");

  public VolumeId {
    if (!VALID.matcher(value).matches()) {
      throw new IllegalArgumentException("not a volume id");
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
