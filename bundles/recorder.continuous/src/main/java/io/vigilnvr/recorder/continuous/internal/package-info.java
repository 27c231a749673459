/** The recorder that keeps everything. */
@NullMarked
package io.vigilnvr.recorder.continuous.internal;

import org.jspecify.annotations.NullMarked;
