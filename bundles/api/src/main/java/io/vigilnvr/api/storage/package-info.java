/**
 * Where segments live. A {@link io.vigilnvr.api.storage.StorageBackend} is a plugin that opens
 * {@link io.vigilnvr.api.storage.Volume}s. It keeps bytes and a journal and knows nothing of what
 * is in them; what to write and when to sync is the recording engine's to say.
 */
@Export
@Version("1.0.0")
@NullMarked
package io.vigilnvr.api.storage;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
