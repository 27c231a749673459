/**
 * What a worker and the platform say to each other over their socket; see docs/design/ingest.md.
 */
@NullMarked
package io.vigilnvr.ingest.protocol;

import org.jspecify.annotations.NullMarked;
