/**
 * Getting media from cameras. Native code and whatever else parses a camera's bytes runs in worker
 * processes; inside one, an {@link io.vigilnvr.api.ingest.IngestEngine} yields access units. The
 * {@link io.vigilnvr.api.ingest.Ingest} service runs and adopts workers and feeds the hub.
 */
@Export
@Version("1.2.0")
@NullMarked
package io.vigilnvr.api.ingest;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
