@NullMarked
package io.vigilnvr.decode.worker;

import org.jspecify.annotations.NullMarked;
