package io.sluice.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.cli.Finding.Level;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `sluice doctor`: whether a runtime works here, and as well as it could.
@Command(
    name = "doctor",
    description = "Checks JDK, shared memory, futex and limits, and says what to do.",
    mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {
  private final Consoles consoles;

  @Option(names = "--json", description = "Print the findings as JSON.")
  private boolean json;

  DoctorCommand(Consoles consoles) {
    this.consoles = consoles;
  }

  @Override
  public Integer call() throws IOException {
    List<Finding> findings = Doctor.ofThisMachine().examine();
    if (json) {
      consoles.out().println(json(findings, fails(findings)));
    } else {
      findings.forEach(finding -> consoles.out().print(text(finding)));
    }
    return fails(findings) ? Main.FAILED : Main.OK;
  }

  private static boolean fails(List<Finding> findings) {
    return findings.stream().anyMatch(finding -> finding.level() == Level.FAIL);
  }

  private String text(Finding finding) {
    String color =
        switch (finding.level()) {
          case OK -> "green";
          case WARN -> "yellow";
          case FAIL -> "red";
        };
    String level = "@|%s %-4s|@".formatted(color, finding.level());
    String remedy = finding.remedy().isEmpty() ? "" : "\n       " + finding.remedy();
    return Colors.of(consoles.out()).string(level)
        + String.format(Locale.ROOT, "   %-15s %s%s%n", finding.topic(), finding.detail(), remedy);
  }

  private static String json(List<Finding> findings, boolean fails) throws IOException {
    JsonMapper mapper = new JsonMapper();
    ObjectNode all = mapper.createObjectNode().put("works", !fails);
    ArrayNode array = all.putArray("findings");
    for (Finding finding : findings) {
      array
          .addObject()
          .put("topic", finding.topic())
          .put("level", finding.level().name())
          .put("detail", finding.detail())
          .put("remedy", finding.remedy());
    }
    return mapper.writeValueAsString(all);
  }
}
