using Laminet.Configuration;
using Laminet.Tensors;
using Laminet.Tensors.Compilation;

namespace Laminet.Zoo.Tasks;

/// <summary>
/// Kohonen's self-organising map: units on a grid in the plane, each with a point m_i in the space of the examples. The unit whose point is nearest to an example wins, and it and its neighbours on the grid move
/// towards the example, so units that are near on the grid come to stand for examples that are alike. The neighbourhood is h_ci = exp(-d(c, i)² / (2 σ²)), d the distance on the grid; σ shrinks from the first
/// radius to the last by the same factor each time.
/// <para>Online rule (<see cref="FitOnline"/>): m_i ← m_i + α h_ci (x - m_i) for one example x after another.
/// Batch rule (<see cref="FitBatch"/>): m_i ← Σ_x h_c(x)i x / Σ_x h_c(x)i, over all examples at once; it has no learning rate.</para>
/// Kohonen: Self-organized formation of topologically correct feature maps, 1982; batch rule: Essentials of the self-organizing map, 2013.
/// </summary>
/// <example><code>
/// SelfOrganizingMap map = new(rows: 12, columns: 16, features: 784);
/// map.Start(x);                                                  // (examples, 784)
/// map.FitBatch(x, epochs: 20, firstRadius: 6, lastRadius: 0.7);
/// Tensor winners = map.BestUnits(x);                             // Int32 (examples,)
/// </code></example>
public sealed class SelfOrganizingMap : IHasState
{
    // Examples that are compared with all units at once.
    private const int Part = 4096;

    private readonly ulong seed;
    private readonly Variable points, sums, counts;
    private readonly Tensor gridSquares;
    private readonly CompiledFunction best, gather, move, follow;

    /// <summary>A map whose units stand at random points of the unit cube. Call <see cref="Start"/> for other data.</summary>
    /// <param name="rows">Rows of units.</param>
    /// <param name="columns">Units in a row.</param>
    /// <param name="features">The numbers of an example.</param>
    /// <param name="grid">How the units lie.</param>
    /// <param name="seed">Names the random numbers of the start, and of the order of examples in <see cref="FitOnline"/>.</param>
    /// <param name="dtype">Float32 or Float64: the type of the examples.</param>
    public SelfOrganizingMap(int rows, int columns, int features, MapGrid grid = MapGrid.Rectangular, ulong seed = 0, DType dtype = DType.Float32)
    {
        Rows = Setting.Require(rows, rows >= 1, "1 or more");
        Columns = Setting.Require(columns, columns >= 1 && rows * (long)columns >= 2, "1 or more, and 2 or more units in all");
        Setting.Require(features, features >= 1, "1 or more");
        Setting.Require(dtype, dtype is DType.Float32 or DType.Float64, "Float32 or Float64");
        (Grid, this.seed) = (grid, seed);
        points = new(new RandomKey(seed).Uniform([Units, features], dtype: dtype), "points");
        sums = new(points.Value.ZerosLike(), "sums", trainable: false);
        counts = new(Tensor.Zeros([Units], dtype), "counts", trainable: false);
        double[] places = new double[2 * Units];
        for (int unit = 0; unit < Units; unit++)
        {
            (int row, int column) = (unit / columns, unit % columns);
            (places[2 * unit], places[(2 * unit) + 1]) = grid == MapGrid.Rectangular ? (column, row) : (column + (row % 2 * 0.5), row * Math.Sqrt(0.75));
        }

        Places = Tensor.From(places, [Units, 2]);
        (Tensor x, Tensor y) = (Places.Slice(0, 1, axis: 1), Places.Slice(1, 2, axis: 1));
        gridSquares = (x - x.Transpose()).Square() + (y - y.Transpose()).Square();
        Tensor squares = gridSquares.Cast(dtype);

        best = Function.Compile(inputs => [Distances(inputs[0]).ArgMin()], "best units");
        gather = Function.Compile(
            inputs =>
            {
                Tensor winners = Distances(inputs[0]).ArgMin();
                sums.Assign(sums.Value + inputs[0].ScatterAdd(winners, Units));
                counts.Assign(counts.Value + Tensor.Ones([inputs[0].Shape[0]], dtype).ScatterAdd(winners, Units));
                return [winners];
            },
            "gather");
        move = Function.Compile(
            inputs =>
            {
                Tensor near = Neighbourhood(squares, inputs[0]), weight = near.MatMul(counts.Value.ExpandDims(-1));
                // A unit that no example reaches stays where it is.
                Tensor isReached = weight.Greater(1e-30);
                Tensor means = near.MatMul(sums.Value) / Tensor.Where(isReached, weight, weight.OnesLike());
                points.Assign(Tensor.Where(isReached, means, points.Value));
                sums.Assign(sums.Value.ZerosLike());
                counts.Assign(counts.Value.ZerosLike());
                return [points.Value];
            },
            "move");
        follow = Function.Compile(
            inputs =>
            {
                (Bundle<Tensor> end, _) = Flow.Scan(
                    (now, entry) =>
                    {
                        Tensor away = entry[0] - now[0], winner = away.Square().Sum(-1).ArgMin();
                        Tensor share = entry[2] * Neighbourhood(squares.Gather(winner), entry[1]);
                        return ((now[0] + (share.ExpandDims(-1) * away)), new Bundle<Tensor>());
                    },
                    points.Value, (inputs[0], inputs[1], inputs[2]));
                points.Assign(end.Only);
                return [end.Only];
            },
            "follow");
    }

