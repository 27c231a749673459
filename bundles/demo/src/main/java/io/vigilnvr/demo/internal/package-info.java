/** Cameras for those who have none yet. */
@NullMarked
package io.vigilnvr.demo.internal;

import org.jspecify.annotations.NullMarked;
