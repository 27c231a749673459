/** The worker program. It knows no codec: a {@link io.vigilnvr.api.decode.DecodeEngine} does. */
@NullMarked
package io.vigilnvr.decode.worker;

import org.jspecify.annotations.NullMarked;
