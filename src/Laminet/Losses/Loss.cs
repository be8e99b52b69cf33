using System.Text.Json.Nodes;
using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Losses;

/// <summary>
/// A loss: a number that training minimizes and that measures how far predictions are from targets. For your own loss, derive a class and
/// override <see cref="PerExample"/>.
/// </summary>
/// <param name="reduction">How the losses of a batch are reduced.</param>
/// <param name="name">The name shown in logs.</param>
public abstract class Loss(LossReduction reduction, string name) : IConfigurable
{
    /// <summary>The losses that model files and strings may name.</summary>
    public static ClassRegistry<Loss> Registry { get; } = CreateRegistry();

    /// <summary>How the losses of a batch are reduced.</summary>
    public LossReduction Reduction { get; } = reduction;

    /// <summary>The name shown in logs.</summary>
    public string Name { get; } = name;

    /// <summary>Creates a loss by its name, as in <c>Loss loss = "mse"</c>.</summary>
    /// <exception cref="ArgumentException">There is no loss of that name; the message lists those that exist.</exception>
    public static implicit operator Loss(string name) => Registry.Create(name);

    /// <summary>
    /// Computes the loss of a batch: a scalar, or with <see cref="LossReduction.None"/> one number per example. A weighted loss is
    /// sum(w l) / n, where n is the number of losses, not the sum of weights. An element of weight 0 is left out: its loss and the gradient by its
    /// prediction are 0, even if its target or prediction is NaN.
    /// </summary>
    /// <param name="yTrue">The targets: the predictions' shape, or for sparse losses class numbers without the last axis.</param>
    /// <param name="yPred">The predictions; Float32 or Float64.</param>
    /// <param name="sampleWeight">One weight, one per example, or one per loss; null for 1.</param>
    /// <param name="mask">Which losses count: Bool, of the losses' shape or its outer axes; null for all. The mean is over the losses that count.</param>
    /// <exception cref="ShapeException">Targets, or weights, do not fit the predictions; nothing is broadcast.</exception>
    /// <exception cref="DTypeException">The predictions are not floating-point numbers.</exception>
    public Tensor Call(Tensor yTrue, Tensor yPred, Tensor? sampleWeight = null, Tensor? mask = null)
    {
        ArgumentNullException.ThrowIfNull(yTrue);
        ArgumentNullException.ThrowIfNull(yPred);
        // What counts for nothing may be anything, also a label that names no class.
        if (sampleWeight is not null)
            (yTrue, yPred) = LeftOut.Of(yTrue, yPred, sampleWeight);
        if (mask is not null)
            (yTrue, yPred) = LeftOut.Of(yTrue, yPred, mask);
        Tensor losses = Each(yTrue, yPred);
        if (sampleWeight is not null)
            losses *= Spread(sampleWeight.Cast(losses.DType), losses.Shape, "sample weights", "weight");
        if (mask is not null)
        {
            Tensor counts = Spread(mask, losses.Shape, "a mask", "truth value").BroadcastTo(losses.Shape);
            losses = Tensor.Where(counts, losses, Tensor.Scalar(0, losses.DType));
            if (Reduction == LossReduction.SumOverBatchSize)
                return losses.Sum() / counts.Cast(losses.DType).Sum().Maximum(Tensor.Scalar(1, losses.DType));
        }

        return Reduction switch
        {
            LossReduction.None => losses,
            LossReduction.Sum => losses.Sum(),
            _ => losses.Mean(),
        };
    }

    /// <inheritdoc/>
    public virtual JsonObject GetConfig() => Registry.AddSettings(this, []);

    /// <summary>The usual shape and type of the targets for predictions of a given shape and type. A plan without data assumes these.</summary>
    internal virtual TensorSpec TargetsFor(TensorSpec predictions) => predictions;

    /// <summary>The loss of each example, after all checks and before weights and reduction.</summary>
    internal Tensor Each(Tensor yTrue, Tensor yPred)
    {
        ArgumentNullException.ThrowIfNull(yTrue);
        ArgumentNullException.ThrowIfNull(yPred);
        return yPred.DType.IsFloat()
            ? PerExample(Align(yTrue, yPred), yPred)
            : throw new DTypeException($"{GetType().Name}: received predictions of {yPred.Spec}; expected Float32 or Float64. Cast them.");
    }

    /// <summary>Computes the loss of each example. The result has the shape of the predictions, usually without the last axis.</summary>
    /// <param name="yTrue">The targets as <see cref="Align"/> returned them.</param>
    /// <param name="yPred">The predictions.</param>
    protected abstract Tensor PerExample(Tensor yTrue, Tensor yPred);

    /// <summary>
    /// Checks and converts the targets for <see cref="PerExample"/>. By default they must have the predictions' shape and are cast to their type.
    /// </summary>
    /// <exception cref="ShapeException">The targets do not fit the predictions.</exception>
    protected virtual Tensor Align(Tensor yTrue, Tensor yPred) => Targets.SameShape(GetType().Name, yTrue, yPred);

    /// <summary>The mean over the last axis. A vector of predictions is n examples of one number each and is returned unchanged.</summary>
    protected static Tensor MeanOfLastAxis(Tensor values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return values.Rank > 1 ? values.Mean(-1) : values;
    }

    // With an axis of length 1 for each inner axis of the losses, so that it is broadcast along them.
    private Tensor Spread(Tensor weights, Shape losses, string what, string one)
    {
        Shape outer = Targets.OuterAxes(GetType().Name, weights.Shape, losses, what, one);
        return weights.Reshape([.. outer, .. Enumerable.Repeat(1, losses.Rank - outer.Rank)]);
    }

    // A method and not a static field's initialiser, so that the registry is complete before other code can see it.
    private static ClassRegistry<Loss> CreateRegistry()
    {
        ClassRegistry<Loss> registry = new("loss");
        registry.RegisterBuiltIn<MeanSquaredError>("mse", "mean_squared_error");
        registry.RegisterBuiltIn<MeanAbsoluteError>("mae", "mean_absolute_error");
        registry.RegisterBuiltIn<Huber>("huber");
        registry.RegisterBuiltIn<Poisson>("poisson");
        registry.RegisterBuiltIn<BinaryCrossentropy>("bce", "binary_crossentropy");
        registry.RegisterBuiltIn<CategoricalCrossentropy>("categorical_crossentropy");
        registry.RegisterBuiltIn<SparseCategoricalCrossentropy>("sparse_categorical_crossentropy");
        return registry;
    }
}
