/**
 * Whether the platform is ready. Bundles that can be unwell register a {@link
 * io.vigilnvr.api.health.HealthCheck}.
 */
@Export
@Version("1.0.0")
@NullMarked
package io.vigilnvr.api.health;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
