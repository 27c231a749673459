package io.vigilnvr.recorder.event.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(
    name = "Event",
    description = "Records while something happens, and a little before and after.")
@interface EventConfig {
  String PID = "vigil.recorder.event";

  @AttributeDefinition(
      name = "Types",
      description = "Types of events that count: motion, object, external, system. None: all.")
  String[] types() default {"motion", "object", "external"};

  @AttributeDefinition(
      name = "Labels",
      description = "Labels that count, e.g. person. None: all.",
      required = false)
  String[] labels() default {};
}
