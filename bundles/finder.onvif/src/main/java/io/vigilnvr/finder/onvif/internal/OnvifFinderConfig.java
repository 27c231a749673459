package io.vigilnvr.finder.onvif.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** What an administrator may set. */
@ObjectClassDefinition(name = "Finder of ONVIF cameras")
@interface OnvifFinderConfig {
  String PID = "vigil.finder.onvif";

  @AttributeDefinition(
      name = "Network interfaces",
      description =
          "Names of those to ask at, e.g. eth0. Empty: every one that is up, can multicast, has an"
              + " IPv4 address and is not loopback.",
      required = false)
  String[] interfaces() default {};
}
