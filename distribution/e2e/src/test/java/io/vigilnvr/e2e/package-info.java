/** The packed distribution, used as its users do: from outside. */
@NullMarked
package io.vigilnvr.e2e;

import org.jspecify.annotations.NullMarked;
