package io.vigilnvr.api.camera;

/** What was to be changed has been changed by somebody else in between. */
public final class StaleVersionException extends Exception {
  private static final long serialVersionUID = 1L;

  public StaleVersionException(long current) {
    super("the current version is " + current);
  }
}
