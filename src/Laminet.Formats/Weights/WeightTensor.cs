using Laminet.Tensors;

namespace Laminet.Formats.Weights;

/// <summary>A tensor of a file. Its numbers are read when they are asked for.</summary>
public sealed class WeightTensor
{
    private readonly Func<Tensor> read;

    /// <param name="name">Its name in the file.</param>
    /// <param name="spec">Its shape and type.</param>
    /// <param name="read">Reads its numbers.</param>
    /// <param name="module">The layer it belongs to; by default what stands before the last dot or slash of the name.</param>
    /// <param name="part">Its name within the layer; by default what follows.</param>
    internal WeightTensor(string name, TensorSpec spec, Func<Tensor> read, string? module = null, string? part = null)
    {
        (Name, Spec, this.read) = (name, spec, read);
        int cut = name.LastIndexOfAny(['.', '/']);
        (Module, Part) = (module ?? (cut < 0 ? "" : name[..cut]), part ?? name[(cut + 1)..]);
    }

    /// <summary>Its name in the file.</summary>
    public string Name { get; }

    /// <summary>Its shape, in the file's order of axes.</summary>
    public Shape Shape => Spec.Shape;

    /// <summary>Its element type.</summary>
    public DType DType => Spec.DType;

    internal TensorSpec Spec { get; }

    internal string Module { get; }

    internal string Part { get; }

    /// <summary>Why no model needs it, as a counter of batches; null for a weight.</summary>
    internal string? NotNeeded { get; init; }

    /// <summary>What two tensors have in common that are the same numbers of the file; null if that is not known.</summary>
    internal object? Identity { get; init; }

    /// <summary>Reads the numbers. The file must still be open.</summary>
    /// <exception cref="InvalidDataException">The file is damaged; the message names it, and the place.</exception>
    /// <exception cref="ObjectDisposedException">The file was closed.</exception>
    public Tensor Read() => read();

    /// <summary>Name, type and shape.</summary>
    public override string ToString() => $"{Name} {Spec}";
}
