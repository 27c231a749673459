@NullMarked
package io.vigilnvr.detect.internal;

import org.jspecify.annotations.NullMarked;
