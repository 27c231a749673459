/** A violation, planted. */
@org.jspecify.annotations.NullMarked
package io.vigilnvr.api.planted;
