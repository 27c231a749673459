package io.vigilnvr.shell.internal;

import io.vigilnvr.api.record.Recordings;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.jspecify.annotations.Nullable;

/** Compares index, journal and files. */
@Service
@Command(scope = "vigil", name = "check", description = "Compares index, journal and files")
@SuppressWarnings("NullAway.Init")
public final class Check implements Action {
  @Option(name = "--json", description = "Writes JSON, for scripts")
  boolean json;

  @Option(name = "--hashes", description = "Reads every file and compares its hash, too")
  boolean hashes;

  @Reference Recordings recordings;

  @Reference Session session;

  @Override
  public @Nullable Object execute() throws Exception {
    CheckReport.print(recordings.check(hashes), json, session.getConsole());
    return null;
  }
}
