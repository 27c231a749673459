/**
 * Reads and makes what coded video and audio say of themselves: parameter sets, codec configs,
 * names of codecs. Pure functions: no state, no I/O, safe from any thread; they take any bytes and
 * answer with nothing rather than throw.
 */
@Export
@Version("1.1.0")
@NullMarked
package io.vigilnvr.media.codec;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
