/**
 * The hub: makes fragments of access units, once, and hands the same bytes to the recorder, which
 * loses nothing, and to viewers, which are moved on when they are slow.
 */
@NullMarked
package io.vigilnvr.stream.internal;

import org.jspecify.annotations.NullMarked;
