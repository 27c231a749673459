package io.vigilnvr.api.camera;

/** One stream of one camera. Its text form is {@code <camera>/<role>}. */
public record StreamId(CameraId camera, StreamRole role) {
  @Override
  public String toString() {
    return camera + "/" + role.word();
  }
}
