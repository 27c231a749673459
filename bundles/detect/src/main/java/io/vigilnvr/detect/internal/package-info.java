/**
 * The detection engine: opens the detectors that cameras are bound to, gives them frames, judges
 * what they say, and makes events of it.
 */
@NullMarked
package io.vigilnvr.detect.internal;

import org.jspecify.annotations.NullMarked;
