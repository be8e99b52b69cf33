using Laminet.OpInfo;
using Laminet.Tensors;

namespace Laminet.Verification.Tests.Onnx;

/// <summary>Strides, dilations and padding of a window over one to three axes, from ONNX's attributes.</summary>
internal sealed class OnnxWindows
{
    public OnnxWindows(OnnxExample e, int[] lengths, int[] size)
    {
        Size = size;
        Strides = e.Ints("strides") ?? [.. size.Select(_ => 1)];
        Dilations = e.Ints("dilations") ?? [.. size.Select(_ => 1)];
        Ceil = e.Flag("ceil_mode");
        int[] given = e.Ints("pads") ?? new int[2 * size.Length];
        string auto = e.Text("auto_pad", "NOTSET");
        Pads = [.. size.Select((_, i) => auto.StartsWith("SAME", StringComparison.Ordinal) ? Same(i, lengths[i], auto == "SAME_UPPER") : (given[i], given[size.Length + i]))];
    }

    public int Axes => Size.Length;

    public int[] Size { get; }

    public int[] Strides { get; }

    public int[] Dilations { get; }

    public (int Before, int After)[] Pads { get; }

    public bool Ceil { get; }

    public Padding Padding => Axes switch { 1 => Padding.Explicit(Pads[0]), 2 => Padding.Explicit(Pads[0], Pads[1]), _ => Padding.Explicit(Pads[0], Pads[1], Pads[2]) };

    public Tensor Average(Tensor x, bool countPadding) => Axes switch
    {
        1 => x.AveragePool1D(Size[0], Strides[0], Padding, countPadding, Dilations[0], Ceil),
        2 => x.AveragePool(Two(Size), Two(Strides), Padding, countPadding, Two(Dilations), Ceil),
        _ => x.AveragePool3D(Three(Size), Three(Strides), Padding, countPadding, Three(Dilations), Ceil),
    };

    public Tensor Largest(Tensor x) => Axes switch
    {
        1 => x.MaxPool1D(Size[0], Strides[0], Padding, Dilations[0], Ceil),
        2 => x.MaxPool(Two(Size), Two(Strides), Padding, Two(Dilations), Ceil),
        _ => x.MaxPool3D(Three(Size), Three(Strides), Padding, Three(Dilations), Ceil),
    };

    public Tensor Convolved(Tensor x, Tensor kernel, Tensor? bias, int groups) => Axes switch
    {
        1 => x.Convolution1D(kernel, bias, Strides[0], Padding, Dilations[0], groups),
        2 => x.Convolution(kernel, bias, Two(Strides), Padding, Two(Dilations), groups),
        _ => x.Convolution3D(kernel, bias, Three(Strides), Padding, Three(Dilations), groups),
    };

    /// <summary>The transpose without padding: everything that a window touches.</summary>
    public Tensor Spread(Tensor x, Tensor kernel, int groups) => Axes switch
    {
        1 => x.TransposedConvolution1D(kernel, Strides[0], dilation: Dilations[0], groups: groups),
        2 => x.TransposedConvolution(kernel, Two(Strides), dilation: Two(Dilations), groups: groups),
        _ => x.TransposedConvolution3D(kernel, Three(Strides), dilation: Three(Dilations), groups: groups),
    };

    /// <summary>The place in its image of each window's largest element, of (batch, ..., channels).</summary>
    public Tensor Places(Tensor x, Tensor pooled)
    {
        int[][][] windows = [.. Enumerable.Range(0, Axes).Select(i => Enumerable.Range(0, pooled.Shape[i + 1]).Select(k =>
            Enumerable.Range(0, Size[i]).Select(t => (k * Strides[i]) - Pads[i].Before + (t * Dilations[i])).Where(p => p >= 0 && p < x.Shape[i + 1]).ToArray()).ToArray())];
        return Pools.Positions(x, windows);
    }

    private static (int, int) Two(int[] of) => (of[0], of[1]);

    private static (int, int, int) Three(int[] of) => (of[0], of[1], of[2]);

    // So many outputs as strides fit; of an odd padding the larger half is after, or before.
    private (int, int) Same(int axis, int length, bool isUpper)
    {
        int outputs = (length + Strides[axis] - 1) / Strides[axis];
        int total = Math.Max(((outputs - 1) * Strides[axis]) + ((Size[axis] - 1) * Dilations[axis]) + 1 - length, 0);
        return isUpper ? (total / 2, total - (total / 2)) : (total - (total / 2), total / 2);
    }
}
