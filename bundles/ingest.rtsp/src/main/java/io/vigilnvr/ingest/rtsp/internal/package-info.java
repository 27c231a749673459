/** Receives RTSP streams in plain Java: one thread for all cameras of a worker. */
@NullMarked
package io.vigilnvr.ingest.rtsp.internal;

import org.jspecify.annotations.NullMarked;
