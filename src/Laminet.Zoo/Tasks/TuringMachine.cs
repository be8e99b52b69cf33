using System.Diagnostics;
using Laminet.Configuration;
using Laminet.Layers;
using Laminet.Losses;
using Laminet.Optimizers;
using Laminet.Optimizers.Schedules;
using Laminet.Saving;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Zoo.Datasets;
using Laminet.Zoo.Models;

namespace Laminet.Zoo.Tasks;

/// <summary>
/// Trains a neural Turing machine (<see cref="NTMCell"/>) on a task of its paper: each step sees new sequences; the learning rate falls along a cosine to a tenth. (Graves, Wayne and Danihelka, "Neural Turing machines", 2014.)
/// </summary>
/// <example><code>
/// TuringMachine machine = new(TuringTask.Copy, steps: 4000, seed: 1);
/// for (int part = 0; part &lt; 16; part++)
///     Console.WriteLine($"loss {machine.Learn(250)}, {machine.Validate()[0].WrongBits} wrong bits of a sequence");
/// </code></example>
public sealed class TuringMachine
{
    private const ulong OfValidation = 1000, OfTest = 2000;
    private const int Validated = 20, Tested = 100;

    private readonly TuringTask kind;
    private readonly SequenceTask task;
    private readonly NTMCell cell;
    private (string Size, SequenceBatch[] Batches)[]? validation;

    /// <summary>Makes the machine.</summary>
    /// <param name="kind">What it learns.</param>
    /// <param name="steps">How many steps there will be, over which the learning rate falls.</param>
    /// <param name="batchSize">How many sequences a step learns from; null for as many as it is learned with best (<see cref="UsualBatch"/>).</param>
    /// <param name="seed">Names its first weights, and the sequences.</param>
    public TuringMachine(TuringTask kind, int steps, int? batchSize = null, ulong seed = 0)
    {
        this.kind = kind;
        BatchSize = Setting.Require(batchSize ?? UsualBatch(kind), batchSize is null or >= 1, "1 or more", nameof(batchSize));
        Setting.Require(steps, steps >= 1, "1 or more");
        task = Create(kind, seed);
        cell = kind == TuringTask.SmallCopy ? new(units: 24, slots: 16, width: 6) : new(units: 100);
        Model = new(seed, new Input([null, task.Inputs]), new RNN(cell, returnSequences: true), new Dense(task.Outputs));
        // To repeat is learned only by many small steps: the paper's optimizer, a sequence a step.
        Optimizer optimizer = kind switch
        {
            TuringTask.RepeatCopy => new RMSprop(Falling(2e-4), rho: 0.95, momentum: 0.9) { GlobalClipNorm = 5 },
            TuringTask.SmallCopy => new Adam(Falling(3e-3)) { GlobalClipNorm = 0.5 },
            _ => new Adam(Falling(1e-3)) { GlobalClipNorm = 0.5 },
        };
        Model.Compile(optimizer, new BinaryCrossentropy(fromLogits: true, reduction: LossReduction.MeanWithSampleWeight));

        LearningRateSchedule Falling(double rate) => new CosineDecay(rate, steps, alpha: 0.1);
    }

    /// <summary>The network: from sequences (batch, steps, inputs) to logits of the bits, (batch, steps, outputs).</summary>
    public Sequential Model { get; }

    /// <summary>How many sequences a step learns from.</summary>
    public int BatchSize { get; }

    /// <summary>How many sequences a step learns from by default.</summary>
    public static int UsualBatch(TuringTask kind) => kind == TuringTask.RepeatCopy ? 1 : 16;

    /// <summary>Learns from new sequences.</summary>
    /// <param name="steps">How many steps.</param>
    /// <param name="cancellation">Ends it between two steps.</param>
    /// <returns>The mean loss of these steps.</returns>
    public double Learn(int steps, CancellationToken cancellation = default)
    {
        Setting.Require(steps, steps >= 1, "1 or more");
        Model.ResetMetrics();
        double loss = 0;
        for (int step = 0; step < steps; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            SequenceBatch batch = task.Next(BatchSize);
            loss = Model.TrainOnBatch(batch.Inputs, batch.Targets, batch.Weights)["loss"];
        }

        return loss;
    }

    /// <summary>How well it answers sequences by which the best weights may be chosen, the same at each call: of the sizes that it learns, and of larger ones.</summary>
    public IReadOnlyList<SequenceScore> Validate() => Scores(validation ??= Sizes(OfValidation, Validated));

    /// <summary>How well it answers others, of the same sizes.</summary>
    public IReadOnlyList<SequenceScore> Test() => Scores(Sizes(OfTest, Tested));

