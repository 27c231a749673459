package io.vigilnvr.api.ingest;

import org.osgi.annotation.versioning.ConsumerType;

/** One connection of an engine. */
@ConsumerType
public interface EngineSession extends AutoCloseable {
  /**
   * Somebody looks at the stream, or nobody does any more: what was delayed to save work should
   * come at once meanwhile. Any thread, any number of times.
   */
  default void watched(boolean now) {}

  /**
   * Ends the connection, orderly if the camera answers within a second (RTSP: TEARDOWN), and frees
   * everything. No call to the sink is under way or comes after it returned. Any thread, any number
   * of times.
   */
  @Override
  void close();
}
