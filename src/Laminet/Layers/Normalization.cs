using System.Globalization;
using Laminet.Data;
using Laminet.Initializers;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// Shifts and scales features to mean 0 and variance 1 over a data set: y = (x - mean) / max(sqrt(variance), 1e-7). <see cref="Adapt(Dataset)"/> measures mean and variance
/// once, before training; they are saved with the model and training does not change them. Or give both. Keras: <c>Normalization</c>.
/// </summary>
/// <example><code>
/// Normalization normalization = new();
/// normalization.Adapt(x);
/// Sequential model = new(normalization, new Dense(1));
/// </code></example>
/// <param name="axis">The axes that have a mean and a variance of their own for each position; the last by default, each feature or channel. Empty for one mean of everything.</param>
/// <param name="mean">The means in order, or one for all; null to measure them.</param>
/// <param name="variance">The variances, likewise.</param>
/// <param name="invert">Whether to compute the inverse, y = x max(sqrt(variance), 1e-7) + mean: back to a data set's units.</param>
public sealed class Normalization(IReadOnlyList<int>? axis = null, IReadOnlyList<double>? mean = null, IReadOnlyList<double>? variance = null, bool invert = false) : Layer
{
    private const double LeastDeviation = 1e-7;
    private const int RowsAtATime = 4096;

    private Variable? measuredMean, measuredVariance;

    public IReadOnlyList<int> Axis { get; } = axis ?? [-1];
    public IReadOnlyList<double>? Mean { get; } = (mean is null) == (variance is null)
        ? mean
        : throw new ArgumentException("Received only one of mean and variance; expected both, or neither and a call of Adapt.", mean is null ? nameof(mean) : nameof(variance));
    public IReadOnlyList<double>? Variance { get; } = variance;
    public bool Invert { get; } = invert;
    protected override bool SupportsMasking => true;

    /// <summary>Measures the mean and the variance of a tensor of examples, and forgets those measured before.</summary>
    /// <param name="data">The examples along the first axis.</param>
    /// <exception cref="InvalidOperationException">Mean and variance were given to the constructor.</exception>
    /// <exception cref="ArgumentException">There are no examples.</exception>
    public void Adapt(Tensor data)
    {
        ArgumentNullException.ThrowIfNull(data);
        Adapt(Dataset.FromTensors(data).Batch(RowsAtATime));
    }

    /// <summary>Measures the mean and the variance of a data set's inputs, one batch after the other, in Float64, and forgets those measured before.</summary>
    /// <param name="data">Batches of one input.</param>
    /// <exception cref="InvalidOperationException">Mean and variance were given to the constructor.</exception>
    /// <exception cref="ArgumentException">There are no examples, or there is no end of them.</exception>
    /// <exception cref="ShapeException">The examples do not fit the layer's input.</exception>
    public void Adapt(Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (Mean is not null)
            throw new InvalidOperationException($"Layer {Label}: Adapt was called, but its mean and variance were given to the constructor. Leave them out to measure them.");
        data.RequireEnd("Adapt");
        (double count, Tensor mean, Tensor squares) = (0, Tensor.Scalar(0, DType.Float64), Tensor.Scalar(0, DType.Float64));
        foreach (Batch batch in data.Batches())
        {
            Tensor x = batch.X;
            EnsureDeclared(new TensorSpec(x.Shape, DType));
            int[] kept = KeptAxes(x.Shape), reduced = [.. Enumerable.Range(0, x.Rank).Except(kept)];
            Shape shape = Kept(x.Shape);
            if (shape != measuredMean!.Shape)
                throw new ShapeException($"Layer {Label}: Adapt received examples of shape {x.Shape}, {shape} along its axes; the layer was built for {measuredMean.Shape}.");
            // Two groups' moments give those of their union (Chan, Golub and LeVeque 1979): no sum of squares loses digits to a large mean.
            Tensor wide = x.Cast(DType.Float64), here = wide.Mean(reduced, keepDims: true), apart = here.Reshape(shape) - mean;
            double added = reduced.Aggregate(1.0, (product, one) => product * x.Shape[one]), all = count + added;
            squares = squares + (wide - here).Square().Sum(reduced) + (apart.Square() * (count * added / all));
            mean += apart * (added / all);
            count = all;
        }

        if (count == 0)
            throw new ArgumentException($"Layer {Label}: Adapt received a data set without examples.", nameof(data));
        measuredMean!.Assign(mean.Cast(DType));
        measuredVariance!.Assign((squares / count).Cast(DType));
    }

    protected override void Build(Shape input)
    {
        Shape shape = Kept(input);
        if (Mean is null)
        {
            measuredMean = AddWeight("mean", shape, new Measured(this), trainable: false);
            measuredVariance = AddWeight("variance", shape, new Measured(this), trainable: false);
            return;
        }

        Require(Mean, "mean");
        Require(Variance!, "variance");

        void Require(IReadOnlyList<double> numbers, string name)
        {
            if (numbers.Count != 1 && numbers.Count != shape.ElementCount)
                throw new ShapeException(string.Create(CultureInfo.InvariantCulture, $"received {numbers.Count} numbers as {name} for an input of shape {input}; expected 1 or {shape.ElementCount}."));
        }
    }

    protected override Tensor Forward(Tensor input, CallContext context)
    {
        int[] kept = KeptAxes(input.Shape);
        Shape shape = [.. Enumerable.Range(0, input.Rank).Select(place => kept.Contains(place) ? input.Shape[place] : 1)];
        Tensor mean = Spread(measuredMean, Mean), deviation = Spread(measuredVariance, Variance).Sqrt().Clip(LeastDeviation, double.PositiveInfinity), x = input.Cast(DType);
        return Invert ? (x * deviation) + mean : (x - mean) / deviation;

        Tensor Spread(Variable? measured, IReadOnlyList<double>? given) =>
            measured is not null ? measured.Value.Reshape(shape) : Tensor.From([.. given!], given!.Count == 1 ? [] : shape).Cast(DType);
    }

    private Shape Kept(Shape input) => [.. KeptAxes(input).Select(place => input[place])];

    private int[] KeptAxes(Shape input)
    {
        int[] kept = [.. Axis.Select(place => input.Axis(place)).Order()];
        return kept.Length == 0 || kept[0] > 0
            ? kept
            : throw new ShapeException($"received the axes [{string.Join(", ", Axis)}] for an input of shape {input}; axis 0 is the batch, over which mean and variance are taken.");
    }

    // These weights are measured by Adapt and not drawn. If Adapt was not called, the first use of the numbers raises the error.
    private sealed class Measured(Layer layer) : Initializer
    {
        public override Tensor Call(Shape shape, RandomKey key, DType dtype = DType.Float32) => throw new InvalidOperationException(
            $"Layer {layer.Label} has no mean and variance yet. Call its Adapt on the training data before the model is used, or give the constructor mean and variance.");
    }
}
