package io.vigilnvr.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ListingTest {
  private static Listing of(List<?>... rows) {
    return new Listing() {
      @Override
      List<String> columns() {
        return List.of("name", "bytes");
      }

      @Override
      List<List<?>> rows() {
        return List.of(rows);
      }
    };
  }

  @Test
  void writesNumbersAsNumbersAndTextAsText() throws Exception {
    assertThat(of(List.of("a \"b\" \\ c", 12L)).json())
        .isEqualTo("[{\"name\":\"a \\\"b\\\" \\\\ c\",\"bytes\":12}]");
  }

  @Test
  void writesAnEmptyArrayForNoRows() throws Exception {
    assertThat(of().json()).isEqualTo("[]");
  }

  @Test
  void escapesWhatSteersATerminal() throws Exception {
    var listing = of(List.of("red\u001b[31m\n", 1));
    assertThat(listing.json()).contains("red\\u001b[31m\\u000a");
    assertThat(listing.table()).contains("red [31m ").doesNotContain("\u001b[31m");
  }

  @Test
  void showsEachRowUnderItsColumns() throws Exception {
    assertThat(of(List.of("door", 7)).table().lines())
        .anySatisfy(line -> assertThat(line).contains("name").contains("bytes"))
        .anySatisfy(line -> assertThat(line).contains("door").contains("7"));
  }
}
