/** Signs people and scripts in, decides what they may do, and seals secrets. */
@NullMarked
package io.vigilnvr.auth.internal;

import org.jspecify.annotations.NullMarked;
