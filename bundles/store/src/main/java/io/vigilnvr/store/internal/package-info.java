/** Keeps cameras, accounts, and the index of recordings in PostgreSQL. */
@NullMarked
package io.vigilnvr.store.internal;

import org.jspecify.annotations.NullMarked;
