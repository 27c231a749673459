package io.vigilnvr.api.storage;

/** A volume is not what it should be: the wrong one, without its marker, or in use. */
public final class VolumeRefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  public VolumeRefusedException(String message) {
    super(message);
  }
}