    /// <summary>Rows of units.</summary>
    public int Rows { get; }

    /// <summary>Units in a row.</summary>
    public int Columns { get; }

    /// <summary>How many units there are.</summary>
    public int Units => Rows * Columns;

    /// <summary>How the units lie.</summary>
    public MapGrid Grid { get; }

    /// <summary>Where the units lie in the plane, (units, 2): x and y. The units are numbered row by row.</summary>
    public Tensor Places { get; }

    /// <summary>The points of the units in the space of the examples, (units, features). Assign a tensor to start from points of your own.</summary>
    public Variable Points => points;

    IEnumerable<(string Name, Variable Variable)> IHasState.State => [(points.Name, points)];

    /// <summary>Puts each unit on an example, drawn by the seed.</summary>
    /// <param name="x">(examples, features).</param>
    public void Start(Tensor x)
    {
        Require(x);
        Tensor chosen = (new RandomKey(seed).Fold(1).Uniform([Units], dtype: DType.Float64) * x.Shape[0]).Cast(DType.Int32);
        points.Assign(x.Gather(chosen));
    }

    /// <summary>Moves all units by the batch rule, once an epoch.</summary>
    /// <param name="x">(examples, features).</param>
    /// <param name="epochs">How often they move.</param>
    /// <param name="firstRadius">σ in the first epoch, in units of the grid.</param>
    /// <param name="lastRadius">σ in the last epoch.</param>
    public void FitBatch(Tensor x, int epochs, double firstRadius, double lastRadius)
    {
        Require(x);
        Setting.Require(epochs, epochs >= 1, "1 or more");
        Schedule radius = new("radius", firstRadius, lastRadius, epochs);
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            foreach (Tensor part in Parts(x))
                gather.Call(part);
            move.Call(Tensor.Scalar(radius.At(epoch), x.DType));
        }
    }

    /// <summary>Moves the units after each example. In each epoch the examples come in another order.</summary>
    /// <param name="x">(examples, features).</param>
    /// <param name="epochs">How often each example is seen.</param>
    /// <param name="firstRadius">σ at the first example, in units of the grid.</param>
    /// <param name="lastRadius">σ at the last example.</param>
    /// <param name="firstRate">α at the first example.</param>
    /// <param name="lastRate">α at the last example.</param>
    /// <param name="shuffle">Whether the order is random; otherwise it is that of <paramref name="x"/>.</param>
    public void FitOnline(Tensor x, int epochs, double firstRadius, double lastRadius, double firstRate = 0.5, double lastRate = 0.01, bool shuffle = true)
    {
        Require(x);
        Setting.Require(firstRate, firstRate is > 0 and <= 1, "above 0 and at most 1");
        Setting.Require(epochs, epochs >= 1, "1 or more");
        int examples = x.Shape[0];
        Schedule radius = new("radius", firstRadius, lastRadius, epochs * (long)examples), rate = new("rate", firstRate, lastRate, epochs * (long)examples);
        long step = 0;
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            Tensor ordered = shuffle ? x.Gather(new RandomKey(seed).Fold(2).Fold((ulong)epoch).Permutation(examples)) : x;
            foreach (Tensor part in Parts(ordered))
            {
                double[] radii = [.. Enumerable.Range(0, part.Shape[0]).Select(i => radius.At(step + i))], rates = [.. Enumerable.Range(0, part.Shape[0]).Select(i => rate.At(step + i))];
                follow.Call(part, Tensor.From(radii).Cast(x.DType), Tensor.From(rates).Cast(x.DType));
                step += part.Shape[0];
            }
        }
    }

    /// <summary>The number of the unit nearest to each example, Int32 (examples,); of units that are equally near, the first.</summary>
    /// <param name="x">(examples, features).</param>
    public Tensor BestUnits(Tensor x)
    {
        Require(x);
        return Tensor.Concatenate([.. Parts(x).Select(part => best.Call(part)[0])]).Cast(DType.Int32);
    }

    /// <summary>The mean distance |x - m_c(x)| of the examples from their nearest unit's point.</summary>
    /// <param name="x">(examples, features).</param>
    public double QuantizationError(Tensor x)
    {
        Tensor winners = BestUnits(x);
        return Parts(x).Zip(Parts(winners), (part, own) => (part - points.Value.Gather(own)).Norm(-1).Sum().ToDouble()).Sum() / x.Shape[0];
    }

    /// <summary>The share of examples whose nearest and second nearest units are no neighbours on the grid (Kiviluoto: Topology preservation in self-organizing maps, 1996).</summary>
    /// <param name="x">(examples, features).</param>
    /// <param name="diagonals">On a rectangular grid, whether units at a corner are neighbours: 8 of them, or 4. Others' figures are of either kind.</param>
    public double TopographicError(Tensor x, bool diagonals = true)
    {
        Require(x);
        Tensor areApart = AreNeighbours(diagonals).Not().Cast(DType.Float64).Reshape(-1);
        double apart = Parts(x).Sum(part =>
        {
            Tensor two = (-Distances(part)).TopK(2).Indices;
            return areApart.Gather((two.At(0, axis: 1) * Units) + two.At(1, axis: 1)).Sum().ToDouble();
        });
        return apart / x.Shape[0];
    }

    /// <summary>The mean distance of each unit's point from those of its neighbours, (rows, columns): high where the map crosses a gap between clusters (Ultsch's U-matrix, 1990).</summary>
    public Tensor NeighbourDistances()
    {
        Tensor isNear = AreNeighbours(diagonals: true).Cast(points.DType), all = points.Value;
        Tensor[] rows = [.. Enumerable.Range(0, Units).Select(unit => ((all - all.At(unit)).Norm(-1) * isNear.At(unit)).Sum() / isNear.At(unit).Sum())];
        return Tensor.Stack(rows).Reshape([Rows, Columns]);
    }

    private static Tensor Neighbourhood(Tensor squares, Tensor radius) => (squares / (-2 * radius.Square())).Exp();

    private static IEnumerable<Tensor> Parts(Tensor x) =>
        Enumerable.Range(0, (x.Shape[0] + Part - 1) / Part).Select(part => x.Slice(part * Part, Math.Min((part + 1) * Part, x.Shape[0])));

    private Tensor AreNeighbours(bool diagonals) =>
        gridSquares.Less(Grid == MapGrid.Rectangular && diagonals ? 2.5 : 1.5).And(gridSquares.Greater(0));

    // |m|² - 2 x m, the squared distances without |x|², about the units' mean, where numbers lose fewer digits when squared.
    private Tensor Distances(Tensor x)
    {
        Tensor mean = points.Value.Mean(0), about = points.Value - mean;
        return about.Square().Sum(1) - (2 * (x - mean).MatMul(about, transposeOther: true));
    }

    private void Require(Tensor x)
    {
        if (x.Rank != 2 || x.Shape[0] == 0 || x.Shape[1] != points.Shape[1])
            throw new ShapeException($"{nameof(SelfOrganizingMap)}: received examples of shape {x.Shape}; expected (examples, {points.Shape[1]}), at least one. Flatten images: x.Reshape([x.Shape[0], -1]).");
        if (x.DType != points.DType)
            throw new DTypeException($"{nameof(SelfOrganizingMap)}: received examples of {x.DType}; the map is of {points.DType}. Cast them, or give the map their type.");
        if (!x.IsFinite().All().Item<bool>())
            throw new ArgumentException($"{nameof(SelfOrganizingMap)}: the examples hold NaN or infinity; expected finite numbers. Leave those examples out.", nameof(x));
    }

    /// <summary>From the first number to the last by equal factors.</summary>
    private sealed class Schedule(string what, double first, double last, long steps)
    {
        private readonly double first = Setting.Require(first, first > 0 && double.IsFinite(first), "a number above 0", $"the first {what}");
        private readonly double last = Setting.Require(last, last > 0 && last <= first, $"above 0 and at most the first {what}", $"the last {what}");

        public double At(long step) => steps == 1 ? last : first * Math.Pow(last / first, (double)step / (steps - 1));
    }
}
