/** Receives RTSP streams by GStreamer, inside a worker process; decodes nothing. */
@NullMarked
package io.vigilnvr.ingest.gstreamer.internal;

import org.jspecify.annotations.NullMarked;
