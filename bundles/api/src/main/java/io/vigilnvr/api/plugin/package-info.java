/**
 * What is installed, and what it takes: plugins, the types they provide, and the schema of each
 * type's settings, derived from OSGi Metatype. A plugin may also bring REST resources.
 */
@Export
@Version("1.1.0")
@NullMarked
package io.vigilnvr.api.plugin;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
