using System.Runtime.InteropServices;
using Laminet.Tensors.Runtime;

namespace Laminet.Verification.Operations;

/// <summary>What makes tensors from numbers, from a key, or like other tensors.</summary>
internal static class CreationCases
{
    public static IEnumerable<OpCase> Rows() => [.. Made(), .. FromNumbers(), .. Likes(), .. Windows()];

    // What comes from nothing.
    private static IEnumerable<OpCase> Made()
    {
        yield return Constant("Zeros", () => Tensor.Zeros([2, 3]), Grid.From([2, 3], _ => 0));
        yield return Constant("Ones", () => Tensor.Ones([2, 3]), Grid.From([2, 3], _ => 1));
        yield return Constant("Full", () => Tensor.Full([0, 3], 2.5), Grid.From([0, 3], _ => 2.5));
        yield return Constant("Range", () => Tensor.Range(-2, 1001, DType.Float32), Grid.From([1003], index => index[0] - 2));
        yield return Constant("RangeEmpty", () => Tensor.Range(3, 3, DType.Float32), Grid.From([0], _ => 0));
        yield return Constant("Identity", () => Tensor.Identity(3), Grid.From([3, 3], index => index[0] == index[1] ? 1 : 0));
        foreach (int length in (int[])[1, 5, 33001])
        {
            yield return Constant($"Uniform({length})", () => new RandomKey(7).Uniform([length]), Grid.From([length], index =>
            {
                (uint a, uint b, uint c, uint d) = Philox.Block(7, (ulong)index[0] / 4);
                return (new[] { a, b, c, d }[index[0] % 4] >> 8) / 16777216.0;
            }));
        }
    }

    /// <summary>What has no numbers is in no row.</summary>
    public static IEnumerable<Check> All() => [new(Family.Operations, nameof(Tensor.ShapeOnly), CheckKind.Value, "it has the shape and the type, and no numbers", _ => HasNoNumbers())];

    private static void HasNoNumbers()
    {
        Tensor shape = Tensor.ShapeOnly([3, 5], DType.Int16);
        Expect.Equal((new TensorSpec([3, 5], DType.Int16), true), (shape.Spec, shape.IsShapeOnly), "shape, type, and whether it is a shape alone");
        Expect.Throws<InvalidOperationException>(() => shape.ToArray<short>(), "reading numbers");
    }

    private static IEnumerable<OpCase> FromNumbers()
    {
        Grid counted = Grid.From([2, 3], index => (3 * index[0]) + index[1] - 1.5);
        yield return Constant("From an array and a shape", () => Tensor.From((float[])[-1.5f, -0.5f, 0.5f, 1.5f, 2.5f, 3.5f], [2, 3]), counted);
        yield return Constant("From a span and a shape", () => Tensor.From((ReadOnlySpan<float>)[-1.5f, -0.5f, 0.5f, 1.5f, 2.5f, 3.5f], [2, 3]), counted);
        yield return Constant("From an array of two axes", () => Tensor.From(new[,] { { -1.5f, -0.5f, 0.5f }, { 1.5f, 2.5f, 3.5f } }), counted);
        yield return Constant("From an array of three axes", () => Tensor.From(new[, ,] { { { -1.5f, -0.5f, 0.5f }, { 1.5f, 2.5f, 3.5f } } }), counted with { Shape = [1, 2, 3] });
        yield return Constant("From an array of four axes", () => Tensor.From(new[, , ,] { { { { -1.5f }, { -0.5f }, { 0.5f } }, { { 1.5f }, { 2.5f }, { 3.5f } } } }), counted with { Shape = [1, 2, 3, 1] });
        yield return Constant("From numbers", () => Tensor.From(-1.5f, -0.5f), new Grid([2], [-1.5, -0.5]));
        yield return Constant("FromArray", () => Tensor.FromArray(new short[,] { { 1, -2 }, { 3, 4 } }), new Grid([2, 2], [1, -2, 3, 4], DType.Int16));
        yield return Constant("Scalar", () => Tensor.Scalar(2.5f), new Grid([], [2.5]));
        yield return Constant("Scalar of a type", () => Tensor.Scalar(2.5, DType.Float64), new Grid([], [2.5], DType.Float64));
        yield return Constant("Scalar of a whole number", () => Tensor.Scalar(-7L, DType.Int8), new Grid([], [-7], DType.Int8));
        yield return Constant("Scalar of an unsigned number", () => Tensor.Scalar(200UL, DType.UInt8), new Grid([], [200], DType.UInt8));
        yield return Constant("Full of a whole number", () => Tensor.Full([2], -7L, DType.Int64), new Grid([2], [-7, -7], DType.Int64));
        yield return Constant("Full of an unsigned number", () => Tensor.Full([2], 7UL, DType.UInt64), new Grid([2], [7, 7], DType.UInt64));
        yield return Constant("Read", () => Tensor.Read(new MemoryStream(MemoryMarshal.AsBytes<float>((float[])[-1.5f, -0.5f, 0.5f, 1.5f, 2.5f, 3.5f]).ToArray()), [2, 3], DType.Float32), counted);
        yield return Constant("AsTensor", () => new RandomKey(7).AsTensor(), new Grid([], [7], DType.Int64));
    }

    private static IEnumerable<OpCase> Likes()
    {
        foreach (int[] shape in (int[][])[[], [3, 5], [0, 2]])
        {
            yield return new OpCase($"ZerosLike{OpCases.Text(shape)}", [Grid.Random(shape, 1)], inputs => inputs[0].ZerosLike(), grids => Grid.From(shape, _ => 0)) { Types = OpCase.All, Differentiable = [] };
            yield return new OpCase($"OnesLike{OpCases.Text(shape)}", [Grid.Random(shape, 1)], inputs => inputs[0].OnesLike(), grids => Grid.From(shape, _ => 1)) { Types = OpCase.All, Differentiable = [] };
        }
    }

    // a0 - a1 cos(2 pi i / n) + a2 cos(4 pi i / n), with n the length, or one less.
    private static IEnumerable<OpCase> Windows() =>
        from window in ((SignalWindow Window, double[] Shares)[])
        [
            (SignalWindow.None, [1, 0, 0]), (SignalWindow.Hann, [0.5, 0.5, 0]), (SignalWindow.Hamming, [0.54, 0.46, 0]), (SignalWindow.Blackman, [0.42, 0.5, 0.08]),
        ]
        from isPeriodic in (bool[])[true, false]
        let n = isPeriodic ? 9 : 8
        select Constant($"FromWindow {window.Window}{(isPeriodic ? " periodic" : "")}", () => Tensor.FromWindow(window.Window, 9, isPeriodic), Grid.From([9], index =>
            window.Shares[0] - (window.Shares[1] * Math.Cos(2 * Math.PI * index[0] / n)) + (window.Shares[2] * Math.Cos(4 * Math.PI * index[0] / n))) with
        { Type = DType.Float64 });

    private static OpCase Constant(string name, Func<Tensor> make, Grid expected) =>
        new(name, [], _ => make(), _ => expected) { Types = [DType.Float32] };
}
