/** Console commands of Vigil, and who may use them. */
@NullMarked
package io.vigilnvr.shell.internal;

import org.jspecify.annotations.NullMarked;
