package io.vigilnvr.recorder.continuous.internal;

import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** There is nothing to set. */
@ObjectClassDefinition(
    name = "Continuous",
    description = "Records everything, all the time.",
    pid = ContinuousConfig.PID)
@interface ContinuousConfig {
  String PID = "vigil.recorder.continuous";
}
