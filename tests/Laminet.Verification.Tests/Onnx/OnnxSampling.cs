using Laminet.Tensors;

namespace Laminet.Verification.Tests.Onnx;

/// <summary>
/// Numbers of images at any coordinates, over any number of axes. `SampleAt` does it at once for images of two axes, nearest and bilinear; here the neighbours are gathered one after another, which also takes cubic curves and volumes.
/// </summary>
internal static class OnnxSampling
{
    private delegate Tensor Border(Tensor place, int length);

    public static Tensor AffineGrid(OnnxExample e)
    {
        int[] size = [.. e.Whole(1)!.Skip(2)];
        Tensor[] along = [.. size.Select(length => e.Flag("align_corners") ? Tensor.LinSpace(-1, 1, length) : ((Tensor.ARange(0, length) * 2) + 1) / length - 1)];
        // x before y before z.
        Tensor[] grid = Tensor.Meshgrid(along, false);
        Tensor places = Tensor.Stack([.. grid.Reverse(), grid[0].OnesLike()], -1).Reshape(1, -1, size.Length + 1);
        return places.MatMul(e.X, transposeOther: true).Reshape(Shape.Create([e.X.Shape[0], .. size, size.Length]));
    }

    public static Tensor GridSample(OnnxExample e)
    {
        int axes = e.X.Rank - 2, batch = e.X.Shape[0];
        bool align = e.Flag("align_corners");
        string mode = e.Text("mode", "linear"), padding = e.Text("padding_mode", "zeros");
        int[] lengths = [.. e.X.Shape.Skip(2)];
        Tensor[] places = [.. lengths.Select((length, i) =>
        {
            Tensor share = (e.Y.At(axes - 1 - i, -1) + 1) / 2;
            return (align ? share * (length - 1) : (share * length) - 0.5).Reshape(batch, -1);
        })];
        Border border = padding switch
        {
            "border" => (place, length) => place.Clip(0.0, length - 1),
            "reflection" => (place, length) => align ? Mirrored(place, 0, length - 1) : Mirrored(place, -0.5, length - 0.5),
            _ => (place, _) => place,
        };
        if (mode != "cubic")
            places = [.. places.Select((place, i) => border(mode == "nearest" ? place.Round() : place, lengths[i]))];
        Tensor sampled = Taps(e.X, places, mode, (place, length) => border(place, length)).Aggregate((x, y) => x + y);
        return OnnxImages.First(sampled.Reshape(Shape.Create([batch, .. e.Y.Shape.Skip(1).Take(axes), e.X.Shape[1]])));
    }

    // Goes back and forth between two ends.
    private static Tensor Mirrored(Tensor place, double low, double high)
    {
        double range = high - low;
        Tensor way = (place - low).Mod(2 * range);
        return way.Minimum((2 * range) - way) + low;
    }

    // The neighbours of (batch, channels, ...) at (batch, places) along each axis, each times its weight: (batch, places, channels).
    private static IEnumerable<Tensor> Taps(Tensor x, Tensor[] places, string mode, Border border)
    {
        int axes = places.Length;
        int[] lengths = [.. x.Shape.Skip(2)];
        Tensor flat = x.Reshape(x.Shape[0], x.Shape[1], -1).Transpose(0, 2, 1);
        int[] steps = mode switch { "nearest" => [0], "linear" => [0, 1], _ => [-1, 0, 1, 2] };
        IEnumerable<(Tensor Index, Tensor Weight)> taps = [(places[0].ZerosLike(), places[0].OnesLike())];
        for (int i = 0; i < axes; i++)
        {
            int axis = i;
            Tensor low = places[axis].Floor();
            taps = [.. taps.SelectMany(tap => steps.Select(step =>
            {
                Tensor at = low + step, distance = (places[axis] - at).Abs();
                Tensor weight = mode switch { "nearest" => distance.OnesLike(), "linear" => 1 - distance, _ => Cubic(distance, Math.Abs(step) == 2 || step == -1) };
                Tensor inside = border(at, lengths[axis]), isIn = inside.GreaterEqual(0).And(inside.LessEqual(lengths[axis] - 1)).Cast(weight.DType);
                return ((tap.Index * lengths[axis]) + inside.Clip(0.0, lengths[axis] - 1), tap.Weight * weight * isIn);
            }))];
        }

        foreach ((Tensor index, Tensor weight) in taps)
        {
            Tensor whole = index.Round().Cast(DType.Int32).ExpandDims(-1);
            yield return flat.TakeAlong(whole.BroadcastTo([whole.Shape[0], whole.Shape[1], flat.Shape[2]]), 1) * weight.ExpandDims(-1);
        }
    }

    // With a = -3/4; the two outer taps lie between 1 and 2.
    private static Tensor Cubic(Tensor d, bool isOuter) => isOuter ? ((((d - 5) * d) + 8) * d - 4) * -0.75 : ((d * 1.25) - 2.25) * d * d + 1;
}
