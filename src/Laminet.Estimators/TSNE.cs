using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Estimators;

/// <summary>
/// t-SNE: a map of examples in the plane in which neighbours stay neighbours. It minimizes the divergence KL(p || q), where p_ij says how near two examples are (<see cref="Perplexity"/> counts how many neighbours
/// matter), and q_ij ~ 1 / (1 + |y_i - y_j|²) how near they are on the map. Distances between groups, and their sizes, say little. Far points repel together (Barnes and Hut).
/// van der Maaten, Hinton: Visualizing Data using t-SNE, 2008; van der Maaten: Accelerating t-SNE using Tree-Based Algorithms, 2014. scikit-learn's <c>TSNE</c>, with its schedule: the map starts from the first two principal
/// components; for the first 250 steps p is 12 times as large.
/// </summary>
/// <example><code>
/// Tensor map = new TSNE().FitTransform(features);   // (examples, 2)
/// </code></example>
public sealed class TSNE : Transformer
{
    private const int Early = 250;
    private const double Exaggeration = 12, StartDeviation = 1e-4, Farthest = 1e9;

    // What was fitted to. t-SNE has no formula for other examples.
    private Tensor? data;

    /// <summary>About how many neighbours of an example matter, below the number of examples; 30 by default.</summary>
    public double Perplexity { get; set => field = Setting.Require(value, value > 1 && double.IsFinite(value), "a number above 1", nameof(Perplexity)); } = 30;

    /// <summary>How many steps; 1000 by default.</summary>
    public int MaxIter { get; set => field = Setting.Require(value, value >= Early, $"{Early} or more", nameof(MaxIter)); } = 1000;

    /// <summary>The length of steps; null for the larger of n / 48 and 50, scikit-learn's "auto".</summary>
    public double? LearningRate { get; set => field = Setting.Require(value, value is null || (value > 0 && double.IsFinite(value.Value)), "above 0, or null", nameof(LearningRate)); }

    /// <summary>A square of the map that is so small from a point (side / distance) repels as one point; 0.5 by default, at most 0.7; 0 for all pairs exactly.</summary>
    public double Angle { get; set => field = Setting.Require(value, value is >= 0 and <= 0.7, "0 to 0.7", nameof(Angle)); } = 0.5;

    /// <summary>Names the noise of the second column of the start where the data have one direction alone. Nothing else is random.</summary>
    public ulong RandomState { get; set; }

    /// <summary>The map of the examples, Float64 (examples, 2).</summary>
    public Tensor? Embedding { get; private set; }

    /// <summary>The divergence KL(p || q) of the map, in nats.</summary>
    public double KlDivergence { get; private set; }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">There are not more examples than <see cref="Perplexity"/>.</exception>
    public override void Fit(Tensor x)
    {
        Examples.Require(nameof(TSNE), x);
        int examples = x.Shape[0];
        if (examples <= Perplexity || examples < 4)
            throw new ArgumentException($"{nameof(TSNE)}: received {examples} examples for the perplexity {Settings.Text(Perplexity)}; expected more examples, and at least 4. Set {nameof(Perplexity)} lower, to a third of the examples or less.", nameof(x));
        Fitting(x);
        Tensor numbers = x.Cast(DType.Float64);
        // Distances are relative: huge numbers would overflow when squared.
        double scale = (numbers - numbers.Mean(0)).Abs().Max().ToDouble();
        numbers = (numbers - numbers.Mean(0)) / (scale > 0 ? scale : 1);
        NeighbourShares near = NeighbourShares.Of(numbers, Perplexity);
        double[] map = Start(numbers);
        double rate = LearningRate ?? Math.Max(examples / Exaggeration / 4, 50);
        double[] slope = new double[map.Length], change = new double[map.Length], gains = new double[map.Length];
        Array.Fill(gains, 1);
        for (int step = 0; step < MaxIter; step++)
        {
            Slope(near, map, step < Early ? Exaggeration : 1, Angle, slope);
            double momentum = step < Early ? 0.5 : 0.8;
            for (int i = 0; i < map.Length; i++)
            {
                // Where a coordinate keeps its direction, its steps grow.
                gains[i] = Math.Max(slope[i] * change[i] < 0 ? gains[i] + 0.2 : gains[i] * 0.8, 0.01);
                change[i] = (momentum * change[i]) - (rate * gains[i] * slope[i]);
                map[i] += change[i];
            }

            if (!Array.TrueForAll(map, place => Math.Abs(place) < Farthest))
                throw new InvalidOperationException($"{nameof(TSNE)}: after step {step + 1} places are farther than {Settings.Text(Farthest)} from the middle; the learning rate {Settings.Text(rate)} is too large. Set {nameof(LearningRate)} lower, or to null.");
        }

        KlDivergence = Slope(near, map, 1, Angle, slope);
        (data, Embedding) = (x, Tensor.From(map, [examples, 2]));
    }

