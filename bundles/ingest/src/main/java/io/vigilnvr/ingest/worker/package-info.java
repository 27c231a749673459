/**
 * The worker process: receives streams by engines, numbers and keeps their units, and sends them
 * on.
 */
@NullMarked
package io.vigilnvr.ingest.worker;

import org.jspecify.annotations.NullMarked;
