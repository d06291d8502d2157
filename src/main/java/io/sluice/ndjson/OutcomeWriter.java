package io.sluice.ndjson;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.sluice.error.AdmissionStalledException;
import io.sluice.task.DType;
import io.sluice.task.TensorRef;
import io.sluice.task.TensorView;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.Map;
import reactor.core.publisher.Flux;

/// Writes outcomes, one JSON object a line, in pieces of at most some 64 KiB: a tensor is never held as
/// text.
///
/// ```
/// {"completed": "blur", "line": 3, "task": "0:17", "runTimeNs": 12345,
///  "tensors": [{"name": "b", "dtype": "UINT8", "shape": [4], "base64": "AAECAw=="}]}
/// {"failed": "blur", "line": 4, "error": {"kind": "TaskFailedException", "message": "..."}}
/// ```
///
/// Immutable.
public final class OutcomeWriter {
  /// A multiple of 3, so that the pieces' Base64 is that of the whole.
  private static final int PIECE_BYTES = 48 * 1024;

  private static final int PIECE_NUMBERS = 2_048;
  private static final JsonFactory JSON = new JsonFactory();

  /// How the bytes of tensors are written.
  public enum Data {
    /// As Base64 of the bytes, in native order.
    BASE64,
    /// As an array of numbers; what is not finite as a string.
    VALUES,
    /// Not at all.
    NONE
  }

  private final Data data;

  /// @param data how the bytes of tensors are written
  public OutcomeWriter(Data data) {
    this.data = data;
  }

  /// The line of an outcome, in pieces, made as they are asked for. **Ends** with the outcome closed,
  /// also on cancel.
  public Flux<byte[]> write(Outcome outcome) {
    return Flux.generate(
        () -> new Pieces(outcome),
        (pieces, sink) -> {
          sink.next(pieces.next());
          if (pieces.isEmpty()) {
            sink.complete();
          }
          return pieces;
        },
        Pieces::close);
  }

  /// The JSON object that says what an error is, without its trace.
  static void writeError(JsonGenerator json, Throwable error) throws IOException {
    json.writeStartObject();
    json.writeStringField("kind", error.getClass().getSimpleName());
    json.writeStringField("message", String.valueOf(error.getMessage()));
    Throwable cause = error.getCause();
    if (cause != null) {
      json.writeStringField("cause", cause.toString());
    }
    if (error instanceof AdmissionStalledException stalled) {
      json.writeStringField("reason", stalled.diagnosis().reason().name());
    }
    json.writeEndObject();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private interface Part {
    /// The next piece, which may be empty.
    byte[] nextOrEmpty();

    boolean isEmpty();
  }

  /// What is left to write of one outcome.
  private final class Pieces {
    private final Outcome outcome;
    private final Deque<Part> parts = new ArrayDeque<>();

    Pieces(Outcome outcome) {
      this.outcome = outcome;
      if (outcome instanceof Outcome.Completed completed) {
        addCompleted(completed);
      } else if (outcome instanceof Outcome.Failed failed) {
        parts.add(new Text(failedLine(failed)));
      }
    }

    private void addCompleted(Outcome.Completed completed) {
      parts.add(new Text(head(completed)));
      String separator = "";
      for (Map.Entry<String, TensorRef> each : completed.yields().entrySet()) {
        TensorView view = completed.result().view(each.getValue());
        parts.add(new Text(separator + tensorHead(each.getKey(), view)));
        if (data == Data.BASE64 && view.byteSize() > 0) {
          parts.add(new Base64Text(view));
        } else if (data == Data.VALUES && view.byteSize() > 0) {
          parts.add(new Numbers(view));
        }
        parts.add(new Text(tensorTail()));
        separator = ",";
      }
      parts.add(new Text("]}\n"));
    }

    /// As many parts as fit into one piece.
    byte[] next() {
      ByteArrayOutputStream piece = new ByteArrayOutputStream();
      while (!parts.isEmpty() && piece.size() < PIECE_BYTES) {
        Part part = parts.getFirst();
        piece.writeBytes(part.nextOrEmpty());
        if (part.isEmpty()) {
          parts.removeFirst();
        }
      }
      return piece.toByteArray();
    }

    boolean isEmpty() {
      return parts.isEmpty();
    }

    void close() {
      outcome.close();
    }
  }

  private static String head(Outcome.Completed completed) {
    String object =
        object(
            json -> {
              json.writeStringField("completed", completed.name());
              json.writeNumberField("line", completed.lineNumber());
              json.writeStringField("task", completed.result().taskId().toString());
              json.writeNumberField("runTimeNs", completed.result().runTimeNs());
            });
    return object.substring(0, object.length() - 1) + ",\"tensors\":[";
  }

  private String tensorHead(String name, TensorView view) {
    String object =
        object(
            json -> {
              json.writeStringField("name", name);
              json.writeStringField("dtype", view.dtype().name());
              json.writeFieldName("shape");
              long[] extents = view.shape().extents();
              json.writeArray(extents, 0, extents.length);
            });
    return object.substring(0, object.length() - 1)
        + switch (data) {
          case BASE64 -> ",\"base64\":\"";
          case VALUES -> ",\"values\":[";
          case NONE -> "";
        };
  }

  private String tensorTail() {
    return switch (data) {
      case BASE64 -> "\"}";
      case VALUES -> "]}";
      case NONE -> "}";
    };
  }

  private static String failedLine(Outcome.Failed failed) {
    return object(
            json -> {
              json.writeStringField("failed", failed.name());
              json.writeNumberField("line", failed.lineNumber());
              json.writeFieldName("error");
              writeError(json, failed.error());
            })
        + "\n";
  }

  private interface Fields {
    void write(JsonGenerator json) throws IOException;
  }

  private static String object(Fields fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      fields.write(json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("bytes in memory can't fail; this is a bug in Sluice", e);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static final class Text implements Part {
    private final byte[] bytes;
    private boolean given;

    Text(String text) {
      bytes = utf8(text);
    }

    @Override
    public byte[] nextOrEmpty() {
      given = true;
      return bytes;
    }

    @Override
    public boolean isEmpty() {
      return given;
    }
  }

  /// The view's bytes, which are contiguous or copied element by element.
  private static final class Base64Text implements Part {
    private final TensorView view;
    private long position;

    Base64Text(TensorView view) {
      this.view = view;
    }

    @Override
    public byte[] nextOrEmpty() {
      byte[] bytes = new byte[(int) Math.min(PIECE_BYTES, view.byteSize() - position)];
      TensorBytes.read(view, position, bytes);
      position += bytes.length;
      return Base64.getEncoder().encode(bytes);
    }

    @Override
    public boolean isEmpty() {
      return position >= view.byteSize();
    }
  }

  private static final class Numbers implements Part {
    private final TensorView view;
    private long index;

    Numbers(TensorView view) {
      this.view = view;
    }

    @Override
    public byte[] nextOrEmpty() {
      StringBuilder text = new StringBuilder();
      long end = Math.min(view.elementCount(), index + PIECE_NUMBERS);
      for (; index < end; index++) {
        text.append(index == 0 ? "" : ",").append(number());
      }
      return utf8(text.toString());
    }

    private String number() {
      if (TensorData.isReal(view.dtype())) {
        double value = view.getDouble(index);
        return Double.isFinite(value) ? Double.toString(value) : "\"" + value + "\"";
      }
      long value = view.getLong(index);
      return view.dtype() == DType.UINT64 ? Long.toUnsignedString(value) : Long.toString(value);
    }

    @Override
    public boolean isEmpty() {
      return index >= view.elementCount();
    }
  }
}
