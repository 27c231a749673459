/**
 * What cameras send, in the words of ISO/IEC 14496-12: a stream has {@link
 * io.vigilnvr.api.media.Track}s, a track has {@link io.vigilnvr.api.media.AccessUnit}s, and the hub
 * wraps those once into {@link io.vigilnvr.api.media.Fragment}s, which go to disk and to viewers
 * alike. Everything here is an immutable value, safe to share between threads.
 */
@Export
@Version("1.0.0")
@NullMarked
package io.vigilnvr.api.media;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
