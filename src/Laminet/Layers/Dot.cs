using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// The products of two inputs, summed over an axis of each, example by example: (batch, a, n) and (batch, n, b) with axes [2, 1] to (batch, a, b). y(i, j) = sum over n of
/// x1(i, n) x2(n, j). Two vectors an example give (batch, 1). Keras: <c>Dot</c>.
/// </summary>
/// <param name="axes">The axis of each input, the batch counted as 0; one number for both.</param>
/// <param name="normalize">Whether vectors along these axes are scaled to length 1 first: then the output is the cosine.</param>
public sealed class Dot(Axes axes, bool normalize = false) : Merge
{
    public Axes Axes { get; } = Setting.Require(axes, axes != Tensors.Axes.All && ((int[])[.. axes]).Length is 1 or 2, "one axis for both inputs or one for each, as in [2, 1]");
    public bool Normalize { get; } = normalize;

    protected override Tensor? ComputeMask(Bundle<Tensor> inputs, IReadOnlyList<Tensor?> masks) => null;

    private protected override Tensor Join(Bundle<Tensor> inputs)
    {
        if (inputs.Count != 2)
            throw new ShapeException($"received {inputs.Count} inputs; expected two.");
        int[] given = [.. Axes], axes = [inputs[0].Shape.Axis(given[0]), inputs[1].Shape.Axis(given[^1])];
        (int first, int second) = (inputs[0].Shape[axes[0]], inputs[1].Shape[axes[1]]);
        if (axes.Contains(0) || first != second)
        {
            throw new ShapeException($"received inputs of shapes {inputs[0].Shape} and {inputs[1].Shape} and the axes [{string.Join(", ", given)}]; "
                + "expected two axes of one length, neither of them the batch.");
        }

        Tensor[] factors = [.. inputs.Select((input, i) => Normalize ? input / input.Norm(axes[i], keepDims: true).Clip(1e-12, double.PositiveInfinity) : input)];
        string left = Letters('b', inputs[0].Rank, axes[0]), right = Letters('n', inputs[1].Rank, axes[1]);
        Tensor product = Tensor.Einsum($"{left},{right}->{left.Replace("z", "", StringComparison.Ordinal)}{right[1..].Replace("z", "", StringComparison.Ordinal)}", factors);
        return product.Rank == 1 ? product.ExpandDims(1) : product;
    }

    // The batch is a, the axis that is summed over z.
    private static string Letters(char first, int rank, int summed) =>
        string.Concat(Enumerable.Range(0, rank).Select(axis => axis == 0 ? 'a' : axis == summed ? 'z' : (char)(first + axis)));
}
