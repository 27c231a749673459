package io.vigilnvr.api.ingest;

import io.vigilnvr.api.camera.StreamSource;
import java.time.Duration;

/**
 * What an engine is to receive.
 *
 * @param name of the stream, for thread names and logs
 * @param connectTimeout until the first access unit; the worker gives up then, the engine may too
 */
public record EngineRequest(String name, StreamSource source, Duration connectTimeout) {}
