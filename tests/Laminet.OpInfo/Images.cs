namespace Laminet.OpInfo;

/// <summary>Convolution, borders, patches and sizes of images, which have their channels first in PyTorch.</summary>
internal static class Images
{
    public static Dictionary<string, Func<Arguments, object>> Table { get; } = new(new Dictionary<string, Func<Arguments, object>>
    {
        ["nn.functional.conv1d"] = a => Convolved(a, 1),
        ["nn.functional.conv2d"] = a => Convolved(a, 2),
        ["nn.functional.conv_transpose1d"] = a => Transposed(a, 1),
        ["nn.functional.conv_transpose2d"] = a => Transposed(a, 2),
        ["nn.functional.conv_transpose3d"] = a => Transposed(a, 3),
        ["nn.functional.unfold"] = Unfold,
        ["constant_pad_nd"] = a => Bordered(a.X, Borders(a), "constant", a.Num(2, "value", 0)),
        ["nn.functional.pad"] = a => Bordered(a.X, Borders(a), a.Text(2, "mode", "constant"), a.Num(3, "value", 0)),
        ["nn.functional.pixel_shuffle"] = a => Shuffle(a.X, a.Int(1, "upscale_factor")),
        ["nn.functional.pixel_unshuffle"] = a => Unshuffle(a.X, a.Int(1, "downscale_factor")),
        ["nn.functional.interpolate"] = a => Interpolated(a, a.Text(3, "mode", "nearest"), a.Flag(4, "align_corners")),
        ["nn.functional.grid_sample"] = GridSample,
        ["nn.functional.upsample_nearest"] = a => Interpolated(a, "nearest", false),
        ["nn.functional.upsample_bilinear"] = a => Interpolated(a, "bilinear", true),
    });

    /// <summary>(batch, channels, ...) with the channels last; a batch of one where there is none.</summary>
    public static Tensor Last(Tensor x, int axes) => (x.Rank == axes + 1 ? x.ExpandDims(0) : x).MoveAxis(1, -1);

    public static Tensor First(Tensor x, bool isBatch) => isBatch ? x.MoveAxis(-1, 1) : x.MoveAxis(-1, 1).Squeeze(0);

    public static Padding Explicit(int[] cells) => cells.Length switch
    {
        1 => Padding.Explicit((cells[0], cells[0])),
        2 => Padding.Explicit((cells[0], cells[0]), (cells[1], cells[1])),
        _ => Padding.Explicit((cells[0], cells[0]), (cells[1], cells[1]), (cells[2], cells[2])),
    };

    private static Tensor Convolved(Arguments a, int axes)
    {
        Tensor x = Last(a.X, axes), kernel = a.T(1).Transpose([.. Enumerable.Range(2, axes), 1, 0]);
        int[] strides = a.Each(3, "stride", axes, 1), dilation = a.Each(5, "dilation", axes, 1);
        Padding padding = a.Raw(4, "padding") is string name ? name : Explicit(a.Each(4, "padding", axes, 0));
        int groups = a.Int(6, "groups", 1);
        Tensor result = axes == 1
            ? x.Convolution1D(kernel, a.Maybe(2, "bias"), strides[0], padding, dilation[0], groups)
            : x.Convolution(kernel, a.Maybe(2, "bias"), (strides[0], strides[1]), padding, (dilation[0], dilation[1]), groups);
        return First(result, a.X.Rank == axes + 2);
    }

