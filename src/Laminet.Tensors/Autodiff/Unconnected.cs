namespace Laminet.Tensors.Autodiff;

/// <summary>What to do when a gradient is taken by a source that the result does not depend on.</summary>
public enum Unconnected
{
    /// <summary>Throw an <see cref="UnconnectedException"/>: usually the dependence was lost by mistake.</summary>
    Error,

    /// <summary>Return zeros of the source's shape and type, the mathematically correct gradient.</summary>
    Zeros,
}

/// <summary>
/// Thrown when a gradient is taken by a source that the result does not depend on. The message names the source. Silent zeros would hide that a
/// weight is never trained.
/// </summary>
public sealed class UnconnectedException : InvalidOperationException
{
    /// <summary>Creates the exception with its message.</summary>
    public UnconnectedException(string message) : base(message) { }

    /// <summary>Creates the exception with its message and what caused it.</summary>
    public UnconnectedException(string message, Exception innerException) : base(message, innerException) { }

    /// <summary>Creates the exception with a general message.</summary>
    public UnconnectedException() : base("The result does not depend on the source of the gradient.") { }

    /// <summary>Gradients without gaps: zeros where none arrived, or the exception.</summary>
    internal static Tensor[] Filled(Tensor?[] gradients, IReadOnlyList<Tensor> sources, Unconnected unconnected, Func<int, string> name)
    {
        for (int i = 0; i < gradients.Length; i++)
        {
            if (gradients[i] is null && unconnected == Unconnected.Error)
            {
                throw new UnconnectedException($"Gradient: the result does not depend on {name(i)} of shape {sources[i].Shape}, so there is no gradient by it. "
                    + "Compute the result from the tensor that Watch returned or that the function received; rounding, comparing, casting to integers and Detach "
                    + "end the dependence. If zeros are meant, pass Unconnected.Zeros.");
            }

            gradients[i] ??= sources[i].Detach().ZerosLike();
        }

        return gradients!;
    }
}
