/** The event log: what happens, at once in memory, and soon in the database. */
@NullMarked
package io.vigilnvr.event.internal;

import org.jspecify.annotations.NullMarked;
