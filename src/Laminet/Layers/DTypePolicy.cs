using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// The element type of what new layers give, for a whole program: Keras's <c>keras.config.set_dtype_policy</c>. Layers that exist keep theirs, as do layers that state a <see cref="Layer.DType"/> or <see cref="Layer.ComputeDType"/> and
/// layers of files.
/// </summary>
/// <remarks>
/// Laminet computes halves in Float32, since processors have few instructions for them: mixed precision saves memory, and time only where memory is the limit. Keras also rounds the weights before each product; Laminet does not, so its
/// results are closer to those of Float32. Float16 has no number below 6e-8: use <see cref="Optimizers.LossScaleOptimizer"/> with it. (Micikevicius et al., "Mixed precision training", ICLR 2018; Kalamkar et al., "A study of BFLOAT16 for deep
/// learning training", 2019.)
/// </remarks>
/// <example><code>
/// DTypePolicy.Set("mixed_bfloat16");
/// var model = new Sequential(new Input([784]), new Dense(128, "relu"), new Dense(10));
/// </code></example>
public static class DTypePolicy
{
    private static readonly Dictionary<string, DType?> Policies = new() { ["float32"] = null, ["mixed_bfloat16"] = DType.BFloat16, ["mixed_float16"] = DType.Float16 };

    private static volatile string name = "float32";

    /// <summary>The name of the policy: "float32" at first.</summary>
    public static string Name => name;

    /// <summary>What new layers give; null for their own type.</summary>
    internal static DType? ComputeDType => Policies[name];

    /// <summary>Chooses the policy for layers that are made from now on.</summary>
    /// <param name="policy">"float32", "mixed_bfloat16" or "mixed_float16".</param>
    /// <exception cref="ArgumentException">There is no such policy.</exception>
    public static void Set(string policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        if (!Policies.ContainsKey(policy))
            throw new ArgumentException($"DTypePolicy: received '{policy}'; expected one of {string.Join(", ", Policies.Keys)}. For weights of another type, set the layers' DType.", nameof(policy));
        name = policy;
    }
}
