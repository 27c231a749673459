/** The platform's threads and its time. */
@NullMarked
package io.vigilnvr.runtime.internal;

import org.jspecify.annotations.NullMarked;
