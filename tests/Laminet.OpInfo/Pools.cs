namespace Laminet.OpInfo;

/// <summary>Pooling and its inverse.</summary>
internal static class Pools
{
    public static Dictionary<string, Func<Arguments, object>> Table { get; } = new(Enumerable.Range(1, 3).SelectMany(axes => new Dictionary<string, Func<Arguments, object>>
    {
        [$"nn.functional.avg_pool{axes}d"] = a => Average(a, axes),
        [$"nn.functional.max_pool{axes}d"] = a => Largest(a, axes),
        [$"nn.functional.adaptive_avg_pool{axes}d"] = a => Images.First(Adaptive(Images.Last(a.X, axes), Outputs(a, axes), average: true), a.X.Rank == axes + 2),
        [$"nn.functional.adaptive_max_pool{axes}d"] = a => AdaptiveLargest(a, axes),
        [$"nn.functional.max_unpool{axes}d"] = a => Unpooled(a, axes),
    }));

    public static Tensor AdaptiveAverage(Tensor x, int[] outputs) => Images.First(Adaptive(Images.Last(x, outputs.Length), outputs, average: true), true);

    private static int[] Outputs(Arguments a, int axes) => a.Raw(1, "output_size") is object?[] list
        ? [.. list.Select((item, i) => item is null ? a.X.Shape[a.X.Rank - axes + i] : (int)(long)item)]
        : [.. Enumerable.Repeat(a.Int(1, "output_size"), axes)];

    private static Tensor Adaptive(Tensor x, int[] outputs, bool average) => outputs.Length switch
    {
        1 => average ? x.AdaptiveAveragePool1D(outputs[0]) : x.AdaptiveMaxPool1D(outputs[0]),
        2 => average ? x.AdaptiveAveragePool((outputs[0], outputs[1])) : x.AdaptiveMaxPool((outputs[0], outputs[1])),
        _ => average ? x.AdaptiveAveragePool3D((outputs[0], outputs[1], outputs[2])) : x.AdaptiveMaxPool3D((outputs[0], outputs[1], outputs[2])),
    };

    private static Tensor Average(Arguments a, int axes)
    {
        int[] size = a.Each(1, "kernel_size", axes, 1), strides = Strides(a, size), padding = a.Each(3, "padding", axes, 0);
        bool ceil = a.Flag(4, "ceil_mode"), counted = a.Flag(5, "count_include_pad", true);
        double? divisor = a.Has(6, "divisor_override") ? a.Num(6, "divisor_override") : null;
        Tensor x = Images.Last(a.X, axes);
        Padding cells = Images.Explicit(padding);
        Tensor Pooled(Tensor of, bool count) => axes switch
        {
            1 => of.AveragePool1D(size[0], strides[0], cells, count, ceil: ceil),
            2 => of.AveragePool((size[0], size[1]), (strides[0], strides[1]), cells, count, ceil: ceil),
            _ => of.AveragePool3D((size[0], size[1], size[2]), (strides[0], strides[1], strides[2]), cells, count, ceil: ceil),
        };
        if (divisor is null)
            return Images.First(Pooled(x, counted), a.X.Rank == axes + 2);
        // Sums, of the border with zeros, over another divisor: how many cells a window's mean was of is the inverse of the mean of a single one.
        Tensor counts = Counts(x, size, strides, padding, ceil);
        return Images.First(Pooled(x, false) * counts / divisor.Value, a.X.Rank == axes + 2);
    }

    // How many cells of the image lie in each window.
    private static Tensor Counts(Tensor x, int[] size, int[] strides, int[] padding, bool ceil)
    {
        Tensor counts = Tensor.Scalar(1.0, x.DType);
        for (int i = 0; i < size.Length; i++)
        {
            int length = x.Shape[i + 1];
            int span = length + (2 * padding[i]) - size[i];
            int outputs = (span / strides[i]) + 1;
            if (ceil && span % strides[i] != 0 && outputs * strides[i] < length + padding[i])
                outputs++;
            double[] along = [.. Enumerable.Range(0, outputs).Select(k => (k * strides[i]) - padding[i]).Select(start => (double)(Math.Min(start + size[i], length) - Math.Max(start, 0)))];
            counts = counts.ExpandDims(-1) * Tensor.From(along).Cast(x.DType);
        }
        return counts.ExpandDims(-1);
    }

    private static int[] Strides(Arguments a, int[] size) => a.Ints(2, "stride").Length == 0 ? size : a.Each(2, "stride", size.Length, 1);

