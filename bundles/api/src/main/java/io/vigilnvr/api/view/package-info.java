/** What people keep of their way to look at Vigil: saved views, and preferences. */
@Export
@Version("1.0.0")
@NullMarked
package io.vigilnvr.api.view;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
