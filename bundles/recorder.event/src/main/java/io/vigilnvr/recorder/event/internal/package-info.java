/** The recorder that keeps what events are seen in. */
@NullMarked
package io.vigilnvr.recorder.event.internal;

import org.jspecify.annotations.NullMarked;
