package io.vigilnvr.record.internal;

import io.vigilnvr.api.storage.SegmentFile;
import io.vigilnvr.api.storage.StorageBackend;
import io.vigilnvr.api.storage.Volume;
import io.vigilnvr.api.storage.VolumeId;
import io.vigilnvr.api.storage.VolumeRefusedException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A backend whose volumes fail when they are told to, and tell what was done to them. */
final class FaultyBackend implements StorageBackend {
  /** What was called, in order. */
  final List<String> calls = new ArrayList<>();

  /** Calls that fail: {@code create}, {@code append}, {@code sync}, {@code journal}, … */
  final Set<String> failing = new HashSet<>();

  private final Set<String> once = new HashSet<>();

  String message = "Input/output error";
  boolean refused;
  Volume.Capacity capacity = new Volume.Capacity(1L << 40, 1L << 39);

  /** Of single volumes. */
  final Map<VolumeId, Volume.Capacity> capacities = new HashMap<>();

  /** If set, calls fail on this volume only. */
  @Nullable VolumeId failingOn;

  boolean realCapacity;

  /** If set, a sync waits for it, as on a disk that does not answer. */
  volatile @Nullable CountDownLatch hang;

  /** Open once a sync hangs. */
  final CountDownLatch hanging = new CountDownLatch(1);

  /** Called on each delete. */
  Runnable onDelete = () -> {};

  private final StorageBackend behind;
  private final List<Volume> open = new ArrayList<>();

  FaultyBackend(StorageBackend behind) {
    this.behind = behind;
  }

  /** Thrown instead of a step: the process dies there. */
  static final class Crash extends Error {
    private static final long serialVersionUID = 1L;
  }

  /** So many steps are done before the process dies; never if negative. */
  int stepsToCrash = -1;

  /** What survives a power cut of each file. */
  final Map<String, Long> durable = new HashMap<>();

  long durableJournal;

  private void step(VolumeId on, String call, String what) throws IOException {
    if (stepsToCrash >= 0 && stepsToCrash-- == 0) {
      throw new Crash();
    }
    calls.add(what.isEmpty() ? call : call + " " + what);
    boolean here = failingOn == null || failingOn.equals(on);
    if ((here && failing.contains(call)) || once.remove(call)) {
      throw new IOException(message);
    }
  }

  private static void awaitEnd(CountDownLatch end) throws IOException {
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    }
  }

  /** The next call fails, and those after it do not. */
  void failOnce(String call) {
    once.add(call);
  }

  /** The process is gone, and with it its locks. */
  void die() {
    stepsToCrash = -1;
    open.forEach(Volume::close);
    open.clear();
  }

  /** The power fails: of what was not synced, some is there and some is not. */
  void cutPower(Path root, Random random) throws IOException {
    for (var entry : durable.entrySet()) {
      cut(root.resolve(entry.getKey()), entry.getValue(), random);
    }
    cut(root.resolve("vigil-volume.journal"), durableJournal, random);
  }

  private static void cut(Path file, long durable, Random random) throws IOException {
    if (Files.exists(file) && Files.size(file) > durable) {
      try (var channel = Files.newByteChannel(file, StandardOpenOption.WRITE)) {
        long unsynced = channel.size() - durable;
        channel.truncate(durable + random.nextLong(unsynced + 1));
        if (random.nextInt(4) == 0 && channel.size() > durable) {
          // The length came through, the content did not.
          long zeros = 1 + random.nextLong(channel.size() - durable);
          channel.position(channel.size() - zeros);
          channel.write(ByteBuffer.allocate((int) zeros));
        }
      }
    }
  }

  @Override
  public Volume open(VolumeId id, Map<String, Object> settings, boolean fresh)
      throws IOException, VolumeRefusedException {
    step(id, "open", "");
    if (refused) {
      throw new VolumeRefusedException("not mounted");
    }
    Volume opened = behind.open(id, settings, fresh);
    open.add(opened);
    return new Wrapped(opened);
  }

  private final class Wrapped implements Volume {
    private final Volume volume;

    Wrapped(Volume volume) {
      this.volume = volume;
    }

    @Override
    public VolumeId id() {
      return volume.id();
    }

    @Override
    public String location() {
      return volume.location();
    }

    @Override
    public long openSequence() {
      return volume.openSequence();
    }

    @Override
    public SegmentFile create(String path, ByteBuffer header) throws IOException {
      step(volume.id(), "create", path);
      SegmentFile file = volume.create(path, header);
      durable.put(path, file.bytes());
      return new WrappedFile(volume.id(), path, file);
    }

    @Override
    public SegmentFile resume(String path, long bytes) throws IOException {
      step(volume.id(), "resume", path);
      return new WrappedFile(volume.id(), path, volume.resume(path, bytes));
    }

    @Override
    public SeekableByteChannel read(String path) throws IOException {
      return volume.read(path);
    }

    @Override
    public boolean delete(String path) throws IOException {
      step(volume.id(), "delete", path);
      boolean was = volume.delete(path);
      durable.remove(path);
      onDelete.run();
      return was;
    }

    @Override
    public void quarantine(String path) throws IOException {
      step(volume.id(), "quarantine", path);
      volume.quarantine(path);
    }

    @Override
    public Stream<Stored> list(String under) throws IOException {
      return volume.list(under);
    }

    @Override
    public Capacity capacity() throws IOException {
      return realCapacity ? volume.capacity() : capacities.getOrDefault(volume.id(), capacity);
    }

    @Override
    public void probe() throws IOException {
      step(volume.id(), "probe", "");
      volume.probe();
    }

    @Override
    public void journal(ByteBuffer record) throws IOException {
      step(volume.id(), "journal", "");
      volume.journal(record);
    }

    @Override
    public void syncJournal() throws IOException {
      step(volume.id(), "syncJournal", "");
      volume.syncJournal();
      durableJournal = journalBytes();
    }

    private long journalBytes() throws IOException {
      return Files.size(Path.of(volume.location()).resolve("vigil-volume.journal"));
    }

    @Override
    public void replayJournal(Consumer<ByteBuffer> each) throws IOException {
      volume.replayJournal(each);
    }

    @Override
    public void rewriteJournal(Iterable<ByteBuffer> records) throws IOException {
      step(volume.id(), "rewriteJournal", "");
      volume.rewriteJournal(records);
      durableJournal = journalBytes();
    }

    @Override
    public void close() {
      calls.add("close");
      volume.close();
    }
  }

  private final class WrappedFile implements SegmentFile {
    private final VolumeId volume;
    private final String path;
    private final SegmentFile file;

    WrappedFile(VolumeId volume, String path, SegmentFile file) {
      this.volume = volume;
      this.path = path;
      this.file = file;
    }

    @Override
    public long bytes() {
      return file.bytes();
    }

    @Override
    public void append(ByteBuffer[] buffers, int count) throws IOException {
      boolean here = failingOn == null || failingOn.equals(volume);
      if ((here && failing.contains("append")) || stepsToCrash == 0) {
        // Half of it comes through, as on a disk that becomes full.
        file.append(buffers, count / 2);
        file.append(new ByteBuffer[] {buffers[count / 2].slice(0, 7)}, 1);
      }
      step(volume, "append", path);
      file.append(buffers, count);
    }

    @Override
    public void sync() throws IOException {
      CountDownLatch end = hang;
      if (end != null && (failingOn == null || failingOn.equals(volume))) {
        hanging.countDown();
        awaitEnd(end);
      }
      step(volume, "sync", path);
      file.sync();
      durable.put(path, file.bytes());
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
