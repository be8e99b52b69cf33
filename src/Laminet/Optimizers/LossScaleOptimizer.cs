using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Optimizers;

/// <summary>
/// Scales the loss by the largest factor s that keeps the gradients finite, so that small ones do not become 0 in a narrow type. Each step divides the gradients by the factor,
/// g / s. A step with a gradient that is infinite or NaN changes nothing and halves the factor. After a number of finite steps the factor is doubled. Micikevicius et al.,
/// "Mixed precision training", 2018. Keras: <c>LossScaleOptimizer</c>; PyTorch: <c>amp.GradScaler</c>.
/// </summary>
/// <remarks>In a loop of your own, take the gradients of <see cref="ScaleLoss"/>. Fit's own training step does so itself; a TrainStep of your own must.</remarks>
public sealed class LossScaleOptimizer : Optimizer
{
    private readonly Variable scale;
    private readonly Variable counter = new(Tensor.Scalar(0L), "step_counter", trainable: false);

    /// <summary>Creates the optimizer.</summary>
    /// <param name="innerOptimizer">The optimizer that makes the steps; set clipping, decay and other options on it.</param>
    /// <param name="initialScale">The first factor.</param>
    /// <param name="dynamicGrowthSteps">The number of finite steps after which the factor is doubled.</param>
    public LossScaleOptimizer(Optimizer innerOptimizer, double initialScale = 32768, int dynamicGrowthSteps = 2000) : base(0)
    {
        ArgumentNullException.ThrowIfNull(innerOptimizer);
        if (innerOptimizer is LossScaleOptimizer)
            throw new ArgumentException("Received a LossScaleOptimizer within a LossScaleOptimizer; expected an optimizer that does not scale the loss, such as Adam.", nameof(innerOptimizer));
        InnerOptimizer = innerOptimizer;
        InitialScale = Setting.Require(initialScale, initialScale > 0 && double.IsFinite(initialScale), "above 0, and finite");
        DynamicGrowthSteps = Setting.Require(dynamicGrowthSteps, dynamicGrowthSteps >= 1, "1 or more");
        scale = new Variable(Tensor.Scalar(initialScale), "dynamic_scale", trainable: false);
    }

    public Optimizer InnerOptimizer { get; }
    public double InitialScale { get; }
    public int DynamicGrowthSteps { get; }

    /// <summary>The factor of the loss at the moment.</summary>
    public double Scale => scale.Item<double>();

    internal override bool HasOwnRate => InnerOptimizer.HasOwnRate;

    /// <inheritdoc/>
    public override double LearningRate { get => InnerOptimizer.LearningRate; set => InnerOptimizer.LearningRate = value; }

    /// <inheritdoc/>
    public override long Iterations => InnerOptimizer.Iterations;

    /// <inheritdoc/>
    public override IReadOnlyList<Variable> State => [scale, counter, .. InnerOptimizer.State];

    internal override Tensor IterationsTensor => InnerOptimizer.IterationsTensor;

    internal override IEnumerable<(string Name, Variable Variable)> SharedState => [(scale.Name, scale), (counter.Name, counter), .. InnerOptimizer.SharedState];

    internal override IReadOnlyDictionary<Variable, Variable[]> SlotsByVariable => InnerOptimizer.SlotsByVariable;

    internal override bool HasAverages => InnerOptimizer.HasAverages;

    /// <inheritdoc/>
    protected override IReadOnlyList<(string Name, double Start)> Slots => [];

    /// <inheritdoc/>
    public override Tensor ScaleLoss(Tensor loss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        return loss * scale.Value.Cast(loss.DType);
    }

    internal override void StepIf(IReadOnlyList<(Tensor Gradient, Variable Variable)> trained, Tensor? proceeds)
    {
        RequireNoOptions("of its InnerOptimizer");
        Tensor isFinite = trained.Select(pair => pair.Gradient.IsFinite().All()).Aggregate(Tensor.Scalar(true), (all, one) => all.And(one));
        Tensor inverse = 1 / scale.Value;
        InnerOptimizer.StepIf([.. trained.Select(pair => (pair.Gradient * inverse.Cast(pair.Gradient.DType), pair.Variable))], proceeds is null ? isFinite : proceeds.And(isFinite));
        Tensor counted = counter.Value + 1, grows = counted.Equal(DynamicGrowthSteps);
        Tensor factor = Tensor.Where(isFinite, Tensor.Where(grows, Tensor.Scalar(2.0), Tensor.Scalar(1.0)), Tensor.Scalar(0.5));
        scale.Assign(scale.Value * factor);
        counter.Assign(Tensor.Where(isFinite.And(grows.Not()), counted, Tensor.Scalar(0L)));
    }

    internal override void BuildSlots(Variable variable) => InnerOptimizer.BuildSlots(variable);

    internal override void ResetSlots(Variable variable) => InnerOptimizer.ResetSlots(variable);

    internal override IReadOnlyList<Slot> SlotsOf(Variable variable) => InnerOptimizer.SlotsOf(variable);

    internal override void LearnPaths(IEnumerable<(string Name, Variable Variable)> weights) => InnerOptimizer.LearnPaths(weights);

    internal override void TakeAverages() => InnerOptimizer.TakeAverages();

    internal override void SwapAverages() => InnerOptimizer.SwapAverages();

    internal override ulong MixSettings(ulong hash) => InnerOptimizer.MixSettings(base.MixSettings(hash));

    /// <inheritdoc/>
    protected override void Update(Variable variable, Tensor gradient, IReadOnlyList<Variable> slots, Tensor scalars) =>
        throw new InvalidOperationException("The inner optimizer makes the updates.");
}
