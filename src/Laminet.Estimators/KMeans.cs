using Laminet.Configuration;
using Laminet.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Laminet.Estimators;

/// <summary>
/// k-means: centres c_1 ... c_k such that the sum of |x - c(x)|² over the examples is small, where c(x) is the centre nearest to x. Each centre is moved to the mean of its examples until none changes its centre
/// (Lloyd), from a start whose centres are far apart (k-means++: the next one is an example, drawn with a probability that is proportional to its squared distance from those before; the best of 2 + ln k draws).
/// <see cref="Transform"/> gives the distances from the centres. scikit-learn's <c>KMeans</c>; a start that is given leads to the same centres.
/// Lloyd: Least squares quantization in PCM, 1982 (written 1957); Arthur, Vassilvitskii: k-means++: the advantages of careful seeding, 2007.
/// </summary>
/// <example><code>
/// KMeans kmeans = new() { NClusters = 3, RandomState = 1 };
/// kmeans.Fit(x);                           // (examples, features)
/// Tensor nearest = kmeans.Predict(x);      // Int32 (examples,)
/// </code></example>
public sealed class KMeans : Transformer
{
    // Distances of so many at once: 32 MB.
    private const int Chunk = 1 << 22;

    /// <summary>How many centres; 8 by default.</summary>
    public int NClusters { get; set => field = Setting.Require(value, value >= 1, "1 or more", nameof(NClusters)); } = 8;

    /// <summary>The centres of the start, (centres, features); null for k-means++. A file of <see cref="Step.Save"/> does not hold it.</summary>
    public Tensor? Init { get; set; }

    /// <summary>How many starts are tried; the one of the least <see cref="Inertia"/> is kept. 1 by default, and always 1 where <see cref="Init"/> is given.</summary>
    public int NInit { get; set => field = Setting.Require(value, value >= 1, "1 or more", nameof(NInit)); } = 1;

    /// <summary>The greatest number of moves; 300 by default.</summary>
    public int MaxIter { get; set => field = Setting.Require(value, value >= 1, "1 or more", nameof(MaxIter)); } = 300;

    /// <summary>The moves end when the centres' squared moves add up to no more than this share of the features' mean variance; 1e-4 by default.</summary>
    public double Tol { get; set => field = Setting.Require(value, value >= 0 && double.IsFinite(value), "0 or more", nameof(Tol)); } = 1e-4;

    /// <summary>Names the draws of k-means++.</summary>
    public ulong RandomState { get; set; }

    /// <summary>The centres, Float64 (centres, features).</summary>
    public Tensor? ClusterCenters { get; private set; }

    /// <summary>The centre of each example it was fitted to, Int32 (examples,).</summary>
    public Tensor? Labels { get; private set; }

    /// <summary>The sum of the squared distances of these examples from their centres.</summary>
    public double Inertia { get; private set; }

    /// <summary>How many moves there were.</summary>
    public int NIter { get; private set; }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">There are fewer examples than centres, or the start does not fit.</exception>
    public override void Fit(Tensor x)
    {
        Examples.Require(nameof(KMeans), x);
        (int examples, int features) = (x.Shape[0], x.Shape[1]);
        if (examples < NClusters)
            throw new ArgumentException($"{nameof(KMeans)}: received {examples} examples for {NClusters} centres; expected at least as many. Set {nameof(NClusters)} lower.", nameof(x));
        if (Init is not null && (Init.Rank != 2 || Init.Shape[0] != NClusters || Init.Shape[1] != features || !Init.DType.IsFloat() || !Init.IsFinite().All().Item<bool>()))
            throw new ArgumentException($"{nameof(KMeans)}: {nameof(Init)} is {Init.Spec}; expected finite numbers of a floating-point type and of shape ({NClusters}, {features}): a row for each of the {NClusters} centres.", nameof(x));
        // About their mean, numbers lose fewer digits when squared.
        Tensor mean = x.Cast(DType.Float64).Mean(0), about = x.Cast(DType.Float64) - mean;
        double tolerance = Tol * about.Square().Mean().ToDouble();
        about = about.Cast(x.DType);
        (double[] Centres, int[] Labels, double Inertia, int Moves)? best = null;
        for (int start = 0; start < (Init is null ? NInit : 1); start++)
        {
            double[] first = (Init is null ? Spread(about, new RandomKey(RandomState).Fold((ulong)start)) : Init.Cast(DType.Float64) - mean).ToArray<double>();
            (double[] Centres, int[] Labels, double Inertia, int Moves) one = Lloyd(about, first, tolerance);
            best = best is null || one.Inertia < best.Value.Inertia ? one : best;
        }

        Fitting(x);
        ClusterCenters = Tensor.From(best!.Value.Centres, [NClusters, features]) + mean;
        (Labels, Inertia, NIter) = (Tensor.From(best.Value.Labels), best.Value.Inertia, best.Value.Moves);
    }

