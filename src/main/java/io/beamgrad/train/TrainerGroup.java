package io.beamgrad.train;

import io.beamgrad.nn.Ensemble;
import io.beamgrad.nn.Loss;
import io.beamgrad.tensor.Kernels;
import io.beamgrad.tensor.Tensor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Trainers that take the same batches, of which there is one copy: the members of an ensemble. Each
 * ends with the bits that it would have alone, as they share nothing else.
 *
 * <p>Members are trained on {@link Kernels#threads} threads. A thread takes a member through a few
 * batches before it goes on to the next one, so that its weights stay in the processor's cache; the
 * products of a member then run on its thread alone.
 *
 * <p>Products that are packed over members (arXiv 2410.24210) have nothing to gain on a processor:
 * measured on one core in billions of multiply-adds a second, [256, 256] x [256, 256] makes 48, and
 * [256, 256] x [256, 2048] 8 as it leaves the cache; [256, 64] x [64, 64] 41 and [256, 64] x [64,
 * 512] 43; [32, 64] x [64, 64] 29 and [32, 64] x [64, 512] 27.
 */
public final class TrainerGroup implements AutoCloseable {

  /**
   * What an evaluation of all members gave.
   *
   * @param together that of the members' mean prediction
   * @param members that of each member
   */
  public record Evaluations(Evaluation together, List<Evaluation> members) {}

  /** Does something for one member. */
  @FunctionalInterface
  private interface MemberTask {
    void run(int member) throws InterruptedException;
  }

  private final List<Trainer> trainers;
  private final Loss loss;
  private final int batchExamples;
  private final boolean prepareAhead = Runtime.getRuntime().availableProcessors() > 1;
  private final Deque<BatchFeed.Prepared> batchArrays = new ArrayDeque<>(); // between epochs
  private Dataset batchArraysOf;
  private final ExecutorService threads; // null where all is done on the caller's

  /**
   * A group.
   *
   * @param trainers at least one, each of a model of its own; they are told what to do by the group
   *     from now on
   * @param loss by which their mean prediction is measured
   * @throws IllegalArgumentException where one of several has a model or a loss that is not known
   *     to be replayable, and might change the batches
   */
  public TrainerGroup(List<Trainer> trainers, Loss loss, int batchExamples) {
    if (trainers.isEmpty()) {
      throw new IllegalArgumentException("TrainerGroup: no trainers");
    }
    if (trainers.size() > 1 && !trainers.stream().allMatch(Trainer::replaysSteps)) {
      throw new IllegalArgumentException(
          "TrainerGroup: expected models and a loss of this library's own classes");
    }
    this.trainers = List.copyOf(trainers);
    this.loss = loss;
    this.batchExamples = batchExamples;
    int most = Math.min(Kernels.threads(), trainers.size());
    this.threads = most == 1 ? null : Executors.newFixedThreadPool(most, TrainerGroup::thread);
  }

  private static Thread thread(Runnable run) {
    Thread thread = new Thread(run, "beamgrad-member");
    thread.setDaemon(true);
    return thread;
  }

  /** The trainers in the order of their numbers. */
  public List<Trainer> trainers() {
    return trainers;
  }

  /**
   * Trains some members for one epoch, as {@link Trainer#trainEpoch} does each.
   *
   * @param active the numbers of the members, ascending; others stay as they are
   * @param listener told of the batches that all of them have taken, a few at once, with the mean
   *     of their losses
   * @return what each of them gave, in their order
   * @throws DivergedException if the loss of a member's batch is NaN or infinite; names the member
   *     where there are several
   */
  public List<EpochResult> trainEpoch(
      int epoch, List<Integer> active, Dataset dataset, Sampler sampler, StepListener listener)
      throws InterruptedException {
    if (trainers.size() == 1) {
      return List.of(trainers.get(0).trainEpoch(epoch, dataset, sampler, listener));
    }
    if (dataset != batchArraysOf) {
      batchArrays.clear();
      batchArraysOf = dataset;
    }
    Trainer.EpochPass[] passes = new Trainer.EpochPass[trainers.size()];
    for (int member : active) {
      passes[member] = trainers.get(member).beginEpoch(epoch, dataset);
    }
    double[] losses = new double[trainers.size()]; // of each member's last batch
    long steps = 0;
    long rows = 0;
    try (BatchFeed feed =
        new BatchFeed(dataset, sampler.order(epoch), batchExamples, prepareAhead, batchArrays)) {
      for (List<RowBatch> some = feed.nextSome(); !some.isEmpty(); some = feed.nextSome()) {
        List<RowBatch> batches = some;
        forEach(active, member -> train(passes[member], batches, member, losses));
        steps += some.size();
        rows += some.stream().mapToLong(RowBatch::rows).sum();
        double mean = active.stream().mapToDouble(member -> losses[member]).average().orElse(0);
        listener.onStep(epoch, steps, rows, mean);
      }
    }
    return active.stream().map(member -> passes[member].end()).toList();
  }

  private static void train(
      Trainer.EpochPass pass, List<RowBatch> batches, int member, double[] losses)
      throws InterruptedException {
    StepListener keepLoss = (epoch, step, rows, batchLoss) -> losses[member] = batchLoss;
    for (RowBatch batch : batches) {
      pass.train(batch, keepLoss);
    }
  }

  /** Loss and metrics over a sampler's rows, in the order of its epoch 0. */
  public Evaluations evaluate(Dataset dataset, Sampler sampler) throws InterruptedException {
    return evaluate(dataset, sampler, EvaluationListener.NONE);
  }

  /** The same, and shows each batch with the members' mean prediction to a listener. */
  public Evaluations evaluate(Dataset dataset, Sampler sampler, EvaluationListener listener)
      throws InterruptedException {
    if (trainers.size() == 1) {
      Evaluation only = trainers.get(0).evaluate(dataset, sampler, listener);
      return new Evaluations(only, List.of(only));
    }
    trainers.forEach(trainer -> trainer.model().eval());
    List<Integer> all = IntStream.range(0, trainers.size()).boxed().toList();
    List<Evaluator> evaluators = all.stream().map(member -> new Evaluator(loss)).toList();
    Evaluator together = new Evaluator(loss);
    int most = ModelEvaluator.rowsAtOnce(dataset);
    // Its batches are large: their arrays are not kept.
    try (BatchFeed feed =
        new BatchFeed(dataset, sampler.order(0), most, prepareAhead, new ArrayDeque<>())) {
      for (List<RowBatch> some = feed.nextSome(); !some.isEmpty(); some = feed.nextSome()) {
        List<DataLoader.Batch> batches = some.stream().map(rows -> batch(dataset, rows)).toList();
        Tensor[][] outputs = new Tensor[trainers.size()][];
        forEach(all, member -> outputs[member] = evaluate(member, batches, evaluators.get(member)));
        for (int i = 0; i < batches.size(); i++) {
          DataLoader.Batch batch = batches.get(i);
          int number = i;
          Tensor mean =
              Ensemble.mean(loss.target(), Arrays.stream(outputs).map(own -> own[number]).toList());
          together.add(mean, batch.targets(), batch.weights());
          listener.onBatch(mean, batch.targets(), batch.weights());
        }
      }
    }
    return new Evaluations(together.result(), evaluators.stream().map(Evaluator::result).toList());
  }

  private static DataLoader.Batch batch(Dataset dataset, RowBatch rows) {
    DataLoader.Batch batch = DataLoader.Batch.unset(dataset, rows.rows());
    batch.setData(rows);
    return batch;
  }

  private Tensor[] evaluate(int member, List<DataLoader.Batch> batches, Evaluator evaluator) {
    Tensor[] outputs = new Tensor[batches.size()];
    for (int i = 0; i < outputs.length; i++) {
      DataLoader.Batch batch = batches.get(i);
      outputs[i] = Tensor.noGrad(() -> batch.outputs(trainers.get(member).model()));
      evaluator.add(outputs[i], batch.targets(), batch.weights());
    }
    return outputs;
  }

  /** Comes back when all are done. The failure that is thrown is that of the first member. */
  private void forEach(List<Integer> members, MemberTask task) throws InterruptedException {
    if (threads == null) {
      for (int member : members) {
        run(member, task);
      }
      return;
    }
    List<Callable<Void>> calls = new ArrayList<>();
    for (int member : members) {
      calls.add(
          () -> {
            run(member, task);
            return null;
          });
    }
    for (Future<Void> call : threads.invokeAll(calls)) {
      try {
        call.get();
      } catch (ExecutionException e) {
        if (e.getCause() instanceof Error error) {
          throw error;
        }
        if (e.getCause() instanceof InterruptedException interrupted) {
          throw interrupted;
        }
        throw (RuntimeException) e.getCause();
      }
    }
  }

  private static void run(int member, MemberTask task) throws InterruptedException {
    try {
      task.run(member);
    } catch (DivergedException e) {
      throw new DivergedException("member " + member + ": " + e.getMessage());
    }
  }

  /** Ends the threads. */
  @Override
  public void close() {
    if (threads == null) {
      return;
    }
    threads.shutdownNow();
    boolean isInterrupted = false;
    while (!threads.isTerminated()) {
      try {
        threads.awaitTermination(1, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        isInterrupted = true; // a member looks at its own interruption before each step
      }
    }
    if (isInterrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
