package io.vigilnvr.storage.file.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** What a user sets for each volume of this kind. */
@ObjectClassDefinition(
    name = "Folder",
    description = "Recordings in a folder of this machine: a disk, a RAID, a network mount.",
    pid = FileVolumeConfig.PID)
@interface FileVolumeConfig {
  String PID = "vigil.storage.file";

  @AttributeDefinition(
      name = "Path",
      description = "An absolute path. It must be empty when the volume is used first.")
  String path();
}