    /// <summary>The number of the centre nearest to each example, Int32 (examples,).</summary>
    /// <param name="x">(examples, features).</param>
    public Tensor Predict(Tensor x) => Transform(x).ArgMin().Cast(DType.Int32);

    /// <summary>The distance of each example from each centre, (examples, centres).</summary>
    /// <param name="x">(examples, features).</param>
    public override Tensor Transform(Tensor x)
    {
        Tensor known = Applying(x), mean = ClusterCenters!.Mean(0), centres = (ClusterCenters - mean).Cast(x.DType);
        Tensor about = (known.Cast(DType.Float64) - mean).Cast(x.DType);
        return (Products(about, centres) + about.Square().Sum(1, keepDims: true)).Clip(0.0, double.PositiveInfinity).Sqrt();
    }

    /// <summary>Not possible: many examples are as far from all centres.</summary>
    /// <param name="x">(examples, centres).</param>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override Tensor InverseTransform(Tensor x) =>
        throw new NotSupportedException($"{nameof(KMeans)} cannot go back from distances to examples. The centre of an example is a row of {nameof(ClusterCenters)}: {nameof(Predict)} names it.");

    /// <inheritdoc/>
    protected internal override IReadOnlyDictionary<string, Tensor> GetState() =>
        new Dictionary<string, Tensor> { ["centers"] = ClusterCenters!, ["labels"] = Labels!, ["inertia"] = Tensor.From(Inertia), ["moves"] = Tensor.From(NIter) };

    /// <inheritdoc/>
    protected internal override void SetState(IReadOnlyDictionary<string, Tensor> state) =>
        (ClusterCenters, Labels, Inertia, NIter) = (state["centers"], state["labels"], state["inertia"].ToArray<double>()[0], state["moves"].ToArray<int>()[0]);

    // |c|² - 2 x c, which is the squared distance without |x|².
    private static Tensor Products(Tensor x, Tensor centres) => centres.Square().Sum(1) - (2 * x.MatMul(centres, transposeOther: true));

