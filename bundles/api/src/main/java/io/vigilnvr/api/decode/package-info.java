/**
 * Pictures out of coded streams. Decoding is done on demand, in worker processes of low priority
 * that may die at any time: it costs a picture and nothing else. {@link
 * io.vigilnvr.api.decode.Pictures} gives single ones, {@link io.vigilnvr.api.decode.Frames} a
 * stream's pixels, {@link io.vigilnvr.api.decode.Transcoder} H.264 of what a browser does not play.
 * Inside a worker, a {@link io.vigilnvr.api.decode.DecodeEngine} does the work.
 */
@Export
@Version("1.0.0")
@NullMarked
package io.vigilnvr.api.decode;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
