@NullMarked
package io.vigilnvr.event.internal;

import org.jspecify.annotations.NullMarked;
