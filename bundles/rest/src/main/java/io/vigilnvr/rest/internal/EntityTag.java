package io.vigilnvr.rest.internal;

import org.jspecify.annotations.Nullable;

/**
 * The ETag of what has no version of its own: what is shown of it, in short.
 *
 * @param value without quotes
 */
record EntityTag(String value) {
  static EntityTag of(Record shown) {
    return new EntityTag(Integer.toHexString(shown.hashCode()));
  }

  /**
   * Refuses a change of what is not as the client has read it. The caller sees to it that nobody
   * changes it between this and the change.
   *
   * @param ifMatch as it was sent
   */
  void require(@Nullable String ifMatch) {
    if (isCondition(ifMatch) && !toString().equals(ifMatch)) {
      throw mismatch();
    }
  }

  /** Whether a change is wanted of one state only. */
  static boolean isCondition(@Nullable String ifMatch) {
    return ifMatch != null && !ifMatch.equals("*");
  }

  static ProblemException mismatch() {
    return new ProblemException(412, "It has another ETag now; read it again.");
  }

  /** As it stands in a header. */
  @Override
  public String toString() {
    return "\"" + value + "\"";
  }
}
