using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Cli.Runs;

/// <summary>
/// Reports compilations of steps: with --verbose each one, and the total at the end; without it only once, if they are so frequent that
/// compiling costs more than compiled steps save.
/// </summary>
/// <param name="tell">Receives each line.</param>
/// <param name="verbose">Whether to report each compilation.</param>
internal sealed class CompilationLog(Action<string> tell, bool verbose)
{
    /// <summary>More than a run needs: a whole and a last batch, for training, test and prediction.</summary>
    public const int Expected = 8;

    private readonly Dictionary<StepKind, int> counts = [];

    /// <summary>Follows a model from now on.</summary>
    public void Follow(Model model) => model.Traced += Count;

    /// <summary>Tells how often steps were compiled.</summary>
    public void TellTotal()
    {
        if (verbose)
            tell($"compiled {Times(counts.Values.Sum())}: {string.Join(", ", counts.Select(pair => $"{Name(pair.Key)} {pair.Value}"))}");
    }

    private void Count(StepKind kind, IReadOnlyList<TensorSpec> shapes)
    {
        counts[kind] = counts.GetValueOrDefault(kind) + 1;
        if (verbose)
            tell($"compiled a {Name(kind)} step for {string.Join(", ", shapes)}");
        else if (counts.Values.Sum() == Expected + 1)
        {
            tell($"warning: steps were compiled {Times(Expected + 1)}: the shapes of batches rarely repeat, and each new shape costs a compilation. "
                + "Give all images one size and all batches one length; --verbose shows the shapes.");
        }
    }

    private static string Times(int count) => count == 1 ? "once" : $"{count} times";

    private static string Name(StepKind kind) => kind switch
    {
        StepKind.Train => "training",
        StepKind.Test => "test",
        _ => "prediction",
    };
}
