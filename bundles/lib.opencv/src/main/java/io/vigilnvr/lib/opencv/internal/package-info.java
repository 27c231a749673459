/** Loads the library; the rest of the bundle is not ours. */
@NullMarked
package io.vigilnvr.lib.opencv.internal;

import org.jspecify.annotations.NullMarked;
