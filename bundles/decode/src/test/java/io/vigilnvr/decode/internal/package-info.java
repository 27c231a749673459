@NullMarked
package io.vigilnvr.decode.internal;

import org.jspecify.annotations.NullMarked;
