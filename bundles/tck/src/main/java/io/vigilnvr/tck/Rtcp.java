package io.vigilnvr.tck;

/** What a simulated camera's sender reports are like. */
public enum Rtcp {
  RIGHT,
  /** None are sent. */
  ABSENT,
  /** Clocks that mean nothing. */
  WRONG
}
