package io.vigilnvr.api.camera;

/**
 * What a test found a stream to be.
 *
 * @param codec RFC 6381, e.g. {@code avc1.4d0028}
 * @param frameRate pictures in one second; 0 if not known
 * @param audioCodec RFC 6381; empty without audio
 */
public record StreamProbe(
    StreamRole role,
    String codec,
    int widthPx,
    int heightPx,
    double frameRate,
    String audioCodec) {}
