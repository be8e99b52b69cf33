using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Estimators;

/// <summary>
/// A support vector machine that classifies. For two classes, y = ±1: the least ½|w|² + C Σ max(0, 1 - y (w φ(x) + b)), with φ given by a kernel K(a, b) = φ(a) φ(b); it has one optimum, whatever the order of
/// the examples. Decisions are Σ β_s K(x_s, x) + b over the support vectors x_s. Several classes: a machine for each pair, and each gives a vote; of equal votes the smaller class wins.
/// Settings, predictions and decisions are those of scikit-learn's <c>SVC</c>. The solver is sequential minimal optimisation with second-order choice of pairs; kernel rows come from matrix products and are
/// kept up to <see cref="CacheSize"/>. The time grows with a power of the number of examples between 1 and 2; where that is too long, take <see cref="LinearSVC"/>.
/// Boser, Guyon, Vapnik: A training algorithm for optimal margin classifiers, 1992; Cortes, Vapnik: Support-vector networks, 1995; Platt, 1998; Fan, Chen, Lin, 2005; Chang, Lin: LIBSVM, 2011.
/// </summary>
/// <example><code>
/// SVC machine = new() { C = 10 };
/// machine.Fit(x, y);                       // (examples, features), (examples,)
/// Console.WriteLine($"{machine.Support!.Length} support vectors, accuracy {machine.Score(newX, newY)}");
/// </code></example>
public sealed class SVC : Estimator
{
    // Kernel values of so many at once: 64 MB.
    private const int Chunk = 1 << 24;

    private ClassLabels? labels;
    private List<PairSolution> pairs = [];

    // Of the fit: settings may be changed after it.
    private KernelFunction? kernel;

    /// <summary>What a violated margin costs, C; 1 by default. The greater, the fewer violations, and the less even the boundary.</summary>
    public double C { get; set => field = Setting.Require(value, value > 0 && double.IsFinite(value), "above 0", nameof(C)); } = 1;

    /// <summary>The kernel; <see cref="Kernel.Rbf"/> by default.</summary>
    public Kernel Kernel { get; set; } = Kernel.Rbf;

    /// <summary>The kernel's γ; null for that of <see cref="GammaRule"/>.</summary>
    public double? Gamma { get; set => field = Setting.Require(value, value is null or (> 0 and < double.PositiveInfinity), "above 0, or null", nameof(Gamma)); }

    /// <summary>Where <see cref="Gamma"/> is null, how it follows from the data; <see cref="GammaRule.Scale"/> by default.</summary>
    public GammaRule GammaRule { get; set; } = GammaRule.Scale;

    /// <summary>The degree of <see cref="Kernel.Poly"/>; 3 by default.</summary>
    public int Degree { get; set => field = Setting.Require(value, value >= 1, "1 or more", nameof(Degree)); } = 3;

    /// <summary>What <see cref="Kernel.Poly"/> adds to the product; 0 by default.</summary>
    public double Coef0 { get; set => field = Setting.Require(value, double.IsFinite(value), "a finite number", nameof(Coef0)); }

    /// <summary>The solver ends where no two slopes that should be equal differ by more; 1e-3 by default.</summary>
    public double Tol { get; set => field = Setting.Require(value, value > 0 && double.IsFinite(value), "above 0", nameof(Tol)); } = 1e-3;

    /// <summary>The greatest number of the solver's steps for a pair of classes; null, the default, for no limit.</summary>
    public int? MaxIter { get; set => field = Setting.Require(value, value is null or >= 1, "1 or more, or null", nameof(MaxIter)); }

    /// <summary>How many megabytes of kernel rows are kept; 200 by default.</summary>
    public double CacheSize { get; set => field = Setting.Require(value, value > 0 && double.IsFinite(value), "above 0", nameof(CacheSize)); } = 200;

    /// <summary>The classes, ascending, in the type of the targets.</summary>
    public Tensor? Classes => labels?.Classes;

