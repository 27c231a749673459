package io.vigilnvr.api.camera;

import java.util.regex.Pattern;

/** A camera's name in paths, URLs and logs: lower-case letters, digits and hyphens, at most 63. */
public record CameraId(String value) implements Comparable<CameraId> {
  private static final Pattern VALID = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");

  public CameraId {
    if (!VALID.matcher(value).matches()) {
      throw new IllegalArgumentException("not a camera id");
    }
  }

  @Override
  public int compareTo(CameraId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
