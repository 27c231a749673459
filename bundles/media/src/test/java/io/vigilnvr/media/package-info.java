/** What the tests of this bundle share: reference files, a second reader of MP4, and ffmpeg. */
@NullMarked
package io.vigilnvr.media;

import org.jspecify.annotations.NullMarked;
