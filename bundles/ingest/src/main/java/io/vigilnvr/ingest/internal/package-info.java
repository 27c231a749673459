/** The platform's side: starts, supervises and adopts worker processes and feeds the hub. */
@NullMarked
package io.vigilnvr.ingest.internal;

import org.jspecify.annotations.NullMarked;
