/** What is installed, and what it takes. */
@NullMarked
package io.vigilnvr.plugin.internal;

import org.jspecify.annotations.NullMarked;
