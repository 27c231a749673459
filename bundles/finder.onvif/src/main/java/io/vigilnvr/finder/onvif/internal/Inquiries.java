package io.vigilnvr.finder.onvif.internal;

import io.vigilnvr.api.task.Tasks;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;

/** Asks several cameras at a time while others are still being found. Used by one thread. */
final class Inquiries implements AutoCloseable {
  static final int AT_A_TIME = 8;

  private record Question(Device device, URI service) {}

  private final Tasks tasks;
  private final List<Tasks.Handle> askers = new ArrayList<>();

  /** No longer than {@link Answers#MAX}. */
  private final BlockingQueue<Question> questions = new LinkedBlockingQueue<>();

  private final Map<Device, List<Streams>> told = new ConcurrentHashMap<>();

  Inquiries(Tasks tasks) {
    this.tasks = tasks;
  }

  void add(Device device, URI service) {
    questions.add(new Question(device, service));
    if (askers.size() < AT_A_TIME) {
      askers.add(tasks.start("find-onvif-" + (askers.size() + 1), this::askOn));
    }
  }

  private void askOn() throws InterruptedException {
    while (true) {
      Question question = questions.take();
      told.put(question.device(), Inquiry.ask(question.device(), question.service()));
    }
  }

  /** What the camera has told so far. */
  List<Streams> told(Device device) {
    return told.getOrDefault(device, List.of());
  }

  /** Asks no more; what has been told stays. */
  @Override
  public void close() {
    askers.forEach(Tasks.Handle::stop);
  }
}
