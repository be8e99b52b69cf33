using Laminet.Tensors;

namespace Laminet.Saving;

/// <summary>One tensor as the header of a safetensors file describes it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Spec">Its shape and type.</param>
/// <param name="Begin">Its first byte, counted from the end of the header.</param>
/// <param name="End">The byte after its last.</param>
internal sealed record SafeTensorsEntry(string Name, TensorSpec Spec, long Begin, long End)
{
    public Tensor Read(Stream stream, string source)
    {
        if (Spec.DType != DType.Bool)
            return Tensor.Read(stream, Spec.Shape, Spec.DType);
        // A .NET bool that is neither 0 nor 1 is undefined behaviour, so bytes are looked at before they become one.
        byte[] bytes = Tensor.Read(stream, Spec.Shape, DType.UInt8).ToArray<byte>();
        if (bytes.AsSpan().ContainsAnyExceptInRange((byte)0, (byte)1))
            throw new InvalidDataException($"{source}: the tensor '{Name}' is BOOL but has a byte that is neither 0 nor 1. The file is damaged; get it again.");
        return Tensor.From(Array.ConvertAll(bytes, value => value == 1), Spec.Shape);
    }
}