    /// <summary>Which examples are support vectors, Int32, ascending.</summary>
    public Tensor? Support { get; private set; }

    /// <summary>These examples, (support vectors, features).</summary>
    public Tensor? SupportVectors { get; private set; }

    /// <summary>The β of each pair of classes, Float64 (pairs, support vectors), in the order of <see cref="Pairs"/>: above 0 for the pair's greater class; 0 for examples of other classes.</summary>
    public Tensor? DualCoef { get; private set; }

    /// <summary>The b of each pair of classes, Float64 (pairs,).</summary>
    public Tensor? Intercept { get; private set; }

    /// <summary>The γ of the fit; 1 for a linear kernel, which has none. Null before.</summary>
    public double? UsedGamma => kernel?.Gamma;

    /// <summary>What the solver found for each pair of classes: of 0 and 1, 0 and 2, ..., 1 and 2, ...</summary>
    public IReadOnlyList<PairSolution> Pairs => pairs;

    /// <inheritdoc/>
    public override bool IsClassifier => true;

    /// <inheritdoc/>
    /// <exception cref="OperationCanceledException">It was cancelled: half a solution is none, and what was learned before is kept.</exception>
    public override void Fit(Tensor x, Tensor y, CancellationToken cancellation = default)
    {
        ClassLabels found = ClassLabels.OfOne(nameof(SVC), x, y);
        List<PairSolution> solutions = [];
        Tensor exact = x.Cast(DType.Float64);
        KernelFunction used = new(Kernel, Kernel == Kernel.Linear ? 1 : Gamma ?? Ruled(exact), Degree, Coef0);
        Tensor near = used.About(x, exact.Mean(0));
        Examples.RequireSquares(nameof(SVC), near);
        double[] numbers = y.Cast(DType.Float64).ToArray<double>(), classes = found.Classes.Cast(DType.Float64).ToArray<double>(), biases = new double[classes.Length * (classes.Length - 1) / 2];
        double[,] coefficients = new double[biases.Length, numbers.Length];
        for (int first = 0; first < classes.Length; first++)
        {
            for (int second = first + 1; second < classes.Length; second++)
            {
                int pair = solutions.Count;
                int[] places = [.. Enumerable.Range(0, numbers.Length).Where(i => numbers[i] == classes[first] || numbers[i] == classes[second])];
                Tensor own = classes.Length == 2 ? near : Examples.At(near, places);
                double[] signs = [.. places.Select(place => numbers[place] == classes[second] ? 1.0 : -1)];
                SequentialMinimalOptimization.Solution solution =
                    SequentialMinimalOptimization.Solve(new KernelRows(used, own, CacheSize), used.OfItself(own), signs, C, Tol, MaxIter ?? int.MaxValue, cancellation);
                biases[pair] = solution.Bias;
                foreach ((int i, int place) in places.Index())
                    coefficients[pair, place] = solution.Coefficients[i];
                solutions.Add(new PairSolution(classes[first], classes[second], solution.Steps, solution.Objective, solution.DualityGap));
            }
        }

        Fitted(x);
        (labels, pairs, kernel) = (found, solutions, used);
        Support = Tensor.From([.. Enumerable.Range(0, numbers.Length).Where(i => Enumerable.Range(0, biases.Length).Any(pair => coefficients[pair, i] != 0))]);
        SupportVectors = x.Gather(Support, 0);
        DualCoef = Tensor.From(coefficients).Gather(Support, 1);
        Intercept = Tensor.From(biases);
    }

    /// <summary>
    /// For two classes (examples,), above 0 for the greater one. Else (examples, classes): the votes of each, and less than half a vote more or less for how sure they are, as scikit-learn's <c>ovr</c>.
    /// </summary>
    /// <param name="x">(examples, features).</param>
    public Tensor DecisionFunction(Tensor x)
    {
        Tensor decisions = Decisions(x);
        if (labels!.Count == 2)
            return decisions.Squeeze(1);
        (Tensor smaller, Tensor greater) = Sides(x.DType);
        Tensor confidence = decisions.MatMul(greater - smaller);
        return Votes(decisions) + (confidence / (3 * (confidence.Abs() + 1)));
    }

