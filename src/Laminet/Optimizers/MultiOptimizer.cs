using Laminet.Tensors;

namespace Laminet.Optimizers;

/// <summary>
/// Trains some variables with one optimizer and others with another. Each has its own learning rate, schedule, clipping and decay. Keras: <c>MultiOptimizer</c>.
/// </summary>
/// <remarks>
/// A variable's path is its name in the model, as in <c>encoder/dense/kernel</c>; in a loop of your own, where there is no model, it is the name of the variable. If only the size of the steps or the decay differs, one optimizer with
/// <see cref="Optimizer.SetGroup"/> is simpler.
/// </remarks>
/// <param name="optimizerMap">Which optimizer trains which variables.</param>
/// <example><code>
/// Optimizer optimizer = new MultiOptimizer(new OptimizerMap(new Adam(1e-3)) { ["encoder/.*"] = new Adam(1e-5) });
/// </code></example>
public sealed class MultiOptimizer(OptimizerMap optimizerMap) : Optimizer(0)
{
    // Kept, since settings are mixed before every step: a later entry of the map does not count.
    private Optimizer[]? optimizers;

    public OptimizerMap OptimizerMap { get; } = optimizerMap ?? throw new ArgumentNullException(nameof(optimizerMap));

    /// <summary>All optimizers, each once: the default one first.</summary>
    public IReadOnlyList<Optimizer> Optimizers => optimizers ??= [.. OptimizerMap.Optimizers];

    internal override bool HasOwnRate => false;

    /// <summary>The learning rate of the default optimizer.</summary>
    /// <exception cref="InvalidOperationException">It is set: which optimizer is meant is not known.</exception>
    public override double LearningRate
    {
        get => OptimizerMap.DefaultOptimizer.LearningRate;
        set => throw new InvalidOperationException("Received a learning rate for a MultiOptimizer, whose optimizers have one each. Set it on one of its Optimizers.");
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Variable> State => [base.State[0], .. Optimizers.SelectMany(optimizer => optimizer.State)];

    internal override IEnumerable<(string Name, Variable Variable)> SharedState =>
    [
        .. base.SharedState, .. Optimizers.Index().SelectMany(optimizer => optimizer.Item.SharedState.Select(pair => ($"optimizer_{optimizer.Index}/{pair.Name}", pair.Variable))),
    ];

    internal override IReadOnlyDictionary<Variable, Variable[]> SlotsByVariable => Optimizers.SelectMany(optimizer => optimizer.SlotsByVariable).ToDictionary();

    internal override bool HasAverages => Optimizers.Any(optimizer => optimizer.HasAverages);

    /// <inheritdoc/>
    protected override IReadOnlyList<(string Name, double Start)> Slots => [];

    internal override void StepIf(IReadOnlyList<(Tensor Gradient, Variable Variable)> trained, Tensor? proceeds)
    {
        RequireNoOptions("of its Optimizers");
        foreach (IGrouping<Optimizer, (Tensor Gradient, Variable Variable)> part in trained.GroupBy(pair => OptimizerOf(pair.Variable)))
            part.Key.StepIf([.. part], proceeds);
        base.StepIf([], proceeds);
    }

    internal override void BuildSlots(Variable variable) => OptimizerOf(variable).BuildSlots(variable);

    internal override void ResetSlots(Variable variable) => OptimizerOf(variable).ResetSlots(variable);

    internal override IReadOnlyList<Slot> SlotsOf(Variable variable) => OptimizerOf(variable).SlotsOf(variable);

    internal override void LearnPaths(IEnumerable<(string Name, Variable Variable)> weights)
    {
        base.LearnPaths(weights);
        foreach (Optimizer optimizer in Optimizers)
            optimizer.LearnPaths(weights);
    }

    internal override void TakeAverages()
    {
        foreach (Optimizer optimizer in Optimizers)
            optimizer.TakeAverages();
    }

    internal override void SwapAverages()
    {
        foreach (Optimizer optimizer in Optimizers)
            optimizer.SwapAverages();
    }

    internal override ulong MixSettings(ulong hash)
    {
        hash = base.MixSettings(hash);
        foreach (Optimizer optimizer in optimizers ??= [.. OptimizerMap.Optimizers])
            hash = optimizer.MixSettings(hash);
        return hash;
    }

    /// <inheritdoc/>
    protected override void Update(Variable variable, Tensor gradient, IReadOnlyList<Variable> slots, Tensor scalars) =>
        throw new InvalidOperationException("The optimizers of the map make the updates.");

    // A variable stays with the optimizer that made its slots.
    private Optimizer OptimizerOf(Variable variable) =>
        Optimizers.FirstOrDefault(optimizer => optimizer.SlotsByVariable.ContainsKey(variable)) ?? OptimizerMap[PathOf(variable)];
}