    private static Tensor[] Largest(Arguments a, int axes)
    {
        int[] size = a.Each(1, "kernel_size", axes, 1), strides = Strides(a, size), padding = a.Each(3, "padding", axes, 0), dilation = a.Each(4, "dilation", axes, 1);
        bool ceil = a.Flag(-1, "ceil_mode"), isBatch = a.X.Rank == axes + 2;
        Tensor x = Images.Last(a.X, axes);
        Padding cells = Images.Explicit(padding);
        Tensor result = axes switch
        {
            1 => x.MaxPool1D(size[0], strides[0], cells, dilation[0], ceil),
            2 => x.MaxPool((size[0], size[1]), (strides[0], strides[1]), cells, (dilation[0], dilation[1]), ceil),
            _ => x.MaxPool3D((size[0], size[1], size[2]), (strides[0], strides[1], strides[2]), cells, (dilation[0], dilation[1], dilation[2]), ceil),
        };
        if (!a.Flag(-1, "return_indices"))
            return [Images.First(result, isBatch)];
        int[] outputs = [.. result.Shape.Skip(1).Take(axes)];
        int[][][] windows = [.. Enumerable.Range(0, axes).Select(i => Enumerable.Range(0, outputs[i]).Select(k => Enumerable.Range(0, size[i]).Select(t => (k * strides[i]) - padding[i] + (t * dilation[i])).Where(p => p >= 0 && p < x.Shape[i + 1]).ToArray()).ToArray())];
        return [Images.First(result, isBatch), Images.First(Positions(x, windows), isBatch)];
    }

    private static Tensor[] AdaptiveLargest(Arguments a, int axes)
    {
        bool isBatch = a.X.Rank == axes + 2;
        Tensor x = Images.Last(a.X, axes);
        int[] outputs = Outputs(a, axes);
        Tensor result = Images.First(Adaptive(x, outputs, average: false), isBatch);
        if (!a.Flag(2, "return_indices"))
            return [result];
        int[][][] windows = [.. outputs.Select((count, i) => Enumerable.Range(0, count).Select(k => Enumerable.Range(k * x.Shape[i + 1] / count, (((k + 1) * x.Shape[i + 1]) + count - 1) / count - (k * x.Shape[i + 1] / count)).ToArray()).ToArray())];
        return [result, Images.First(Positions(x, windows), isBatch)];
    }

    // The place, in the whole image, of each window's largest cell: the cells of all windows are gathered, and the first largest is found. Windows of fewer cells repeat their last.
    public static Tensor Positions(Tensor x, int[][][] windows)
    {
        int axes = windows.Length;
        int[] lengths = [.. x.Shape.Skip(1).Take(axes)];
        List<int>[] places = [[0]];
        for (int i = 0; i < axes; i++)
            places = [.. places.SelectMany(before => windows[i].Select(along => before.SelectMany(place => along.Select(p => (place * lengths[i]) + p)).ToList()))];
        int most = places.Max(list => list.Count);
        var gathered = Tensor.From([.. places.SelectMany(list => list.Concat(Enumerable.Repeat(list[^1], most - list.Count)))], [places.Length, most]);
        Tensor flat = x.Reshape(x.Shape[0], lengths.Aggregate(1, (product, length) => product * length), x.Shape[^1]);
        Tensor which = flat.Detach().Gather(gathered, 1).ArgMax(2);
        Tensor found = gathered.ExpandDims(0).ExpandDims(-1).BroadcastTo([x.Shape[0], places.Length, most, x.Shape[^1]]).TakeAlong(which.ExpandDims(2), 2).Squeeze(2);
        return found.Reshape(Shape.Create([x.Shape[0], .. windows.Select(window => window.Length), x.Shape[^1]]));
    }

    private static Tensor Unpooled(Arguments a, int axes)
    {
        int[] size = a.Each(2, "kernel_size", axes, 1), strides = a.Has(3, "stride") ? a.Each(3, "stride", axes, 1) : size, padding = a.Each(4, "padding", axes, 0);
        int outer = a.X.Rank - axes;
        int[] lengths = a.Has(5, "output_size") ? a.Ints(5, "output_size")[^axes..] : [.. Enumerable.Range(0, axes).Select(i => ((a.X.Shape[outer + i] - 1) * strides[i]) - (2 * padding[i]) + size[i])];
        int cells = lengths.Aggregate(1, (product, length) => product * length), rows = a.X.Shape.Take(outer).Aggregate(1, (product, length) => product * length);
        Tensor values = a.X.Reshape(rows, a.X.Length / rows), places = a.T(1).Reshape(rows, a.X.Length / rows);
        return Tensor.Zeros([rows, cells], a.X.DType).PutAlong(places, values).Reshape(Shape.Create([.. a.X.Shape.Take(outer), .. lengths]));
    }
}
