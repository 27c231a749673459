/**
 * Threads for everybody: {@link io.vigilnvr.api.task.Tasks} is the only way to get one. Time comes
 * from the {@link java.time.Clock} service that the same bundle provides.
 */
@Export
@Version("1.0.0")
@NullMarked
package io.vigilnvr.api.task;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
