package io.vigilnvr.api.camera;

import java.util.Locale;

/** What a camera is doing. The most telling of its streams' states, or its own. */
public enum CameraState {
  CONNECTING,
  STREAMING,
  /** Connected, but nothing has arrived for the watchdog's time. */
  STALLED,
  /** Lost; waiting to try again. */
  BACKOFF,
  /** The login was refused. */
  UNAUTHORIZED,
  DISABLED,
  /** Cannot work as it is set up, e.g. its driver is missing. */
  ERROR;

  /** The word in the API. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
