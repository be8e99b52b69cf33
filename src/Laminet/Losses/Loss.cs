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
    /// sum(w l) / n, where n is the number of losses, not the sum of weights (<see cref="LossReduction"/>). An element of weight 0 is left out: its loss and the gradient by its
    /// prediction are 0, even if its target or prediction is NaN.
    /// </summary>
    /// <param name="yTrue">The targets: the predictions' shape, or for sparse losses class numbers without the last axis.</param>
    /// <param name="yPred">The predictions; Float32 or Float64.</param>
    /// <param name="sampleWeight">One weight, one per example, or one per loss; null for 1.</param>
    /// <param name="mask">Which losses count: Bool, of the losses' shape or its outer axes; null for all. The mean is over the losses that count.</param>
    /// <exception cref="ShapeException">Targets, or weights, do not fit the predictions; nothing is broadcast.</exception>
    /// <exception cref="DTypeException">The predictions are not floating-point numbers.</exception>
    public Tensor Call(Tensor yTrue, Tensor yPred, Tensor? sampleWeight = null, Tensor? mask = null) => Measure(yTrue, yPred, sampleWeight, mask).Value;

    /// <summary>The loss of a batch, and what its sum was divided by: how many losses count, or the sum of their weights; null for a sum and for losses that are not reduced.</summary>
    internal (Tensor Value, Tensor? Divisor) Measure(Tensor yTrue, Tensor yPred, Tensor? sampleWeight, Tensor? mask)
    {
        ArgumentNullException.ThrowIfNull(yTrue);
        ArgumentNullException.ThrowIfNull(yPred);
        (yTrue, yPred) = Arranged(yTrue, yPred);
        if (mask is not null && TakesMask)
            (yPred, mask) = (Masked(yPred, mask), null);
        // What counts for nothing may be anything, also a label that names no class.
        if (sampleWeight is not null && LeavesOut(yPred.Shape))
            (yTrue, yPred) = LeftOut.Of(yTrue, yPred, sampleWeight);
        if (mask is not null && LeavesOut(yPred.Shape))
            (yTrue, yPred) = LeftOut.Of(yTrue, yPred, mask);
        (Tensor losses, Tensor? counts) = EachArranged(yTrue, yPred);
        Tensor? weights = sampleWeight is null ? null : Spread(sampleWeight.Cast(losses.DType), losses.Shape, "sample weights", "weight");
        if (mask is not null)
        {
            Tensor spread = Spread(mask, losses.Shape, "a mask", "truth value").BroadcastTo(losses.Shape);
            counts = counts is null ? spread : counts.And(spread);
        }

        return Reduced(losses, weights, counts);
    }

    /// <inheritdoc/>
    public virtual JsonObject GetConfig() => Registry.AddSettings(this, []);

    /// <summary>The usual shape and type of the targets for predictions of a given shape and type. A plan without data assumes these.</summary>
    public virtual TensorSpec TargetsFor(TensorSpec predictions) => predictions;

    /// <summary>The axis along which the classes or numbers of one example lie. It is moved to the end before anything else sees it.</summary>
    internal virtual int LastAxis => -1;

    /// <summary>Whether the loss of a batch can be computed from parts of it: each example counts alike, whatever the others are.</summary>
    internal bool IsSumOfExamples => CountsExamplesAlike && Reduction != LossReduction.MeanWithSampleWeight;

    /// <summary>Whether each example counts alike in the mean, whatever the others are.</summary>
    internal virtual bool CountsExamplesAlike => true;

    /// <summary>Whether the loss understands a mask of time steps itself: <see cref="Masked"/>.</summary>
    internal virtual bool TakesMask => false;

    /// <summary>Whether an example of weight 0 can be replaced by harmless numbers: no other example's loss may depend on it.</summary>
    internal virtual bool LeavesOut(Shape predictions) => true;

    /// <summary>Predictions from which the masked steps are taken out.</summary>
    internal virtual Tensor Masked(Tensor yPred, Tensor mask) => yPred;

    /// <summary>Which losses count, by the targets; null for all.</summary>
    internal virtual Tensor? Counting(Tensor yTrue, Tensor yPred) => null;

    /// <summary>The loss of each example, after all checks and before weights and reduction, and which of them count; null for all.</summary>
    internal (Tensor Losses, Tensor? Counts) Each(Tensor yTrue, Tensor yPred)
    {
        ArgumentNullException.ThrowIfNull(yTrue);
        ArgumentNullException.ThrowIfNull(yPred);
        (yTrue, yPred) = Arranged(yTrue, yPred);
        return EachArranged(yTrue, yPred);
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

    private (Tensor Targets, Tensor Predictions) Arranged(Tensor yTrue, Tensor yPred) =>
        (Targets.WithLast(yTrue, LastAxis, yPred.Rank), Targets.WithLast(yPred, LastAxis, yPred.Rank));

    private (Tensor Losses, Tensor? Counts) EachArranged(Tensor yTrue, Tensor yPred)
    {
        if (!yPred.DType.IsFloat())
            throw new DTypeException($"{GetType().Name}: received predictions of {yPred.Spec}; expected Float32 or Float64. Cast them.");
        if (Counting(yTrue, yPred) is not { } counts)
            return (PerExample(Align(yTrue, yPred), yPred), null);
        if (LeavesOut(yPred.Shape))
            (yTrue, yPred) = LeftOut.Of(yTrue, yPred, counts);
        return (PerExample(Align(yTrue, yPred), yPred), counts);
    }

    private (Tensor Value, Tensor? Divisor) Reduced(Tensor losses, Tensor? weights, Tensor? counts)
    {
        if (weights is not null)
            losses *= weights;
        if (counts is not null)
            losses = Tensor.Where(counts, losses, Tensor.Scalar(0, losses.DType));
        switch (Reduction)
        {
            case LossReduction.None:
                return (losses, null);
            case LossReduction.Sum:
                return (losses.Sum(), null);
            case LossReduction.MeanWithSampleWeight when weights is not null:
                Tensor counted = weights.BroadcastTo(losses.Shape);
                Tensor all = (counts is null ? counted : Tensor.Where(counts, counted, Tensor.Scalar(0, losses.DType))).Sum(), isNothing = all.Equal(0);
                // The divisor is replaced as well as the result: 0/0 in what is not chosen would make the gradient NaN.
                return (Tensor.Where(isNothing, Tensor.Scalar(0, losses.DType), losses.Sum() / Tensor.Where(isNothing, Tensor.Scalar(1, losses.DType), all)), all);
            default:
                if (counts is null)
                    return (losses.Mean(), Tensor.Scalar(losses.Length, losses.DType));
                Tensor count = counts.Cast(losses.DType).Sum();
                return (losses.Sum() / count.Maximum(Tensor.Scalar(1, losses.DType)), count);
        }
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
        registry.RegisterBuiltIn<MeanAbsolutePercentageError>("mape", "mean_absolute_percentage_error");
        registry.RegisterBuiltIn<MeanSquaredLogarithmicError>("msle", "mean_squared_logarithmic_error");
        registry.RegisterBuiltIn<Huber>("huber");
        registry.RegisterBuiltIn<LogCosh>("log_cosh");
        registry.RegisterBuiltIn<CosineSimilarity>("cosine_similarity");
        registry.RegisterBuiltIn<Poisson>("poisson");
        registry.RegisterBuiltIn<GaussianNLL>("gaussian_nll");
        registry.RegisterBuiltIn<KLDivergence>("kld", "kl_divergence", "kullback_leibler_divergence");
        registry.RegisterBuiltIn<Hinge>("hinge");
        registry.RegisterBuiltIn<SquaredHinge>("squared_hinge");
        registry.RegisterBuiltIn<CategoricalHinge>("categorical_hinge");
        registry.RegisterBuiltIn<BinaryCrossentropy>("bce", "binary_crossentropy");
        registry.RegisterBuiltIn<BinaryFocalCrossentropy>("binary_focal_crossentropy");
        registry.RegisterBuiltIn<CategoricalCrossentropy>("categorical_crossentropy");
        registry.RegisterBuiltIn<CategoricalFocalCrossentropy>("categorical_focal_crossentropy");
        registry.RegisterBuiltIn<CategoricalGeneralizedCrossEntropy>("categorical_generalized_cross_entropy");
        registry.RegisterBuiltIn<SparseCategoricalCrossentropy>("sparse_categorical_crossentropy");
        registry.RegisterBuiltIn<Dice>("dice");
        registry.RegisterBuiltIn<GeneralizedIoU>("generalized_iou");
        registry.RegisterBuiltIn<Tversky>("tversky");
        registry.RegisterBuiltIn<Circle>("circle");
        registry.RegisterBuiltIn<CosineEmbedding>("cosine_embedding");
        registry.RegisterBuiltIn<TripletMargin>("triplet_margin");
        registry.RegisterBuiltIn<CTC>("ctc");
        return registry;
    }
}
