/** Keeps segments in a folder of the local file system, durably and behind one lock. */
@NullMarked
package io.vigilnvr.storage.file.internal;

import org.jspecify.annotations.NullMarked;