    /// <summary>The map of the examples that were fitted to.</summary>
    /// <param name="x">The same data: t-SNE has no place for others.</param>
    /// <exception cref="NotSupportedException">The data are others.</exception>
    public override Tensor Transform(Tensor x)
    {
        Tensor known = Applying(x);
        return known.Shape == data!.Shape && known.DType == data.DType && known.Equal(data).All().Item<bool>() ? Embedding!.Cast(x.DType)
            : throw new NotSupportedException($"{nameof(TSNE)} has places for the examples it was fitted to alone; received others. Fit it to all examples together, or use {nameof(PCA)}, which places new ones.");
    }

    /// <summary>Not possible: many examples would have the same place.</summary>
    /// <param name="x">(examples, 2).</param>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override Tensor InverseTransform(Tensor x) => throw new NotSupportedException($"{nameof(TSNE)} cannot go back from places to examples. Use {nameof(PCA)} for that.");

    /// <inheritdoc/>
    protected internal override IReadOnlyDictionary<string, Tensor> GetState() =>
        new Dictionary<string, Tensor> { ["data"] = data!, ["embedding"] = Embedding!, ["divergence"] = Tensor.From(KlDivergence) };

    /// <inheritdoc/>
    protected internal override void SetState(IReadOnlyDictionary<string, Tensor> state) =>
        (data, Embedding, KlDivergence) = (state["data"], state["embedding"], state["divergence"].ToArray<double>()[0]);

    /// <summary>The slope of the divergence by each coordinate, 4 sum_j (factor p_ij - q_ij) (y_i - y_j) / (1 + |y_i - y_j|²), and the divergence for the factor 1.</summary>
    internal static double Slope(NeighbourShares near, double[] map, double factor, double angle, double[] slope)
    {
        int examples = map.Length / 2;
        QuadTree tree = new(map);
        (double X, double Y, double Sum)[] repulsions = new (double, double, double)[examples];
        ParallelOptions threads = new() { MaxDegreeOfParallelism = Engine.Threads };
        Parallel.For(0, examples, threads, i => repulsions[i] = tree.Repulsion(map[2 * i], map[(2 * i) + 1], angle));
        // In the order of the examples, so that the bits do not depend on threads.
        double total = Math.Max(repulsions.Sum(one => one.Sum), 1e-300);
        double[] divergences = new double[examples];
        Parallel.For(0, examples, threads, i =>
        {
            double x = 0, y = 0;
            for (int place = near.Starts[i]; place < near.Starts[i + 1]; place++)
            {
                int other = near.Others[place];
                double dx = map[2 * i] - map[2 * other], dy = map[(2 * i) + 1] - map[(2 * other) + 1], q = 1 / (1 + (dx * dx) + (dy * dy)), share = near.Shares[place];
                x += share * q * dx;
                y += share * q * dy;
                if (share > 0)
                    divergences[i] += share * Math.Log(share / (q / total));
            }

            slope[2 * i] = 4 * ((factor * x) - (repulsions[i].X / total));
            slope[(2 * i) + 1] = 4 * ((factor * y) - (repulsions[i].Y / total));
        });
        return divergences.Sum();
    }

    // The first two principal components, small; noise where there are none.
    private double[] Start(Tensor numbers)
    {
        (int examples, int features) = (numbers.Shape[0], numbers.Shape[1]);
        double[] places = new PCA { NComponents = Math.Min(2, features) }.FitTransform(numbers).ToArray<double>();
        double[] noise = new RandomKey(RandomState).Normal([examples], deviation: StartDeviation, dtype: DType.Float64).ToArray<double>(), map = new double[2 * examples];
        int columns = places.Length / examples;
        double deviation = Math.Sqrt(Enumerable.Range(0, examples).Average(i => places[i * columns] * places[i * columns]));
        for (int i = 0; i < examples; i++)
        {
            map[2 * i] = deviation > 0 ? places[i * columns] / deviation * StartDeviation : 0;
            map[(2 * i) + 1] = columns == 2 && deviation > 0 ? places[(i * columns) + 1] / deviation * StartDeviation : noise[i];
        }

        return map;
    }
}
