package io.vigilnvr.record.internal;

import io.vigilnvr.api.storage.SegmentFile;
import io.vigilnvr.api.storage.StorageBackend;
import io.vigilnvr.api.storage.Volume;
import io.vigilnvr.api.storage.VolumeId;
import io.vigilnvr.api.storage.VolumeRefusedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** A backend whose volumes fail when they are told to, and tell what was done to them. */
final class FaultyBackend implements StorageBackend {
  /** What was called, in order. */
  final List<String> calls = new ArrayList<>();

  /** Calls that fail: {@code create}, {@code append}, {@code sync}, {@code journal}, … */
  final Set<String> failing = new HashSet<>();

  String message = "Input/output error";
  boolean refused;
  Volume.Capacity capacity = new Volume.Capacity(1L << 40, 1L << 39);

  /** Called on each delete. */
  Runnable onDelete = () -> {};

  private final StorageBackend behind;

  FaultyBackend(StorageBackend behind) {
    this.behind = behind;
  }

  private void step(String call, String what) throws IOException {
    calls.add(what.isEmpty() ? call : call + " " + what);
    if (failing.contains(call)) {
      throw new IOException(message);
    }
  }

  @Override
  public Volume open(VolumeId id, Map<String, Object> settings, boolean fresh)
      throws IOException, VolumeRefusedException {
    step("open", "");
    if (refused) {
      throw new VolumeRefusedException("not mounted");
    }
    return new Wrapped(behind.open(id, settings, fresh));
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
      step("create", path);
      return new WrappedFile(path, volume.create(path, header));
    }

    @Override
    public SegmentFile resume(String path, long bytes) throws IOException {
      step("resume", path);
      return new WrappedFile(path, volume.resume(path, bytes));
    }

    @Override
    public SeekableByteChannel read(String path) throws IOException {
      return volume.read(path);
    }

    @Override
    public boolean delete(String path) throws IOException {
      step("delete", path);
      boolean was = volume.delete(path);
      onDelete.run();
      return was;
    }

    @Override
    public void quarantine(String path) throws IOException {
      step("quarantine", path);
      volume.quarantine(path);
    }

    @Override
    public Stream<Stored> list(String under) throws IOException {
      return volume.list(under);
    }

    @Override
    public Capacity capacity() {
      return capacity;
    }

    @Override
    public void probe() throws IOException {
      step("probe", "");
      volume.probe();
    }

    @Override
    public void journal(ByteBuffer record) throws IOException {
      step("journal", "");
      volume.journal(record);
    }

    @Override
    public void syncJournal() throws IOException {
      step("syncJournal", "");
      volume.syncJournal();
    }

    @Override
    public void replayJournal(Consumer<ByteBuffer> each) throws IOException {
      volume.replayJournal(each);
    }

    @Override
    public void rewriteJournal(Iterable<ByteBuffer> records) throws IOException {
      step("rewriteJournal", "");
      volume.rewriteJournal(records);
    }

    @Override
    public void close() {
      calls.add("close");
      volume.close();
    }
  }

  private final class WrappedFile implements SegmentFile {
    private final String path;
    private final SegmentFile file;

    WrappedFile(String path, SegmentFile file) {
      this.path = path;
      this.file = file;
    }

    @Override
    public long bytes() {
      return file.bytes();
    }

    @Override
    public void append(ByteBuffer[] buffers, int count) throws IOException {
      if (failing.contains("append")) {
        // Half of it comes through, as on a disk that becomes full.
        file.append(buffers, count / 2);
      }
      step("append", path);
      file.append(buffers, count);
    }

    @Override
    public void sync() throws IOException {
      step("sync", path);
      file.sync();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
