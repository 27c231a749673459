/** Starts our bundles in a bare framework, without Karaf. */
@NullMarked
package io.vigilnvr.wiring;

import org.jspecify.annotations.NullMarked;
