package io.vigilnvr.media.codec;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * What the config of an AAC track says (ISO/IEC 14496-3, 1.6.2.1).
 *
 * @param objectType 2 is AAC-LC, 5 is HE-AAC (SBR), 29 is HE-AAC v2 (PS); the number in {@code
 *     mp4a.40.2}
 * @param sampleRateHz of the core coder: with SBR what is heard has twice as much
 * @param channels 0 if the stream itself says
 */
public record AudioSpecificConfig(int objectType, int sampleRateHz, int channels) {
  private static final int[] RATES = {
    96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350
  };
  private static final int[] CHANNELS = {0, 1, 2, 3, 4, 5, 6, 8};
  private static final int ESCAPE_TYPE = 31;
  private static final int ESCAPE_RATE = 15;
  private static final int MAX_RATE_HZ = 192_000;

  /** Empty if it is not a sane AudioSpecificConfig; what follows the channels is not looked at. */
  public static Optional<AudioSpecificConfig> parse(ByteBuffer config) {
    BitReader in = BitReader.ofBytes(config);
    int type = objectType(in);
    int rate = rate(in);
    int channels = in.number(4);
    if (in.overrun()
        || type == 0
        || rate < 1
        || rate > MAX_RATE_HZ
        || channels >= CHANNELS.length) {
      return Optional.empty();
    }
    return Optional.of(new AudioSpecificConfig(type, rate, CHANNELS[channels]));
  }

  /**
   * The two bytes, or five for an odd rate, that describe plain AAC.
   *
   * @throws IllegalArgumentException if the format has no word for it: object types 1 to 30, up to
   *     6 channels or 8, up to 192 kHz
   */
  public ByteBuffer encode() {
    int layout = index(CHANNELS, channels);
    if (objectType < 1
        || objectType >= ESCAPE_TYPE
        || layout < 0
        || sampleRateHz < 1
        || sampleRateHz > MAX_RATE_HZ) {
      throw new IllegalArgumentException("not expressible: " + this);
    }
    int rate = index(RATES, sampleRateHz);
    if (rate >= 0) {
      int bits = objectType << 11 | rate << 7 | layout << 3;
      return ByteBuffer.allocate(2).putShort(0, (short) bits).asReadOnlyBuffer();
    }
    long bits =
        (long) objectType << 35 | (long) ESCAPE_RATE << 31 | (long) sampleRateHz << 7 | layout << 3;
    return ByteBuffer.allocate(5)
        .put(0, (byte) (bits >> 32))
        .putInt(1, (int) bits)
        .asReadOnlyBuffer();
  }

  private static int objectType(BitReader in) {
    int type = in.number(5);
    return type == ESCAPE_TYPE ? 32 + in.number(6) : type;
  }

  private static int rate(BitReader in) {
    int index = in.number(4);
    if (index == ESCAPE_RATE) {
      return in.number(24);
    }
    return index < RATES.length ? RATES[index] : 0;
  }

  private static int index(int[] values, int value) {
    for (int i = 0; i < values.length; i++) {
      if (values[i] == value) {
        return i;
      }
    }
    return -1;
  }
}
