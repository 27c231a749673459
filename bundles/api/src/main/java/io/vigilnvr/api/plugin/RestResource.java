package io.vigilnvr.api.plugin;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Marks a service as a JAX-RS resource ({@code javax.ws.rs}) that joins the HTTP API under {@code
 * /api/v1}. It is called behind authentication; it checks permissions with {@link
 * io.vigilnvr.api.auth.Access}. Its methods get the caller by a parameter {@code @Context
 * Identity}.
 *
 * <p>The class's {@code @Path} is one segment, e.g. {@code @Path("cameras")}, unless nobody else
 * has that segment; the rest stands at its methods. JAX-RS picks a class by its path and does not
 * go back, so that a longer one would hide others' routes; such a resource is left out.
 */
@ConsumerType
public interface RestResource {}
