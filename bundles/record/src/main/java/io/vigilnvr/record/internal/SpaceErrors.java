package io.vigilnvr.record.internal;

import java.io.IOException;

/** Tells a full disk from a broken one. */
final class SpaceErrors {
  private SpaceErrors() {}

  /** Java has no type for ENOSPC and EDQUOT: the system's words are all there is. */
  static boolean isFull(IOException e) {
    String message = String.valueOf(e.getMessage());
    return message.contains("No space left on device") || message.contains("quota exceeded");
  }
}