    /// <summary>All that the training needs to go on in the same bits, in another process too: restore it into a machine that was made with the same settings.</summary>
    /// <returns>A checkpoint, to which you may add what your own loop needs.</returns>
    public Checkpoint NewCheckpoint() => new() { ["model"] = Model, ["optimizer"] = Model.Optimizer!, ["task"] = task };

    /// <summary>
    /// An image of how it answers a long sequence, time to the right. From above: what it reads, what it should answer, what it answers; where it writes and where it reads, a row for each slot. Dark is much.
    /// </summary>
    /// <returns>UInt8 (height, width, 1).</returns>
    public Tensor Picture()
    {
        SequenceBatch batch = Create(kind, OfTest) switch
        {
            CopyTask copy => copy.Draw(1, kind == TuringTask.SmallCopy ? 3 : 40),
            RepeatCopyTask repeat => repeat.Draw(1, 10, 12),
            AssociativeRecallTask recall => recall.Draw(1, 6),
            _ => throw new UnreachableException(),
        };
        List<Tensor> weightings = [];
        Bundle<Tensor> now = [];
        for (int time = 0; time < batch.Inputs.Shape[1]; time++)
        {
            now = cell.Call([batch.Inputs.At(time, axis: 1), .. now.Skip(1)]);
            weightings.Add(now[^2].At(0));
        }

        Tensor places = Tensor.Stack([.. weightings], 2), answered = Model.PredictOnBatch(batch.Inputs).Sigmoid() * batch.Weights.ExpandDims(-1);
        Tensor[] panels = [batch.Inputs.At(0).Transpose(), batch.Targets.At(0).Transpose(), answered.At(0).Transpose(), places.At(1), places.At(0)];
        Tensor gap = Tensor.Full([1, batch.Inputs.Shape[1]], 0.5), rows = Tensor.Concatenate([.. panels.SelectMany(panel => (Tensor[])[panel, gap]).SkipLast(1)], 0);
        int scale = Math.Max(5, 200 / rows.Shape[1]);
        Tensor large = rows.Clip(0.0, 1.0).Reshape([1, .. rows.Shape, 1]).Resize((rows.Shape[0] * scale, rows.Shape[1] * scale), Interpolation.Nearest).Squeeze(0);
        return ((1 - large) * 255).Cast(DType.UInt8);
    }

    private static SequenceTask Create(TuringTask kind, ulong seed) => kind switch
    {
        TuringTask.Copy => new CopyTask(seed: seed),
        TuringTask.RepeatCopy => new RepeatCopyTask(seed: seed),
        TuringTask.AssociativeRecall => new AssociativeRecallTask(seed: seed),
        TuringTask.SmallCopy => new CopyTask(bits: 3, maxLength: 3, seed: seed),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), $"{nameof(TuringMachine)}: received the task {kind}; expected a value of the enumeration."),
    };

    private IReadOnlyList<SequenceScore> Scores((string Size, SequenceBatch[] Batches)[] sizes) =>
        [.. sizes.Select(one => new SequenceScore(
            one.Size, one.Batches.Average(batch => batch.WrongBits(Model.PredictOnBatch(batch.Inputs))), one.Batches.Average(batch => (double)batch.AnswerBits / batch.Inputs.Shape[0])))];

    // Sequences of the sizes that it is trained on, and of larger ones.
    private (string Size, SequenceBatch[] Batches)[] Sizes(ulong seed, int count) => Create(kind, seed) switch
    {
        CopyTask copy when kind == TuringTask.SmallCopy => [("lengths 1 to 3", Drawn(1, 3, length => copy.Draw(count, length))), ("length 6", [copy.Draw(count, 6)])],
        CopyTask copy => [("lengths 1 to 20", Drawn(1, 20, length => copy.Draw(count, length))), ("length 40", [copy.Draw(count, 40)]), ("length 80", [copy.Draw(count, 80)])],
        RepeatCopyTask repeat =>
        [
            ("up to 10 x 10", Drawn(1, 10, _ => repeat.Next(count))), ("10 x 10", [repeat.Draw(count, 10, 10)]),
            ("up to 10 x 20", Drawn(1, 10, length => repeat.Draw(count, length, 20))), ("10 x 20", [repeat.Draw(count, 10, 20)]),
        ],
        AssociativeRecallTask recall => [("2 to 6 items", Drawn(2, 6, items => recall.Draw(count, items))), ("6 items", [recall.Draw(count, 6)]), ("10 items", [recall.Draw(count, 10)])],
        _ => throw new UnreachableException(),
    };

    private static SequenceBatch[] Drawn(int least, int most, Func<int, SequenceBatch> draw) => [.. Enumerable.Range(least, most - least + 1).Select(draw)];
}
