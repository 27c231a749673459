package io.vigilnvr.shell.internal;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.table.ShellTable;
import org.jspecify.annotations.Nullable;

/** A command that shows rows: a table for people, or an array of JSON objects for scripts. */
public abstract class Listing implements Action {
  @Option(name = "--json", description = "Writes JSON, for scripts")
  boolean json;

  @Reference
  @SuppressWarnings("NullAway.Init")
  Session session;

  /** What the columns are called; in JSON, too. */
  abstract List<String> columns();

  /** As many values in each row as there are columns; an empty text where there is none. */
  abstract List<List<?>> rows() throws Exception;

  @Override
  public final @Nullable Object execute() throws Exception {
    session.getConsole().print(json ? json() + "\n" : table());
    return null;
  }

  final String json() throws Exception {
    var objects = new ArrayList<Map<String, Object>>();
    for (var row : rows()) {
      var object = new LinkedHashMap<String, Object>();
      for (int i = 0; i < row.size(); i++) {
        object.put(columns().get(i), row.get(i));
      }
      objects.add(object);
    }
    return Json.of(objects);
  }

  final String table() throws Exception {
    var table = new ShellTable().emptyTableText("none");
    columns().forEach(table::column);
    for (var row : rows()) {
      table.addRow().addContent(row.stream().map(Listing::printable).toArray());
    }
    var out = new ByteArrayOutputStream();
    table.print(new PrintStream(out, true, StandardCharsets.UTF_8));
    return out.toString(StandardCharsets.UTF_8);
  }

  /** Names come from users, and must not steer the terminal. */
  private static String printable(Object value) {
    return value.toString().replaceAll("\\p{Cntrl}", " ");
  }
}
