/** The camera driver for whatever has an RTSP address: it checks the addresses, ingest pulls. */
@NullMarked
package io.vigilnvr.camera.rtsp.internal;

import org.jspecify.annotations.NullMarked;
