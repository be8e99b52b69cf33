using Laminet.Plots;
using Laminet.Tensors;
using Laminet.Zoo.Datasets;
using Laminet.Zoo.Tasks;

namespace Laminet.Cli.OwnTrainings;

/// <summary>Networks that answer questions about stories.</summary>
internal static class Stories
{
    // After so many epochs the rate is halved.
    private const int HalveEvery = 15;

    public static IReadOnlyList<OwnTraining> Trainings { get; } =
    [
        new("memory-network", "an end-to-end memory network answers questions about stories, 2015", StoryData.Source, Epochs: 60, Batch: 32, Train, Evaluate),
    ];

    private static Figures Train(OwnRun run)
    {
        StoryData stories = run.Stories;
        StoryAnswering answering = New(run);
        StoryQuestion? shown = stories.Test.FirstOrDefault(question => question.Story.Count is >= 6 and <= 12) ?? stories.Test.FirstOrDefault(question => question.Story.Count is >= 1 and <= 60);
        run.Start(answering.NewCheckpoint(), mostEpochs: answering.LinearEpochs + run.Epochs);
        answering.Fit(
            run.Epochs, HalveEvery, (epoch, isLinear, loss, error) => run.EpochDone(
                [new("linear", isLinear ? 1 : 0), new("loss", loss), new("held_out_error", error)],
                () =>
                {
                    if (answering.BestEpoch == epoch)
                        Save(run, answering, shown);
                }),
            run.Cancellation);
        return [new("held_out_error", answering.HeldOutError), new("test_error", answering.Error(stories.Test)), new("best_epoch", answering.BestEpoch)];
    }

    private static Figures Evaluate(OwnRun run, OwnData other)
    {
        StoryAnswering answering = New(run);
        // Only then it has weights.
        answering.NewCheckpoint();
        run.Load(answering.Network);
        return [new("test_error", answering.Error(((StoryData)other).Test))];
    }

    private static StoryAnswering New(OwnRun run) => new(run.Stories.Train) { Seed = run.Seed, BatchSize = run.Batch };

    private static void Save(OwnRun run, StoryAnswering answering, StoryQuestion? shown)
    {
        run.Save(answering.Network, answering.Vocabulary);
        if (shown is null)
            return;
        (string answer, Tensor attention) = answering.Answer(shown);
        Chart.Heatmap(
            attention.Transpose(), [.. shown.Story.Select(statement => string.Join(' ', statement))], [.. Enumerable.Range(1, attention.Shape[0]).Select(hop => $"hop {hop}")],
            $"{string.Join(' ', shown.Question)}? {answer}").Save(run.PicturePath);
    }
}
