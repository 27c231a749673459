/** HTTP Live Streaming playlists (RFC 8216) over recorded files. */
@Export
@Version("1.0.0")
@NullMarked
package io.vigilnvr.media.hls;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
