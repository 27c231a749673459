package io.vigilnvr.api.media;

import java.util.List;
import java.util.Optional;

/**
 * What a stream is made of, fixed for one run: a change of tracks or codec config starts another
 * run.
 *
 * @param tracks in order of their numbers; at least one
 */
public record StreamFormat(List<Track> tracks) {
  public StreamFormat {
    tracks = List.copyOf(tracks);
    if (tracks.isEmpty()) {
      throw new IllegalArgumentException("a stream has at least one track");
    }
    for (int i = 0; i < tracks.size(); i++) {
      if (tracks.get(i).number() != i + 1) {
        throw new IllegalArgumentException("tracks must be numbered 1, 2, … in order");
      }
    }
  }

  /** The track that segments are cut by: the video, or the first audio of a stream without. */
  public Track primary() {
    return video().orElse(tracks.get(0));
  }

  public Optional<Track> video() {
    return tracks.stream().filter(track -> track.codec().isVideo()).findFirst();
  }

  /**
   * @throws IndexOutOfBoundsException if there is no such track
   */
  public Track track(int number) {
    return tracks.get(number - 1);
  }
}
