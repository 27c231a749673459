package io.vigilnvr.record.internal;

import io.vigilnvr.api.storage.Volume.Capacity;
import io.vigilnvr.api.storage.VolumeId;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** The volumes that are recorded to; the first is there always. Thread-safe. */
final class Mounts {
  private final CopyOnWriteArrayList<Mount> all = new CopyOnWriteArrayList<>();

  void add(Mount mount) {
    all.add(mount);
  }

  void remove(Mount mount) {
    all.remove(mount);
  }

  List<Mount> all() {
    return List.copyOf(all);
  }

  Optional<Mount> find(VolumeId id) {
    return all.stream().filter(mount -> mount.id().equals(id)).findFirst();
  }

  private Stream<Mount> writable() {
    return all.stream().filter(mount -> mount.writable().isPresent());
  }

  /** Where new footage goes: to the most free space; of volumes with the same, to the first. */
  Optional<Mount> best() {
    return writable().reduce((one, other) -> free(other) > free(one) ? other : one);
  }

  /** The same, but another one if there is any. */
  Optional<Mount> bestBut(Mount failed) {
    return writable()
        .filter(mount -> mount != failed)
        .max(Comparator.comparingLong(Mounts::free))
        .or(this::best);
  }

  /** Whether there is another one that can be written to. */
  boolean hasOther(Mount than) {
    return writable().anyMatch(mount -> mount != than);
  }

  private static long free(Mount mount) {
    return mount.capacity().map(Capacity::freeBytes).orElse(0L);
  }

  /** The first that is online, which does what is to be done once; the very first if none is. */
  Mount leading() {
    return all.stream()
        .filter(mount -> mount.online().isPresent())
        .findFirst()
        .orElseGet(() -> all.get(0));
  }

  /** Why nothing can be written anywhere; empty if it can. */
  String problem() {
    return writable().findAny().isPresent()
        ? ""
        : all.stream()
            .map(Mount::problem)
            .filter(problem -> !problem.isEmpty())
            .findFirst()
            .orElse("no volume can be written to");
  }
}
