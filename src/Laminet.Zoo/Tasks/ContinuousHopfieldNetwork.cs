using Laminet.Configuration;
using Laminet.Tensors;
using Laminet.Tensors.Compilation;

namespace Laminet.Zoo.Tasks;

/// <summary>
/// The modern Hopfield network of real states: with the stored patterns as the rows of X, a state ξ becomes softmax(β ξ Xᵀ) X, which is attention with the patterns as keys and values. Its energy
/// E(ξ) = -log(Σ_i exp(β x_i ξ)) / β + ½ ξ ξ + log(n) / β + ½ M², M the greatest norm of a pattern, never rises. It stores exponentially many patterns in the number of their elements, if they lie apart, and recalls most in one step.
/// Ramsauer et al.: Hopfield networks is all you need, 2020.
/// </summary>
/// <example><code>
/// ContinuousHopfieldNetwork network = new(patterns, beta: 20);   // (patterns, units), best with mean 0 and norm 1
/// Tensor recalled = network.Recall(noisy);                       // (states, units)
/// </code></example>
public sealed class ContinuousHopfieldNetwork
{
    private readonly CompiledFunction step;

    /// <summary>A network that has stored patterns.</summary>
    /// <param name="patterns">(patterns, units), Float32 or Float64.</param>
    /// <param name="beta">β: large for single patterns, small for means of like ones.</param>
    public ContinuousHopfieldNetwork(Tensor patterns, double beta)
    {
        ArgumentNullException.ThrowIfNull(patterns);
        if (patterns.Rank != 2 || patterns.Length == 0 || patterns.DType is not (DType.Float32 or DType.Float64))
            throw new ShapeException($"{nameof(ContinuousHopfieldNetwork)}: received patterns of {patterns.Spec}; expected Float32 or Float64 of shape (patterns, units), at least one.");
        if (!patterns.IsFinite().All().Item<bool>())
            throw new ArgumentException($"{nameof(ContinuousHopfieldNetwork)}: the patterns hold NaN or infinity; expected finite numbers.", nameof(patterns));
        (Patterns, Beta) = (patterns, Setting.Require(beta, beta > 0 && double.IsFinite(beta), "a number above 0; for β = ∞ take the nearest pattern"));
        step = Function.Compile(inputs => [Similarities(inputs[0]).Softmax().MatMul(Patterns)], "recall");
    }

    /// <summary>The patterns X, (patterns, units).</summary>
    public Tensor Patterns { get; }

    /// <summary>β.</summary>
    public double Beta { get; }

    /// <summary>The states after some updates.</summary>
    /// <param name="states">(states, units), of the patterns' type.</param>
    /// <param name="steps">How many updates.</param>
    public Tensor Recall(Tensor states, int steps = 3)
    {
        Require(states);
        Setting.Require(steps, steps >= 1, "1 or more");
        Tensor now = states;
        for (int number = 0; number < steps; number++)
            now = step.Call(now)[0];
        return now;
    }

    /// <summary>E(ξ) of each state, (states,).</summary>
    /// <param name="states">(states, units), of the patterns' type.</param>
    public Tensor Energy(Tensor states)
    {
        Require(states);
        return (0.5 * states.Square().Sum(1)) - (Similarities(states).LogSumExp(1) / Beta) + (Math.Log(Patterns.Shape[0]) / Beta) + (0.5 * Patterns.Square().Sum(1).Max());
    }

    private Tensor Similarities(Tensor states) => states.MatMul(Patterns, transposeOther: true) * Beta;

    private void Require(Tensor states)
    {
        if (states.Rank != 2 || states.Shape[1] != Patterns.Shape[1] || states.DType != Patterns.DType)
            throw new ShapeException($"{nameof(ContinuousHopfieldNetwork)}: received states of {states.Spec}; expected {Patterns.DType} of shape (states, {Patterns.Shape[1]}), as the patterns are.");
    }
}
