package io.vigilnvr.detect.onnx.internal;

import io.vigilnvr.api.decode.FrameSpec;
import io.vigilnvr.api.decode.PixelFormat;
import io.vigilnvr.api.detect.Detector;
import io.vigilnvr.api.detect.DetectorConfig;
import io.vigilnvr.api.detect.DetectorException;
import io.vigilnvr.api.detect.DetectorSession;
import io.vigilnvr.api.plugin.InvalidSettingsException;
import io.vigilnvr.api.plugin.PluginCatalog;
import io.vigilnvr.api.stream.StreamHub;
import io.vigilnvr.api.stream.StreamStatus;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Recognises things by the models that are installed. */
@Component(
    service = Detector.class,
    property = {Detector.DETECTOR + "=onnx", PluginCatalog.SETTINGS + "=" + CameraSettings.PID})
public final class ObjectDetector implements Detector {
  private final Leases models;
  private final StreamHub hub;

  /** Where models are. */
  interface Leases {
    Optional<List<String>> labels(Optional<String> id);

    ModelLease lease(Optional<String> id) throws DetectorException, InterruptedException;
  }

  @Activate
  public ObjectDetector(@Reference InstalledModels models, @Reference StreamHub hub) {
    this(
        new Leases() {
          @Override
          public Optional<List<String>> labels(Optional<String> id) {
            return models.find(id).map(model -> model.view().labels());
          }

          @Override
          public ModelLease lease(Optional<String> id)
              throws DetectorException, InterruptedException {
            return models.lease(id);
          }
        },
        hub);
  }

  ObjectDetector(Leases models, StreamHub hub) {
    this.models = models;
    this.hub = hub;
  }

  @Override
  public Map<String, Object> accept(Map<String, Object> settings) throws InvalidSettingsException {
    Wanted wanted = Wanted.of(settings);
    if (wanted.model().isPresent()) {
      List<String> unknown = models.labels(wanted.model()).map(wanted::unknown).orElse(List.of());
      if (!unknown.isEmpty()) {
        throw new InvalidSettingsException(
            "/labels",
            "the model " + wanted.model().get() + " does not know " + String.join(", ", unknown));
      }
    }
    return settings;
  }

  @Override
  public DetectorSession open(DetectorConfig config)
      throws DetectorException, InterruptedException {
    Wanted wanted;
    try {
      wanted = Wanted.of(config.settings());
    } catch (InvalidSettingsException e) {
      throw new DetectorException(String.valueOf(e.getMessage()), e);
    }
    FrameSpec input = input(wanted, hub.status(config.stream()));
    return new ObjectSession(models.lease(wanted.model()), input, wanted);
  }

  /** Of the shape of the camera's picture, and not larger, if that is known; else 16 to 9. */
  static FrameSpec input(Wanted wanted, Optional<StreamStatus> status) {
    Optional<StreamStatus> known =
        status.filter(stream -> stream.widthPx() >= 32 && stream.heightPx() >= 32);
    int width =
        known
            .map(stream -> Math.min(stream.widthPx(), wanted.frameWidthPx()))
            .orElse(wanted.frameWidthPx());
    double shape =
        known.map(stream -> (double) stream.heightPx() / stream.widthPx()).orElse(0.5625);
    int height = (int) Math.max(32, Math.min(1920, Math.round(width * shape)));
    return new FrameSpec(
        width & ~1, height & ~1, PixelFormat.BGR24, new FrameSpec.Rate.Every(wanted.interval()));
  }
}
