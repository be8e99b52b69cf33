using Laminet.Metrics.Detection;
using Laminet.OpInfo;
using Laminet.Tensors;
using static Laminet.Verification.Tests.Onnx.OnnxRow;

namespace Laminet.Verification.Tests.Onnx;

/// <summary>Convolution and pooling, whose channels come first in ONNX and last here, and boxes.</summary>
internal static class OnnxImages
{
    public static IEnumerable<OnnxRow> Rows =>
    [
        Of("Conv", e => Convolved(e, e.X, e.Y, e.Maybe(2))),
        Of("ConvTranspose", ConvTranspose),
        Of("DeformConv", DeformConv),
        Of("AveragePool", e => Pooled(e, (windows, x) => windows.Average(x, e.Flag("count_include_pad"))), halfDigit: 5e-5),
        Of("MaxPool", MaxPool),
        Of("LpPool", e => Pooled(e, (windows, x) => (windows.Average(x.Abs().Pow(e.Num("p", 2)), true) * windows.Size.Aggregate(1, (a, b) => a * b)).Pow(1 / e.Num("p", 2)))),
        Of("GlobalAveragePool", e => e.X.Mean(Spatial(e.X), keepDims: true)),
        Of("GlobalMaxPool", e => e.X.Max(Spatial(e.X), keepDims: true)),
        Of("GlobalLpPool", e => e.X.Norm(Spatial(e.X), e.Num("p", 2), keepDims: true)),
        Of("MaxUnpool", MaxUnpool),
        Of("Col2Im", e => Col2Im(e)),
        Of("AffineGrid", OnnxSampling.AffineGrid),
        Of("GridSample", OnnxSampling.GridSample, halfDigit: 5e-5),
        Of("Resize", OnnxResize.Resized),
        // Four decimals by hand, some a unit off: torchvision gives our numbers.
        Of("RoiAlign", e => First(Last(e.X).RoiAlign(e.Y, (e.Int("output_height", 1), e.Int("output_width", 1)), e.In(2), e.Num("spatial_scale", 1), e.Int("sampling_ratio", 0),
            e.Text("coordinate_transformation_mode", "half_pixel") == "half_pixel", e.Text("mode", "avg") == "max")), halfDigit: 1e-4),
        Of("MaxRoiPool", e => First(Last(e.X).RoiPool(e.Y.Slice(1, axis: 1), (e.Ints("pooled_shape")![0], e.Ints("pooled_shape")![1]), e.Y.At(0, 1).Cast(DType.Int32), e.Num("spatial_scale", 1)))),
        Of("NonMaxSuppression", NonMaxSuppression),
    ];

    public static Tensor Last(Tensor x) => x.MoveAxis(1, -1);

    public static Tensor First(Tensor x) => x.MoveAxis(-1, 1);

    public static Tensor Convolved(OnnxExample e, Tensor x, Tensor kernel, Tensor? bias)
    {
        int axes = x.Rank - 2;
        var windows = new OnnxWindows(e, [.. x.Shape.Skip(2)], [.. kernel.Shape.Skip(2)]);
        return First(windows.Convolved(Last(x), kernel.Transpose([.. Enumerable.Range(2, axes), 1, 0]), bias, e.Int("group", 1)));
    }

    private static Tensor DeformConv(OnnxExample e)
    {
        var windows = new OnnxWindows(e, [.. e.X.Shape.Skip(2)], [.. e.Y.Shape.Skip(2)]);
        return First(Last(e.X).DeformableConvolution(
            e.Y.Transpose(2, 3, 1, 0), Last(e.In(2)), e.Maybe(4) is Tensor mask ? Last(mask) : null, e.Maybe(3), (windows.Strides[0], windows.Strides[1]), windows.Padding, (windows.Dilations[0], windows.Dilations[1]), e.Int("group", 1)));
    }

    private static int[] Spatial(Tensor x) => [.. Enumerable.Range(2, x.Rank - 2)];

    // Everything that the windows touch, cut to the size that padding or a stated shape leave.
    private static Tensor ConvTranspose(OnnxExample e)
    {
        int axes = e.X.Rank - 2;
        var windows = new OnnxWindows(e, [.. e.X.Shape.Skip(2)], [.. e.Y.Shape.Skip(2)]);
        Tensor whole = First(windows.Spread(Last(e.X), e.Y.Transpose([.. Enumerable.Range(2, axes), 1, 0]), e.Int("group", 1)));
        int[] more = e.Ints("output_padding") ?? new int[axes];
        int[]? shape = e.Ints("output_shape");
        string auto = e.Text("auto_pad", "NOTSET");
        (int, int)[] cut = new (int, int)[axes];
        for (int i = 0; i < axes; i++)
        {
            (int before, int after) = windows.Pads[i];
            if (shape is not null || auto.StartsWith("SAME", StringComparison.Ordinal))
            {
                int total = whole.Shape[i + 2] + more[i] - (shape?[i] ?? (e.X.Shape[i + 2] * windows.Strides[i]));
                before = total < 0 ? 0 : auto == "SAME_UPPER" ? total / 2 : total - (total / 2);
                after = total - before;
            }

            cut[i] = (-before, more[i] - after);
        }

        Tensor result = Images.Bordered(whole, cut, "constant");
        return e.Maybe(2) is Tensor bias ? First(Last(result) + bias) : result;
    }

    private static Tensor Pooled(OnnxExample e, Func<OnnxWindows, Tensor, Tensor> pool) => First(pool(new OnnxWindows(e, [.. e.X.Shape.Skip(2)], e.Ints("kernel_shape")!), Last(e.X)));

