/** What platform and worker say to each other. Both are of one build: there are no versions. */
@NullMarked
package io.vigilnvr.decode.protocol;

import org.jspecify.annotations.NullMarked;