    private (double[] Centres, int[] Labels, double Inertia, int Moves) Lloyd(Tensor x, double[] centres, double tolerance)
    {
        (int examples, int features) = (x.Shape[0], x.Shape[1]);
        double[] numbers = x.Cast(DType.Float64).ToArray<double>(), distances = new double[examples];
        int[] labels = new int[examples], before = new int[examples];
        Array.Fill(before, -1);
        for (int move = 1; ; move++)
        {
            Nearest(x, centres, labels, distances);
            double[] means = Means();
            double moved = TensorPrimitives.Distance(means, centres);
            centres = means;
            bool isSame = labels.AsSpan().SequenceEqual(before);
            if (!isSame && moved * moved > tolerance && move < MaxIter)
            {
                labels.CopyTo(before, 0);
                continue;
            }

            // The last move may have made another centre the nearest.
            if (!isSame)
                Nearest(x, centres, labels, distances);
            double inertia = 0;
            for (int i = 0; i < examples; i++)
                inertia += Math.Pow(TensorPrimitives.Distance<double>(Row(numbers, i), Row(centres, labels[i])), 2);
            return (centres, labels, inertia, move);
        }

        Span<double> Row(double[] rows, int row) => rows.AsSpan(row * features, features);

        // In the order of the examples, so that the bits do not depend on threads.
        double[] Means()
        {
            double[] sums = new double[centres.Length];
            int[] counts = new int[NClusters];
            for (int i = 0; i < examples; i++)
            {
                counts[labels[i]]++;
                TensorPrimitives.Add(Row(sums, labels[i]), Row(numbers, i), Row(sums, labels[i]));
            }

            // A centre without examples takes the one that is farthest from its own.
            int[] empty = [.. Enumerable.Range(0, NClusters).Where(centre => counts[centre] == 0)];
            int[] farthest = empty.Length == 0 ? [] : [.. Enumerable.Range(0, examples).OrderByDescending(i => distances[i]).Take(empty.Length)];
            foreach ((int centre, int example) in empty.Zip(farthest))
            {
                TensorPrimitives.Subtract(Row(sums, labels[example]), Row(numbers, example), Row(sums, labels[example]));
                counts[labels[example]]--;
                Row(numbers, example).CopyTo(Row(sums, centre));
                counts[centre] = 1;
            }

            for (int centre = 0; centre < NClusters; centre++)
                TensorPrimitives.Divide(Row(sums, centre), Math.Max(counts[centre], 1), Row(sums, centre));
            return sums;
        }
    }

    /// <summary>The nearest centre of each example, the first of several, and the squared distance from it.</summary>
    private void Nearest(Tensor x, double[] centres, int[] labels, double[] distances)
    {
        (int examples, int features) = (x.Shape[0], x.Shape[1]);
        Tensor all = Tensor.From(centres, [NClusters, features]).Cast(x.DType);
        int size = Math.Max(1, Chunk / NClusters);
        for (int start = 0; start < examples; start += size)
        {
            Tensor some = x.Slice(start, Math.Min(start + size, examples)), squares = Products(some, all);
            squares.ArgMin().Cast(DType.Int32).ToArray<int>().CopyTo(labels, start);
            (squares.Min(-1) + some.Square().Sum(1)).Cast(DType.Float64).ToArray<double>().CopyTo(distances, start);
        }
    }

    /// <summary>The start of k-means++.</summary>
    private Tensor Spread(Tensor x, RandomKey key)
    {
        int examples = x.Shape[0], draws = 2 + (int)Math.Log(NClusters);
        double[] chances = key.Fold(0).Uniform([NClusters, draws], dtype: DType.Float64).ToArray<double>();
        Tensor squares = x.Square().Sum(1);
        List<int> chosen = [Math.Min((int)(chances[0] * examples), examples - 1)];
        double[] nearest = From(chosen);
        for (int centre = 1; centre < NClusters; centre++)
        {
            double[] sums = new double[examples];
            double sum = 0;
            for (int i = 0; i < examples; i++)
                sums[i] = sum += nearest[i];
            int[] candidates = [.. chances.Skip(centre * draws).Take(draws).Select(chance => Array.BinarySearch(sums, chance * sum) is var at && at < 0 ? Math.Min(~at, examples - 1) : at)];
            double[] distances = From(candidates);
            double[][] after = [.. Enumerable.Range(0, draws).Select(draw => Enumerable.Range(0, examples).Select(i => Math.Min(nearest[i], distances[(i * draws) + draw])).ToArray())];
            int best = Enumerable.Range(0, draws).MinBy(draw => TensorPrimitives.Sum<double>(after[draw]));
            chosen.Add(candidates[best]);
            nearest = after[best];
        }

        return x.Gather(Tensor.From([.. chosen]), 0).Cast(DType.Float64);

        // The squared distances from some examples, (examples, some).
        double[] From(IReadOnlyList<int> some) =>
            (Products(x, x.Gather(Tensor.From([.. some]), 0)) + squares.ExpandDims(-1)).Clip(0.0, double.PositiveInfinity).Cast(DType.Float64).ToArray<double>();
    }
}