    // PyTorch's kernel is (in, out / groups, ...); ours (..., out / groups, in).
    private static Tensor Transposed(Arguments a, int axes)
    {
        Tensor x = Last(a.X, axes), kernel = a.T(1).Transpose([.. Enumerable.Range(2, axes), 1, 0]);
        int[] strides = a.Each(3, "stride", axes, 1), more = a.Each(5, "output_padding", axes, 0), dilation = a.Each(7, "dilation", axes, 1);
        Padding padding = Explicit(a.Each(4, "padding", axes, 0));
        int groups = a.Int(6, "groups", 1);
        Tensor result = axes switch
        {
            1 => x.TransposedConvolution1D(kernel, strides[0], padding, more[0], dilation[0], groups),
            2 => x.TransposedConvolution(kernel, (strides[0], strides[1]), padding, (more[0], more[1]), (dilation[0], dilation[1]), groups),
            _ => x.TransposedConvolution3D(kernel, (strides[0], strides[1], strides[2]), padding, (more[0], more[1], more[2]), (dilation[0], dilation[1], dilation[2]), groups),
        };
        return First(a.Maybe(2, "bias") is Tensor bias ? result + bias : result, a.X.Rank == axes + 2);
    }

    private static Tensor Unfold(Arguments a)
    {
        int[] size = a.Each(1, "kernel_size", 2, 1), dilation = a.Each(2, "dilation", 2, 1), padding = a.Each(3, "padding", 2, 0), strides = a.Each(4, "stride", 2, 1);
        Tensor rows = Last(a.X, 2).Unfold((size[0], size[1]), (strides[0], strides[1]), Explicit(padding), (dilation[0], dilation[1]));
        // (batch, positions, window, channels) with the channels before the window, and the positions last.
        int channels = a.X.Shape[1], window = size[0] * size[1];
        return rows.Reshape(rows.Shape[0], rows.Shape[1], window, channels).Transpose(0, 3, 2, 1).Reshape(rows.Shape[0], channels * window, rows.Shape[1]);
    }

    // From the last axis to the front, (before, after) for each.
    private static (int, int)[] Borders(Arguments a)
    {
        int[] flat = a.Ints(1, "pad");
        return [.. Enumerable.Range(0, flat.Length / 2).Select(i => (flat[2 * i], flat[(2 * i) + 1])).Reverse()];
    }

    /// <summary>Borders of the last axes: cut off where negative; a constant, or the numbers of the array itself at mirrored, nearest or repeated positions.</summary>
    public static Tensor Bordered(Tensor x, (int Before, int After)[] borders, string mode, double value = 0)
    {
        int first = x.Rank - borders.Length;
        for (int i = 0; i < borders.Length; i++)
        {
            int axis = first + i;
            (int before, int after) = borders[i];
            int length = x.Shape[axis];
            if (mode == "constant")
            {
                x = x.Slice(Math.Max(-before, 0), length - Math.Max(-after, 0), axis: axis)
                    .Pad([.. Enumerable.Range(0, x.Rank).Select(each => each == axis ? (Math.Max(before, 0), Math.Max(after, 0)) : (0, 0))], value);
                continue;
            }
            // What is cut off is no part of what goes around.
            x = x.Slice(Math.Max(-before, 0), length - Math.Max(-after, 0), axis: axis);
            (before, after, length) = (Math.Max(before, 0), Math.Max(after, 0), x.Shape[axis]);
            int[] positions = [.. Enumerable.Range(-before, before + length + after).Select(position => mode switch
            {
                "reflect" => position < 0 ? -position : position >= length ? (2 * (length - 1)) - position : position,
                "replicate" => Math.Clamp(position, 0, length - 1),
                _ => ((position % length) + length) % length,
            })];
            x = x.Gather(Tensor.From(positions), axis);
        }
        return x;
    }

    private static Tensor Shuffle(Tensor x, int factor)
    {
        (int n, int c, int h, int w) = (x.Shape[0], x.Shape[1] / (factor * factor), x.Shape[2], x.Shape[3]);
        return x.Reshape(n, c, factor, factor, h, w).Transpose(0, 1, 4, 2, 5, 3).Reshape(n, c, h * factor, w * factor);
    }

    private static Tensor Unshuffle(Tensor x, int factor)
    {
        (int n, int c, int h, int w) = (x.Shape[0], x.Shape[1], x.Shape[2] / factor, x.Shape[3] / factor);
        return x.Reshape(n, c, h, factor, w, factor).Transpose(0, 1, 3, 5, 2, 4).Reshape(n, c * factor * factor, h, w);
    }

