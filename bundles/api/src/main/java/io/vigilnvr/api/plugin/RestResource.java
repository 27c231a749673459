package io.vigilnvr.api.plugin;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Marks a service as a JAX-RS resource ({@code javax.ws.rs}) that joins the HTTP API under {@code
 * /api/v1}. It is called behind authentication; it checks permissions with {@link
 * io.vigilnvr.api.auth.Access}.
 */
@ConsumerType
public interface RestResource {}
