/**
 * Recordings: the {@link io.vigilnvr.api.record.Recorder} plugins choose what is kept, the
 * recording engine keeps it, {@link io.vigilnvr.api.record.Recordings} tells what there is, second
 * by second. Every moment of a camera's life is in a span or in a gap with a cause.
 */
@Export
@Version("1.3.0")
@NullMarked
package io.vigilnvr.api.record;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
