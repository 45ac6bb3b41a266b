package io.beamgrad.train;

import io.beamgrad.tensor.Tensor;
import java.util.Map;

/**
 * All that continues a training to the same bits, as copies.
 *
 * @param epochs the epochs finished
 * @param parameters the weights by name
 * @param optimizerState the optimiser's tensors by name
 * @param optimizerSteps the steps the optimiser has made
 * @param earlyStopping what early stopping has seen; null where the trainer has none
 */
public record TrainerState(
    int epochs,
    Map<String, Tensor> parameters,
    Map<String, Tensor> optimizerState,
    long optimizerSteps,
    EarlyStopping.State earlyStopping) {}
