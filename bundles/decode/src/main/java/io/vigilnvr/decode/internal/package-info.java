/** Decoding as the platform sees it: workers, who wants what of them, and the HTTP routes. */
@NullMarked
package io.vigilnvr.decode.internal;

import org.jspecify.annotations.NullMarked;
