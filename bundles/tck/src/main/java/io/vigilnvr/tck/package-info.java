/**
 * What plugins are tested with: a contract for each SPI, fakes, and {@link
 * io.vigilnvr.tck.SimulatedCameras}.
 */
@NullMarked
package io.vigilnvr.tck;

import org.jspecify.annotations.NullMarked;
