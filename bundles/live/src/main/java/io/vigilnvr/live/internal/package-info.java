/** Live media by WebSocket and HLS: the hub's fragments, as they are, for whoever may see them. */
@NullMarked
package io.vigilnvr.live.internal;

import org.jspecify.annotations.NullMarked;
