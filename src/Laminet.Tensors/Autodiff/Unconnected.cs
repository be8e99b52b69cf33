namespace Laminet.Tensors.Autodiff;

/// <summary>What a gradient is by something that the result does not depend on.</summary>
public enum Unconnected
{
    /// <summary>An <see cref="UnconnectedException"/>: most often the dependence was lost by mistake.</summary>
    Error,

    /// <summary>Zeros of the source's shape and type, which is what the mathematics says.</summary>
    Zeros,
}

/// <summary>
/// A gradient was asked for by something that the result does not depend on. The message names it. A silent zero would hide that a
/// weight is never trained.
/// </summary>
public sealed class UnconnectedException : InvalidOperationException
{
    /// <summary>Creates the exception with its message.</summary>
    public UnconnectedException(string message) : base(message) { }

    /// <summary>Creates the exception with its message and what caused it.</summary>
    public UnconnectedException(string message, Exception innerException) : base(message, innerException) { }

    /// <summary>Creates the exception with a general message.</summary>
    public UnconnectedException() : base("The result does not depend on what the gradient is asked by.") { }

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
