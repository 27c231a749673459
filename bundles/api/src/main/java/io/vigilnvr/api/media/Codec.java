package io.vigilnvr.api.media;

/** Compression of a {@link Track}. */
public enum Codec {
  /** ITU-T H.264; config is an {@code avcC} payload (ISO/IEC 14496-15, 5.3.3.1). */
  H264(true),
  /** ITU-T H.265; config is an {@code hvcC} payload (ISO/IEC 14496-15, 8.3.3.1). */
  H265(true),
  /** AAC; config is an AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1). */
  AAC(false),
  /** Opus; config is a {@code dOps} payload (Encapsulation of Opus in ISO BMFF, 4.3.2). */
  OPUS(false),
  /** G.711 A-law; no config. */
  PCMA(false),
  /** G.711 µ-law; no config. */
  PCMU(false);

  private final boolean video;

  Codec(boolean video) {
    this.video = video;
  }

  public boolean isVideo() {
    return video;
  }
}
