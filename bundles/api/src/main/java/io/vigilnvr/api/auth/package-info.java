/**
 * Who may do what. {@link io.vigilnvr.api.auth.Accounts} signs people and scripts in, {@link
 * io.vigilnvr.api.auth.Access} is the one authorization function for every byte that leaves, and
 * {@link io.vigilnvr.api.auth.SecretBox} keeps other systems' secrets.
 */
@Export
@Version("1.0.0")
@NullMarked
package io.vigilnvr.api.auth;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
