package io.vigilnvr.api.detect;

import io.vigilnvr.api.event.Event;

/**
 * Something that a detector saw in one frame.
 *
 * @param label what it is, in a word, e.g. {@code person}
 * @param score how sure the detector is, 0 to 1
 * @param box where it is
 */
public record Detection(String label, double score, Event.Box box) {
  public Detection {
    if (label.isBlank() || !(score >= 0 && score <= 1)) {
      throw new IllegalArgumentException("not a detection: " + label + " " + score);
    }
  }
}
