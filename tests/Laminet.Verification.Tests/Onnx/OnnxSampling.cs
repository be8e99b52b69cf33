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

    public static Tensor RoiAlign(OnnxExample e)
    {
        (int height, int width) = (e.Int("output_height", 1), e.Int("output_width", 1));
        double offset = e.Text("coordinate_transformation_mode", "half_pixel") == "half_pixel" ? 0.5 : 0, scale = e.Num("spatial_scale", 1);
        int[] images = e.Whole(2)!;
        return Tensor.Stack([.. Enumerable.Range(0, e.Y.Shape[0]).Select(i =>
        {
            double[] box = [.. OnnxExample.Numbers(e.Y.At(i)).Select(edge => (edge * scale) - offset)];
            (Tensor y, int ySamples) = Rows(box[1], box[3], height, offset == 0, e.Int("sampling_ratio", 0));
            (Tensor x, int xSamples) = Rows(box[0], box[2], width, offset == 0, e.Int("sampling_ratio", 0));
            Tensor[] grid = Tensor.Meshgrid([y, x], false);
            Tensor[] places = [.. grid.Select((place, axis) => place.Clip(0.0, e.X.Shape[axis + 2] - 1).Reshape(1, -1).Cast(e.X.DType))];
            Tensor isIn = grid[0].GreaterEqual(-1).And(grid[0].LessEqual(e.X.Shape[2])).And(grid[1].GreaterEqual(-1)).And(grid[1].LessEqual(e.X.Shape[3])).Reshape(-1, 1);
            Tensor[] taps = [.. Taps(e.X.Slice(images[i], images[i] + 1), places, "linear", (place, length) => place.Clip(0.0, length - 1)).Select(tap => Tensor.Where(isIn, tap, tap.ZerosLike()))];
            bool largest = e.Text("mode", "avg") == "max";
            // The largest is of the neighbours times their weights, not of the sums.
            Tensor samples = taps.Aggregate((a, b) => largest ? a.Maximum(b) : a + b).Reshape(height, ySamples, width, xSamples, e.X.Shape[1]);
            return (largest ? samples.Max([1, 3]) : samples.Mean([1, 3])).MoveAxis(-1, 0);
        })]);
    }

    public static Tensor DeformConv(OnnxExample e)
    {
        int[] size = [.. e.Y.Shape.Skip(2)];
        var windows = new OnnxWindows(e, [.. e.X.Shape.Skip(2)], size);
        (int batch, int channels, int taps, int groups, int sets) = (e.X.Shape[0], e.X.Shape[1], size[0] * size[1], e.Int("group", 1), e.Int("offset_group", 1));
        (int height, int width) = (e.In(2).Shape[2], e.In(2).Shape[3]);
        // (batch, sets, taps, y and x, height, width).
        Tensor moved = e.In(2).Reshape(batch, sets, taps, 2, height, width);
        Tensor Base(int axis, int count) => (Tensor.ARange(0, count) * windows.Strides[axis]) - windows.Pads[axis].Before;
        Tensor tapY = (Tensor.ARange(0, size[0]) * windows.Dilations[0]).Repeat(size[1]), tapX = (Tensor.ARange(0, size[1]) * windows.Dilations[1]).Tile(size[0]);
        Tensor y = moved.At(0, 3) + tapY.Reshape(-1, 1, 1) + Base(0, height).ExpandDims(1), x = moved.At(1, 3) + tapX.Reshape(-1, 1, 1) + Base(1, width);
        Tensor[] parts = e.X.Split(sets, 1);
        Tensor sampled = Tensor.Concatenate([.. parts.Select((part, set) => Taps(part, [y.At(set, 1).Reshape(batch, -1), x.At(set, 1).Reshape(batch, -1)], "linear", (place, _) => place).Aggregate((a, b) => a + b)
            .Reshape(batch, taps, height * width, channels / sets) * (e.Maybe(4)?.Reshape(batch, sets, taps, height * width).At(set, 1).ExpandDims(-1) ?? Tensor.Scalar(1f)))], 3);
        Tensor kernel = e.Y.Reshape(groups, e.Y.Shape[0] / groups, e.Y.Shape[1], taps);
        Tensor result = Tensor.Einsum("btpgc,goct->bgop", sampled.Reshape(batch, taps, height * width, groups, channels / groups), kernel).Reshape(batch, e.Y.Shape[0], height, width);
        return e.Maybe(3) is Tensor bias ? result + bias.Reshape(-1, 1, 1) : result;
    }

    // Samples between the edges of a box: so many for each output, at the middle of its share.
    private static (Tensor Places, int Samples) Rows(double from, double to, int outputs, bool atLeastOne, int samples)
    {
        double length = atLeastOne ? Math.Max(to - from, 1) : to - from;
        int count = samples > 0 ? samples : (int)Math.Ceiling(length / outputs);
        return (((Tensor.ARange(0, outputs * count, dtype: DType.Float64) + 0.5) * (length / outputs / count)) + from, count);
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
