/** Violations, planted to prove that each rule fires. */
@NullMarked
package io.vigilnvr.planted.internal;

import org.jspecify.annotations.NullMarked;
