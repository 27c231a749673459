/** Has a PostgreSQL that answers: its own, as a child process, or one that somebody else runs. */
@NullMarked
package io.vigilnvr.database.internal;

import org.jspecify.annotations.NullMarked;
