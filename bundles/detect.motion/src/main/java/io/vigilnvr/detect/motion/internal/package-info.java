/** The detector that sees motion. */
@NullMarked
package io.vigilnvr.detect.motion.internal;

import org.jspecify.annotations.NullMarked;