    // Coordinates from -1 to 1 as x and y of pixels.
    private static Tensor GridSample(Arguments a)
    {
        int axes = a.X.Rank - 2;
        bool align = a.Flag(-1, "align_corners");
        var size = Tensor.From([.. a.X.Shape.Skip(2).Reverse().Select(length => (double)length)]).Cast(a.X.DType);
        Tensor places = align ? (a.T(1) + 1) * 0.5 * (size - 1) : (((a.T(1) + 1) * size) - 1) * 0.5;
        FillMode fill = a.Text(-1, "padding_mode") switch { "zeros" => FillMode.Constant, "border" => FillMode.Nearest, _ => align ? FillMode.Mirror : FillMode.Reflect };
        Interpolation interpolation = a.Text(-1, "mode") switch { "nearest" => Interpolation.Nearest, "bicubic" => Interpolation.Bicubic, _ => Interpolation.Bilinear };
        return First(Last(a.X, axes).SampleAt(places, interpolation, fill), true);
    }

    // Axis by axis, by positions or by a matrix of weights. Resize has PyTorch's bilinear interpolation without aligned corners, for sizes; its nearest pixel and its cubic curve are other ones.
    private static Tensor Interpolated(Arguments a, string mode, bool align)
    {
        int axes = a.X.Rank - 2;
        bool isSize = a.Has(1, "size");
        double[] scales = isSize ? [] : a.Raw(2, "scale_factor") is object?[] list ? [.. list.Select(item => Convert.ToDouble(item, System.Globalization.CultureInfo.InvariantCulture))] : [.. Enumerable.Repeat(a.Num(2, "scale_factor"), axes)];
        int[] sizes = isSize ? a.Each(1, "size", axes, 1) : [.. scales.Select((scale, i) => (int)Math.Floor(a.X.Shape[i + 2] * scale))];
        if (mode == "area")
            return Pools.AdaptiveAverage(a.X, sizes);
        if (mode == "bilinear" && !align && isSize)
            return First(Last(a.X, 2).Resize((sizes[0], sizes[1])), true);
        Tensor x = a.X;
        for (int i = 0; i < axes; i++)
        {
            int old = x.Shape[i + 2];
            double step = align ? sizes[i] > 1 ? (old - 1.0) / (sizes[i] - 1) : 0 : isSize ? (double)old / sizes[i] : 1 / scales[i];
            double[] places = [.. Enumerable.Range(0, sizes[i]).Select(k => mode == "nearest" || align ? k * step : ((k + 0.5) * step) - 0.5)];
            x = mode == "nearest"
                ? x.Gather(Tensor.From([.. places.Select(place => Math.Min((int)((float)place), old - 1))]), i + 2)
                : Tensor.From(Weights(places, old, mode == "bicubic"), [sizes[i], old]).Cast(x.DType).TensorDot(x.MoveAxis(i + 2, 0), 1).MoveAxis(0, i + 2);
        }
        return x;
    }

    // Pixels beyond the edges are those at the edges. The cubic curve has a = -3/4.
    private static double[] Weights(double[] places, int old, bool cubic)
    {
        double[] weights = new double[places.Length * old];
        for (int k = 0; k < places.Length; k++)
        {
            double place = cubic ? places[k] : Math.Max(places[k], 0);
            int near = (int)Math.Floor(place);
            for (int j = near - (cubic ? 1 : 0); j <= near + (cubic ? 2 : 1); j++)
                weights[(k * old) + Math.Clamp(j, 0, old - 1)] += cubic ? Cubic(Math.Abs(place - j)) : Math.Max(0, 1 - Math.Abs(place - j));
        }
        return weights;
    }

    private static double Cubic(double d) => d < 1 ? (((1.25 * d) - 2.25) * d * d) + 1 : d < 2 ? ((((-0.75 * d) + 3.75) * d) - 6) * d + 3 : 0;
}
