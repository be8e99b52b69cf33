using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>Changes of colours that several layers make. Images are (batch, height, width, channels).</summary>
internal static class Colors
{
    /// <summary>Above the error of a change of the range, below the distance of two bytes.</summary>
    public const double Rounding = 1e-3;

    /// <summary>A change of images with values from 0 to a number, for images in another range.</summary>
    public static Func<Tensor, Tensor> InRange(Numbers range, double highest, Func<Tensor, Tensor> change)
    {
        (double low, double scale) = (range[0], highest / (range[1] - range[0]));
        if (low == 0 && scale == 1)
            return change;
        return images => (change((images - low) * scale) / scale) + low;
    }

    /// <summary>How bright pixels are, on one channel; grey images are what they are.</summary>
    /// <exception cref="ShapeException">There are neither three channels nor one.</exception>
    public static Tensor Gray(Tensor images) => images.Shape[-1] switch
    {
        1 => images,
        3 => images.RgbToGrayscale(),
        _ => throw new ShapeException($"received images of shape {images.Shape}; expected three channels, red, green and blue, or one."),
    };

    /// <summary>
    /// Colours with another saturation S = (V - min) / V of the same hue and value V = max: S times a factor, at most 1. The distances from V, which are V S times a function of the hue, change in proportion.
    /// </summary>
    /// <exception cref="ShapeException">There are not three channels.</exception>
    public static Tensor Saturated(Tensor images, Tensor factor)
    {
        if (images.Shape[-1] != 3)
            throw new ShapeException($"received images of shape {images.Shape}; expected three channels, red, green and blue.");
        Tensor value = images.Max([3], keepDims: true), range = value - images.Min([3], keepDims: true), one = Tensor.Scalar(1, images.DType), isGrey = range.Equal(0);
        Tensor saturation = range / Tensor.Where(isGrey, one, value), full = value / Tensor.Where(isGrey, one, range);
        return value - ((value - images) * Tensor.Where((saturation * factor).Greater(1), full, factor.BroadcastTo(range.Shape)));
    }

    /// <summary>Each pixel the mean of itself, with weight 5, and its eight neighbours, with weight 1; pixels at the edges stay, as in PIL and torchvision.</summary>
    public static Tensor Smoothed(Tensor images)
    {
        (int height, int width, int channels) = (images.Shape[1], images.Shape[2], images.Shape[3]);
        if (height < 3 || width < 3)
            return images;
        Tensor kernel = Tensor.From([.. Enumerable.Range(0, 9).Select(place => (place == 4 ? 5 : 1) / 13.0)], [3, 3, 1, 1]).Cast(images.DType);
        Tensor smoothed = images.Convolution(kernel.BroadcastTo([3, 3, 1, channels]).Contiguous(), padding: Padding.Same, groups: channels);
        Tensor inside = Tensor.From([.. Enumerable.Range(0, height * width).Select(place => place / width % (height - 1) != 0 && place % width % (width - 1) != 0)], [1, height, width, 1]);
        return Tensor.Where(inside, smoothed, images);
    }

    /// <summary>The first bits of whole numbers from 0 to 255.</summary>
    /// <param name="images">Values from 0 to 255; fractions are cut off.</param>
    /// <param name="bits">How many bits are kept, 1 to 8.</param>
    public static Tensor Posterized(Tensor images, Tensor bits)
    {
        // 2^(8 - bits); the powers of two are exact.
        Tensor step = ((8 - bits) * Math.Log(2)).Exp().Round();
        return ((images + Rounding).Clip(0, 255).Floor() / step).Floor() * step;
    }

    /// <summary>Values from a threshold on, of 0 to 255, are inverted.</summary>
    public static Tensor Solarized(Tensor images, Tensor threshold) => Tensor.Where(images.Less(threshold), images, 255 - images);

    /// <summary>Each channel of each image stretched to 0 to 255; one of a single value stays.</summary>
    public static Tensor Stretched(Tensor images)
    {
        Tensor low = images.Min([1, 2], keepDims: true), range = images.Max([1, 2], keepDims: true) - low;
        Tensor isFlat = range.Equal(0);
        return Tensor.Where(isFlat, images, (images - low) * (255 / Tensor.Where(isFlat, range.OnesLike(), range)));
    }

    /// <summary>
    /// Each channel of each image with an even histogram: a value v of 0 to 255 becomes round(255 (n(v) - n(first)) / (pixels - n(first))), n(v) being the number of pixels up to v. One of a single value stays.
    /// </summary>
    /// <param name="images">Values from 0 to 255.</param>
    /// <param name="bins">Into how many parts the values are divided.</param>
    public static Tensor Equalized(Tensor images, int bins)
    {
        (int count, int channels, int pixels) = (images.Shape[0], images.Shape[3], images.Shape[1] * images.Shape[2]);
        int histograms = checked(count * channels);
        Tensor first = Tensor.From([.. Enumerable.Range(0, histograms).Select(histogram => checked(histogram * bins))], [count, 1, 1, channels]);
        Tensor places = ((images + Rounding) * ((bins - 1) / 255.0)).Clip(0, bins - 1).Cast(DType.Int32) + first;
        Tensor upTo = places.BinCount(size: checked(histograms * bins)).Reshape(histograms, bins).Cast(ImageDraw.TypeFor(images.DType)).CumSum(1);
        Tensor below = Tensor.Where(upTo.Greater(0), upTo, Tensor.Scalar(pixels, upTo.DType)).Min(1, keepDims: true), rest = pixels - below;
        Tensor table = ((upTo - below) * 255 / rest.Maximum(Tensor.Scalar(1, rest.DType))).Clip(0, 255).Round().Cast(images.DType);
        return Tensor.Where(rest.Equal(0).Reshape([count, 1, 1, channels]), images, table.Reshape([histograms * bins]).Gather(places));
    }
}
