using Laminet.Vision.Images;
using Laminet.Zoo.Tasks;

namespace Laminet.Cli.OwnTrainings;

/// <summary>Neural Turing machines, which learn tasks from sequences that are drawn.</summary>
internal static class TuringMachines
{
    private const int StepsPerEpoch = 250;

    private static readonly OwnSource Sequences = DrawnData.Source("sequences", limit => limit is null
        ? new DrawnData("sequences", int.MaxValue, "sequences", $"new ones in each step, {StepsPerEpoch} steps an epoch")
        : throw new UsageException("--limit: this network draws new sequences in each step. Leave it out; a quick test has fewer --epochs."));

    public static IReadOnlyList<OwnTraining> Trainings { get; } =
    [
        Of("turing-copy", "a neural Turing machine learns to copy sequences, 2014", TuringTask.Copy, epochs: 24),
        Of("turing-repeat", "the same, to copy them several times", TuringTask.RepeatCopy, epochs: 48),
        Of("turing-recall", "the same, to tell which item came after another", TuringTask.AssociativeRecall, epochs: 32),
        Of("turing-small", "the same, to copy at most three vectors of three bits, in seconds", TuringTask.SmallCopy, epochs: 6),
    ];

    private static OwnTraining Of(string name, string description, TuringTask task, int epochs) =>
        new(name, description, Sequences, epochs, TuringMachine.UsualBatch(task), run => Train(run, task));

    private static Figures Train(OwnRun run, TuringTask task)
    {
        const string Wrong = "wrong_share";
        TuringMachine machine = new(task, run.Epochs * StepsPerEpoch, run.Batch, run.Seed);
        double loss = 0;
        Figures best = run.Train(
            machine.NewCheckpoint(),
            _ => loss = machine.Learn(StepsPerEpoch, run.Cancellation),
            () =>
            {
                IReadOnlyList<SequenceScore> scores = machine.Validate();
                return [new("loss", loss), new(Wrong, scores.Average(one => one.WrongShare)), .. Bits("wrong", scores)];
            },
            () =>
            {
                machine.Model.Save(run.At("model.laminet"));
                Image.Write(run.PicturePath, machine.Picture());
            },
            // Of equal ones the loss decides; a bit counts for more than 1e-5.
            figures => -figures.Of(Wrong) - (1e-6 * figures.Of("loss")));
        machine.Model.LoadWeights(run.At("model.laminet"));
        return [new("best_epoch", run.SavedEpoch), .. best, .. Bits("test_wrong", machine.Test())];
    }

    // Wrong bits of a sequence, by its size.
    private static IEnumerable<KeyValuePair<string, double>> Bits(string name, IReadOnlyList<SequenceScore> scores) =>
        scores.Select(one => KeyValuePair.Create($"{name}_{one.Size.Replace(' ', '_')}", one.WrongBits));
}
