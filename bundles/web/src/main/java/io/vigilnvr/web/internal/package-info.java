/** The page as files: what is where, and with which headers it goes out. */
@NullMarked
package io.vigilnvr.web.internal;

import org.jspecify.annotations.NullMarked;
