package io.sluice.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.ndjson.NdjsonException;

/// What ended a command, as the last object of its JSON, in the form that the gateway has for it.
final class ErrorJson {
  private static final JsonMapper MAPPER = new JsonMapper();

  private ErrorJson() {}

  static String of(Throwable failure) {
    ObjectNode all = MAPPER.createObjectNode();
    ObjectNode error = all.putObject("error");
    if (failure.getCause() instanceof NdjsonException wrong) {
      error.put("code", "bad-line").put("message", wrong.getMessage());
      error.put("line", wrong.lineNumber()).put("rule", wrong.rule()).put("given", wrong.given());
    } else {
      error.put("code", code(failure)).put("message", Failures.text(failure));
    }
    return all + "\n";
  }

  private static String code(Throwable failure) {
    if (failure instanceof Interrupted) {
      return "interrupted";
    }
    return Failures.isWrongInput(failure) ? "bad-input" : "failed";
  }
}
