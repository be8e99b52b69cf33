using Laminet.Tensors;

namespace Laminet.Formats.Watching;

/// <summary>Weights as pictures, as in Keras: a bias is a row, a matrix one picture that is not higher than wide, a stack of matrices a picture each.</summary>
internal static class WeightImage
{
    /// <summary>The pictures (count, height, width, channels); null for weights that are none.</summary>
    public static Tensor? Of(Tensor weight)
    {
        int[] lengths = [.. weight.Shape.Where(length => length != 1)];
        Tensor squeezed = weight.Cast(DType.Float32).Reshape([.. lengths]);
        return lengths switch
        {
            [] => null,
            [int length] => squeezed.Reshape([1, length, 1, 1]),
            [int height, int width] => (height > width ? squeezed.Transpose() : squeezed).Reshape([1, Math.Min(height, width), Math.Max(height, width), 1]),
            [int height, int width, int kernels] => squeezed.Transpose([2, 0, 1]).Reshape([kernels, height, width, 1]),
            [_, _, _, 3 or 4] => squeezed,
            _ => null,
        };
    }
}
