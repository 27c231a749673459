/**
 * Fragmented MP4 (ISO/IEC 14496-12) as Vigil writes it: the init segment, one fragment for each
 * picture, the trailer of a sealed file, and the reader that finds how much of a file is whole.
 * Pure functions; only the reader does I/O, through the channel that it is given.
 */
@Export
@Version("1.0.0")
@NullMarked
package io.vigilnvr.media.mp4;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
