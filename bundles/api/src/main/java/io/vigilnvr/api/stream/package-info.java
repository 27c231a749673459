/**
 * The hub. Ingest feeds access units, the hub makes a fragment of each, once, and hands the same
 * bytes to the {@link io.vigilnvr.api.stream.StreamRecorder}, which loses nothing, and to {@link
 * io.vigilnvr.api.stream.StreamViewer}s, which are moved on when they are slow.
 */
@Export
@Version("1.1.0")
@NullMarked
package io.vigilnvr.api.stream;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
