package io.vigilnvr.event.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(name = "Events", description = "What is kept of events.")
@interface EventConfig {
  @AttributeDefinition(
      name = "Pictures",
      description = "Megabytes for the best pictures of events; beyond it the oldest go.",
      min = "16",
      max = "1000000")
  int picturesMegabytes() default 2048;
}
