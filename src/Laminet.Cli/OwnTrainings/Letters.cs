using System.Globalization;
using System.Text;
using Laminet.Files;
using Laminet.Plots;
using Laminet.Saving;
using Laminet.Tensors;
using Laminet.Zoo.Tasks;

namespace Laminet.Cli.OwnTrainings;

/// <summary>Chains of letters.</summary>
internal static class Letters
{
    // What a chart has room for, in any language the most frequent.
    private const int MostLetters = 60;
    private const double Smoothing = 0.01;

    public static IReadOnlyList<OwnTraining> Trainings { get; } =
    [
        new("markov", "Markov chains over the letters of a text, each epoch one that looks back a letter more, 1913", LetterData.Source, Epochs: 6, Batch: null, Train),
    ];

    private static Figures Train(OwnRun run)
    {
        LetterData text = run.Letters;
        double difference = Pairs(run);
        MarkovText? chain = null, exact = null;
        Figures best = run.Train(
            new Checkpoint(),
            epoch =>
            {
                // All letters are known, those too that only the unseen part has.
                chain = new([.. text.All.Distinct(), .. text.Known], order: epoch + 1, Smoothing);
                // Without smoothing no letter comes out of nothing.
                exact = new(text.Known, epoch + 1);
                run.Tell($"  {ErrorText.Printable(Written(160).ReplaceLineEndings(" / "))}");
            },
            () => [new("own_nats", chain!.CrossEntropy(text.Known)), new("unseen_nats", chain.CrossEntropy(text.Unseen))],
            () => AtomicFile.Write(run.At("written.txt"), stream => stream.Write(Encoding.UTF8.GetBytes(Written(2000)))),
            figures => -figures.Of("unseen_nats"));
        return [new("order", run.SavedEpoch), .. best, new("stationary_difference", difference)];

        string Written(int length) => string.Concat(exact!.Generate(length, run.Seed));
    }

    // Which letter follows which, whatever its case. The text is closed to a ring, so that something follows each; then the chain spends the shares of the letters: the greatest difference.
    private static double Pairs(OwnRun run)
    {
        string[] all = [.. run.Letters.All.Select(letter => char.IsWhiteSpace(letter, 0) ? " " : letter.ToLowerInvariant()).Where(letter => letter == " " || Rune.IsLetter(letter.EnumerateRunes().First()))];
        HashSet<string> frequent = [.. all.CountBy(letter => letter).OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Take(MostLetters).Select(pair => pair.Key)];
        string[] ring = [.. all.Where(frequent.Contains)];
        MarkovText pairs = new([.. ring, ring[0]]);
        MarkovChain chain = pairs.ToChain();
        Tensor spent = chain.StationaryDistribution();
        double[] shares = spent.ToArray<double>();
        run.Save([("transition", chain.Transition), ("stationary", spent)], pairs.Symbols);
        string[] names = [.. pairs.Symbols.Select(letter => letter == " " ? "space" : letter)];
        Chart.Heatmap(chain.Transition.Sqrt(), names, names, "letters (rows), what follows (columns)").Save(run.PicturePath);
        IEnumerable<string> first = names.Zip(shares).OrderByDescending(pair => pair.Second).Take(6).Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.First} {pair.Second:F3}"));
        run.Tell($"{chain.States} letters; the most frequent: {string.Join(", ", first)}");
        return pairs.Symbols.Index().Max(one => Math.Abs(shares[one.Index] - (ring.Count(letter => letter == one.Item) / (double)ring.Length)));
    }
}