    /// <inheritdoc/>
    public override Tensor Predict(Tensor x)
    {
        Tensor decisions = Decisions(x);
        return labels!.DecodeSigned(labels.Count == 2 ? decisions.Squeeze(1) : Votes(decisions));
    }

    /// <inheritdoc/>
    public override double Score(Tensor x, Tensor y) => Scores.Accuracy(y, Predict(x));

    /// <inheritdoc/>
    protected internal override IReadOnlyDictionary<string, Tensor> GetState() => new Dictionary<string, Tensor>
    {
        ["support"] = Support!,
        ["support_vectors"] = SupportVectors!,
        ["dual_coef"] = DualCoef!,
        ["intercept"] = Intercept!,
        ["kernel"] = Tensor.From((double)kernel!.Kernel, kernel.Gamma, kernel.Degree, kernel.Coef0),
        ["classes"] = Classes!,
        ["pairs"] = Tensor.From([.. pairs.SelectMany(pair => (double[])[pair.Smaller, pair.Greater, pair.Steps, pair.Objective, pair.DualityGap])], [pairs.Count, 5]),
    };

    /// <inheritdoc/>
    protected internal override void SetState(IReadOnlyDictionary<string, Tensor> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        (Support, SupportVectors, DualCoef, Intercept) = (state["support"], state["support_vectors"], state["dual_coef"], state["intercept"]);
        double[] numbers = state["kernel"].ToArray<double>();
        kernel = new KernelFunction((Kernel)numbers[0], numbers[1], (int)numbers[2], numbers[3]);
        labels = ClassLabels.From(state["classes"], false);
        pairs = [.. state["pairs"].ToArray<double>().Chunk(5).Select(row => new PairSolution(row[0], row[1], (int)row[2], row[3], row[4]))];
    }

    // Σ β K + b of each pair, (examples, pairs).
    private Tensor Decisions(Tensor x)
    {
        RequireFitted();
        Tensor middle = SupportVectors!.Cast(DType.Float64).Sum(0) / Math.Max(1, SupportVectors.Shape[0]);
        Tensor known = kernel!.About(Applying(x), middle), vectors = kernel.About(SupportVectors.Cast(x.DType), middle), coefficients = DualCoef!.Cast(x.DType), biases = Intercept!.Cast(x.DType);
        int examples = x.Shape[0], size = Math.Max(1, Chunk / Math.Max(1, vectors.Shape[0]));
        return Tensor.Concatenate(
            [.. Enumerable.Range(0, (examples + size - 1) / size).Select(part => kernel.Of(known.Slice(part * size, Math.Min((part + 1) * size, examples)), vectors).MatMul(coefficients, transposeOther: true) + biases)], 0);
    }

    private Tensor Votes(Tensor decisions)
    {
        (Tensor smaller, Tensor greater) = Sides(decisions.DType);
        Tensor ofGreater = decisions.Greater(0).Cast(decisions.DType);
        return ofGreater.MatMul(greater) + (1 - ofGreater).MatMul(smaller);
    }

    // Which class is a pair's smaller and greater one: 0 and 1, (pairs, classes).
    private (Tensor Smaller, Tensor Greater) Sides(DType type)
    {
        int count = labels!.Count;
        (int First, int Second)[] all = [.. Enumerable.Range(0, count).SelectMany(first => Enumerable.Range(first + 1, count - first - 1).Select(second => (first, second)))];
        return (Tensor.From([.. all.Select(pair => pair.First)]).OneHot(count).Cast(type), Tensor.From([.. all.Select(pair => pair.Second)]).OneHot(count).Cast(type));
    }

    private double Ruled(Tensor x)
    {
        double variance = GammaRule == GammaRule.Auto ? 1 : x.Variance().ToDouble();
        return variance > 0 ? 1 / (x.Shape[1] * variance) : 1;
    }
}
