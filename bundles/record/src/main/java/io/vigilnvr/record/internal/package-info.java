/**
 * Writes streams to volumes, finds them again after a crash, removes what is too old, and keeps
 * account of every moment.
 */
@NullMarked
package io.vigilnvr.record.internal;

import org.jspecify.annotations.NullMarked;
