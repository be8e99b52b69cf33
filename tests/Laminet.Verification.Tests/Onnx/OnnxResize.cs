using Laminet.Tensors;

namespace Laminet.Verification.Tests.Onnx;

/// <summary>Resizing by ONNX's rules for coordinates: along each axis a product with a matrix of weights.</summary>
internal static class OnnxResize
{
    public static Tensor Resized(OnnxExample e)
    {
        int rank = e.X.Rank;
        int[] axes = [.. (e.Ints("axes") ?? [.. Enumerable.Range(0, rank)]).Select(axis => OnnxReductions.Axis(axis, rank))];
        double[] lengths = [.. axes.Select(axis => (double)e.X.Shape[axis])];
        double[] scales = e.Maybe(2) is Tensor given && given.Length > 0 ? OnnxExample.Numbers(given) : [.. e.Whole(3)!.Select((size, i) => size / lengths[i])];
        int[] sizes = e.Whole(3) ?? [.. scales.Select((scale, i) => (int)Math.Floor(scale * lengths[i]))];
        string policy = e.Text("keep_aspect_ratio_policy", "stretch");
        if (policy != "stretch")
        {
            double one = policy == "not_larger" ? scales.Min() : scales.Max();
            scales = [.. scales.Select(_ => one)];
            sizes = [.. lengths.Select(length => (int)Math.Floor((one * length) + 0.5))];
        }

        double[] region = e.Maybe(1) is Tensor roi && roi.Length > 0 ? OnnxExample.Numbers(roi) : [.. axes.Select(_ => 0.0), .. axes.Select(_ => 1.0)];
        Tensor x = e.X;
        for (int i = axes.Length - 1; i >= 0; i--)
        {
            int length = x.Shape[axes[i]];
            double[] places = [.. Enumerable.Range(0, sizes[i]).Select(k => Place(e, k, length, sizes[i], scales[i], region[i], region[axes.Length + i]))];
            x = Tensor.From(Weights(e, places, length, scales[i]), [sizes[i], length]).Cast(x.DType).TensorDot(x.MoveAxis(axes[i], 0), 1).MoveAxis(0, axes[i]);
            if (e.Text("coordinate_transformation_mode", "half_pixel") == "tf_crop_and_resize")
            {
                var isOutside = Tensor.From(places.Select(place => place < 0 || place > length - 1).ToArray(), Shape.Create([.. Enumerable.Range(0, rank).Select(axis => axis == axes[i] ? sizes[i] : 1)]));
                x = x.MaskedFill(isOutside.BroadcastTo(x.Shape), e.Num("extrapolation_value", 0));
            }
        }

        return x;
    }

    // Where an output lies among the inputs.
    private static double Place(OnnxExample e, int k, int length, int size, double scale, double from, double to)
    {
        double wide = scale * length;
        return e.Text("coordinate_transformation_mode", "half_pixel") switch
        {
            "align_corners" => wide == 1 ? 0 : k * (length - 1) / (wide - 1),
            "asymmetric" => k / scale,
            "tf_crop_and_resize" => (wide == 1 ? (to - from) * (length - 1) / 2 : k * (to - from) * (length - 1) / (wide - 1)) + (from * (length - 1)),
            "pytorch_half_pixel" when wide == 1 => -0.5,
            "half_pixel_symmetric" => (length / 2.0 * (1 - (size / wide))) + ((k + 0.5) / scale) - 0.5,
            _ => ((k + 0.5) / scale) - 0.5,
        };
    }

    private static double[] Weights(OnnxExample e, double[] places, int length, double scale)
    {
        double[] weights = new double[places.Length * length];
        string mode = e.Text("mode", "nearest");
        double slow = e.Flag("antialias") ? Math.Min(scale, 1) : 1, a = e.Num("cubic_coeff_a", -0.75);
        int reach = (int)Math.Ceiling((mode == "cubic" ? 2 : 1) / slow);
        for (int k = 0; k < places.Length; k++)
        {
            if (mode == "nearest")
            {
                weights[(k * length) + Math.Clamp(Nearest(places[k], e.Text("nearest_mode", "round_prefer_floor")), 0, length - 1)] = 1;
                continue;
            }

            int near = (int)Math.Floor(places[k]);
            (int Place, double Weight)[] taps = [.. Enumerable.Range(near - reach, (2 * reach) + 2).Select(j => (j, mode == "cubic" ? Cubic(Math.Abs(places[k] - j) * slow, a) : Math.Max(0, 1 - (Math.Abs(places[k] - j) * slow))))];
            if (e.Flag("exclude_outside"))
                taps = [.. taps.Where(tap => tap.Place >= 0 && tap.Place < length)];
            double sum = taps.Sum(tap => tap.Weight);
            foreach ((int place, double weight) in taps)
                weights[(k * length) + Math.Clamp(place, 0, length - 1)] += weight / sum;
        }

        return weights;
    }

    private static int Nearest(double place, string mode) => mode switch
    {
        "floor" => (int)Math.Floor(place),
        "ceil" => (int)Math.Ceiling(place),
        "round_prefer_ceil" => (int)Math.Floor(place + 0.5),
        _ => (int)Math.Ceiling(place - 0.5),
    };

    public static double Cubic(double d, double a) => d <= 1 ? ((((a + 2) * d) - (a + 3)) * d * d) + 1 : d < 2 ? (((((d - 5) * d) + 8) * d) - 4) * a : 0;
}
