package io.vigilnvr.api.ingest;

import org.osgi.annotation.versioning.ConsumerType;

/** One connection of an engine. */
@ConsumerType
public interface EngineSession extends AutoCloseable {
  /**
   * Ends the connection, orderly if the camera answers within a second (RTSP: TEARDOWN), and frees
   * everything. No call to the sink is under way or comes after it returned. Any thread, any number
   * of times.
   */
  @Override
  void close();
}