    private static Tensor[] MaxPool(OnnxExample e)
    {
        var windows = new OnnxWindows(e, [.. e.X.Shape.Skip(2)], e.Ints("kernel_shape")!);
        Tensor x = Last(e.X.DType == DType.Float32 ? e.X : e.X.Cast(DType.Float32)), pooled = windows.Largest(x);
        if (e.Outputs.Count == 1)
            return [First(pooled).Cast(e.X.DType)];
        // ONNX counts through the whole tensor, by columns if it is asked to.
        Tensor places = First(windows.Places(x, pooled));
        int cells = e.X.Length / e.X.Shape[0] / e.X.Shape[1], height = e.X.Shape[2], width = e.X.Shape[^1];
        if (e.Flag("storage_order"))
            places = (places.Mod(width) * height) + places.FloorDivide(width);
        Tensor image = Tensor.Range(0, e.X.Shape[0] * e.X.Shape[1]).Reshape(Shape.Create([e.X.Shape[0], e.X.Shape[1], .. windows.Size.Select(_ => 1)]));
        return [First(pooled).Cast(e.X.DType), (image * cells) + places];
    }

    private static Tensor MaxUnpool(OnnxExample e)
    {
        int[] size = e.Ints("kernel_shape")!, strides = e.Ints("strides") ?? [.. size.Select(_ => 1)], pads = e.Ints("pads") ?? new int[2 * size.Length];
        int[] inner = [.. size.Select((length, i) => ((e.X.Shape[i + 2] - 1) * strides[i]) - pads[i] - pads[size.Length + i] + length)];
        // The places are those of the smaller images, also where a larger shape is asked for: those are then put into its first corner.
        int[] shape = [e.X.Shape[0], e.X.Shape[1], .. inner];
        Tensor flat = Tensor.Zeros([shape.Aggregate(1, (a, b) => a * b)], e.X.DType).PutAlong(e.Y.Reshape(-1), e.X.Reshape(-1));
        Tensor image = flat.Reshape(Shape.Create(shape));
        return e.Whole(2) is int[] asked ? image.Pad([.. asked.Select((length, i) => (0, length - shape[i]))]) : image;
    }

    // Blocks added up where they lie, over any number of axes: their places in the padded image are counted, and the border goes.
    private static Tensor Col2Im(OnnxExample e)
    {
        int[] image = e.Whole(1)!, block = e.Whole(2)!;
        var windows = new OnnxWindows(e, image, block);
        int axes = block.Length, cells = block.Aggregate(1, (a, b) => a * b);
        int[] padded = [.. image.Select((length, i) => length + windows.Pads[i].Before + windows.Pads[i].After)];
        Tensor places = Tensor.Zeros([1, 1], DType.Int32);
        for (int i = 0; i < axes; i++)
        {
            int count = ((padded[i] - ((block[i] - 1) * windows.Dilations[i]) - 1) / windows.Strides[i]) + 1;
            Tensor along = (Tensor.Range(0, block[i]) * windows.Dilations[i]).ExpandDims(1) + (Tensor.Range(0, count) * windows.Strides[i]);
            places = ((places.ExpandDims(1).ExpandDims(3) * padded[i]) + along.ExpandDims(0).ExpandDims(2)).Reshape(places.Shape[0] * block[i], places.Shape[1] * count);
        }

        int channels = e.X.Shape[1] / cells, rows = e.X.Shape[0] * channels;
        Tensor sums = Tensor.Zeros([rows, padded.Aggregate(1, (a, b) => a * b)], e.X.DType)
            .PutAlong(places.Reshape(1, -1).BroadcastTo([rows, places.Length]), e.X.Reshape(rows, places.Length), 1, ScatterMode.Add);
        return Images.Bordered(sums.Reshape(Shape.Create([e.X.Shape[0], channels, .. padded])), [.. windows.Pads.Select(pad => (-pad.Before, -pad.After))], "constant");
    }

    private static Tensor NonMaxSuppression(OnnxExample e)
    {
        int limit = e.Whole(2)?[0] ?? 0;
        double threshold = e.Maybe(3)?.Reshape(-1).At(0).ToDouble() ?? 0, least = e.Maybe(4)?.Reshape(-1).At(0).ToDouble() ?? double.NegativeInfinity;
        List<long> found = [];
        for (int batch = 0; batch < e.X.Shape[0]; batch++)
        {
            Box[] boxes = [.. Enumerable.Range(0, e.X.Shape[1]).Select(i => BoxOf(OnnxExample.Numbers(e.X.At(batch).At(i)), e.Flag("center_point_box")))];
            for (int kind = 0; kind < e.Y.Shape[1]; kind++)
            {
                double[] scores = OnnxExample.Numbers(e.Y.At(batch).At(kind));
                int[] good = [.. Enumerable.Range(0, scores.Length).Where(i => scores[i] > least)];
                foreach (int place in NonMaximumSuppression.Keep([.. good.Select(i => boxes[i])], [.. good.Select(i => scores[i])], threshold, limit))
                    found.AddRange([batch, kind, good[place]]);
            }
        }

        return Tensor.From(found.ToArray(), [found.Count / 3, 3]);
    }

    private static Box BoxOf(double[] at, bool isCentre) => isCentre
        ? Box.Around((at[0], at[1]), at[2], at[3])
        : new Box(Math.Min(at[1], at[3]), Math.Min(at[0], at[2]), Math.Max(at[1], at[3]), Math.Max(at[0], at[2]));
}
