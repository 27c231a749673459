/** Holds code and documents to the rules of ARCHITECTURE.md. */
@NullMarked
package io.vigilnvr.arch;

import org.jspecify.annotations.NullMarked;
