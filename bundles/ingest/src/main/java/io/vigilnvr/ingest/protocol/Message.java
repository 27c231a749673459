package io.vigilnvr.ingest.protocol;

import io.vigilnvr.api.camera.CameraException;
import io.vigilnvr.api.camera.StreamSource;
import io.vigilnvr.api.ingest.IngestStatus.Phase;
import io.vigilnvr.api.media.StreamFormat;
import io.vigilnvr.api.record.GapCause;
import java.util.List;
import java.util.Optional;

/** Everything but access units, which {@link FrameReader} hands over by themselves. */
public sealed interface Message {
  /** Platform: opens the connection, with the versions of the protocol that it speaks. */
  record Hello(int oldestVersion, int newestVersion) implements Message {}

  /**
   * Worker: the answer to {@link Hello}, followed by a {@link Status} for each stream.
   *
   * @param version of the protocol from here on; 0 if there is none in common
   * @param codeDigest what the worker's class path was made of
   * @param salt for the fingerprints of sources, this worker's alone
   */
  record Welcome(
      int version,
      String worker,
      long pid,
      long startedAtMillis,
      String codeDigest,
      String salt,
      List<String> schemes,
      List<Held> streams)
      implements Message {
    public Welcome {
      schemes = List.copyOf(schemes);
      streams = List.copyOf(streams);
    }
  }

  /** A stream that a worker has. */
  record Held(int handle, String name, String fingerprint) {}

  /**
   * Platform: receive this. If the stream is there already it gets the new source, and its numbers
   * and its ring go on.
   *
   * @param handle chosen by the platform, unlike those of other streams of this worker
   * @param sequence number of the first unit, and where to start to send
   * @param windowBytes how much may be sent without being acknowledged
   * @param passing whether the stream ends with the connection
   */
  record Open(
      int handle,
      String name,
      String fingerprint,
      StreamSource source,
      long sequence,
      long windowBytes,
      boolean passing)
      implements Message {}

  /** Platform: send (again) from this number on; those before are kept until acknowledged. */
  record Resume(int handle, long sequence, long windowBytes) implements Message {}

  /** Platform: units up to and including this number need not be kept. */
  record Acknowledge(int handle, long sequence) implements Message {}

  /** Platform: somebody looks at the stream, or nobody does any more; at first nobody does. */
  record Watched(int handle, boolean watched) implements Message {}

  /** Platform: stop receiving and forget the stream. */
  record Close(int handle) implements Message {}

  /** Platform: send what there is, hang up on the cameras and exit. */
  record Stop() implements Message {}

  /**
   * Worker: how a stream is, at each change.
   *
   * @param kind what went wrong last, by what to do about it; empty while nothing did, and from
   *     workers that do not say it
   */
  record Status(
      int handle,
      Phase phase,
      long sinceMillis,
      String cause,
      String engine,
      long received,
      Optional<CameraException.Kind> kind)
      implements Message {}

  /** Worker: the units that follow belong to this run. */
  record Run(int handle, long run, StreamFormat format) implements Message {}

  /** Worker: these units are gone. */
  record Lost(int handle, long firstSequence, long lastSequence, GapCause cause)
      implements Message {}

  /** Worker: nothing comes until the next {@link Run}. */
  record Interrupted(int handle, GapCause cause) implements Message {}

  /** Worker: a sign of life, each second. */
  record Pulse(long ringBytes, List<Count> counts) implements Message {
    public Pulse {
      counts = List.copyOf(counts);
    }
  }

  /** How many units of a stream were received. */
  record Count(int handle, long received) {}

  /** Something that this version does not know; to be ignored. */
  record Unknown(int type) implements Message {}
}
