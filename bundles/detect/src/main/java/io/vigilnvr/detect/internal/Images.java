package io.vigilnvr.detect.internal;

import io.vigilnvr.api.decode.Frame;
import io.vigilnvr.api.decode.Jpeg;
import io.vigilnvr.api.decode.PixelFormat;
import io.vigilnvr.api.detect.Explanation.Foreground;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Files of pixels. */
final class Images {
  private static final float QUALITY = 0.85f;
  private static final int WHITE = 0xffffff;

  private Images() {}

  static Jpeg jpeg(Frame frame) throws IOException {
    return new Jpeg(
        frame.captured(),
        frame.spec().widthPx(),
        frame.spec().heightPx(),
        ByteBuffer.wrap(jpeg(image(frame))));
  }

  static BufferedImage image(Frame frame) {
    int type =
        frame.spec().format() == PixelFormat.GRAY8
            ? BufferedImage.TYPE_BYTE_GRAY
            : BufferedImage.TYPE_3BYTE_BGR;
    var image = new BufferedImage(frame.spec().widthPx(), frame.spec().heightPx(), type);
    byte[] pixels = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
    frame.pixels().duplicate().get(pixels);
    return image;
  }

  static byte[] jpeg(BufferedImage image) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    try {
      ImageWriteParam how = writer.getDefaultWriteParam();
      how.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      how.setCompressionQuality(QUALITY);
      return write(writer, how, image);
    } finally {
      writer.dispose();
    }
  }

  /** White where there is foreground, nothing elsewhere. */
  static byte[] png(Foreground foreground) throws IOException {
    var image =
        new BufferedImage(foreground.widthPx(), foreground.heightPx(), BufferedImage.TYPE_INT_ARGB);
    ByteBuffer pixels = foreground.pixels().duplicate();
    for (int y = 0; y < foreground.heightPx(); y++) {
      for (int x = 0; x < foreground.widthPx(); x++) {
        image.setRGB(x, y, ((pixels.get() & 0xff) << 24) | WHITE);
      }
    }
    ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
    try {
      return write(writer, writer.getDefaultWriteParam(), image);
    } finally {
      writer.dispose();
    }
  }

  /** In memory: the JDK's short way writes temporary files. */
  private static byte[] write(ImageWriter writer, ImageWriteParam how, BufferedImage image)
      throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (OutputStream out = bytes;
        ImageOutputStream images = new MemoryCacheImageOutputStream(out)) {
      writer.setOutput(images);
      writer.write(null, new IIOImage(image, null, null), how);
    }
    return bytes.toByteArray();
  }
}
