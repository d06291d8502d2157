package io.sluice.examples.mnist;

import io.sluice.Sluice;
import io.sluice.task.DType;
import io.sluice.task.UserTensor;

/// The weights of both layers: tensors that the user owns, outside the heap, updated in place.
///
/// @param hidden 785 by 128, the last row is the bias
/// @param output 129 by 10, the last row is the bias
record Model(UserTensor hidden, UserTensor output) implements AutoCloseable {

  static Model create(Sluice sluice, long seed) {
    Weights initial = Weights.initial(seed);
    Model model =
        new Model(
            sluice.tensor(
                "hidden weights", DType.FLOAT32, Perceptron.HIDDEN_ROWS, Perceptron.HIDDEN),
            sluice.tensor(
                "output weights", DType.FLOAT32, Perceptron.OUTPUT_ROWS, Perceptron.CLASSES));
    model.hidden.write(view -> Views.write(initial.hidden(), view));
    model.output.write(view -> Views.write(initial.output(), view));
    return model;
  }

  Weights weights() {
    return new Weights(hidden.read(Views::floats), output.read(Views::floats));
  }

  @Override
  public void close() {
    hidden.close();
    output.close();
  }
}
