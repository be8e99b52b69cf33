using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// The operations from which <see cref="RandAugment"/> and <see cref="AugMix"/> choose one for each image, with strengths m from 0 to 1. Shear by 0.3 m and shift by 0.45 m of the image, along x or y; rotation by 30 m degrees; brightness,
/// colour, contrast and sharpness 1 + 0.9 m times; 8 - round(4 m) bits; solarization from 255 (1 - m) on; stretched and equalized values; nothing. Where there are two directions, either is as likely. (Cubuk et al.,
/// "RandAugment: practical automated data augmentation with a reduced search space", NeurIPS 2020; the numbers are those of torchvision.)
/// </summary>
internal static class AugmentationSpace
{
    private enum Operation
    {
        Nothing, ShearX, ShearY, ShiftX, ShiftY, Rotation, Posterization, Solarization, AutoContrast, Equalization, Brightness, Color, Contrast, Sharpness,
    }

    /// <summary>One operation for each image, drawn at random.</summary>
    /// <param name="draw">The images.</param>
    /// <param name="strength">m, from the lowest to the highest.</param>
    /// <param name="range">The lowest and the highest value of a pixel.</param>
    /// <param name="interpolation">How pixels are moved.</param>
    /// <param name="all">Whether brightness, colour, contrast and sharpness are among them.</param>
    public static ImageChange Step(ImageDraw draw, (double Low, double High) strength, Numbers range, Interpolation interpolation, bool all = true)
    {
        Tensor chosen = draw.Whole(all ? 14 : 10), m = draw.Uniform(strength), signed = m * draw.Sign();
        Warp warp = new(Moves(draw, chosen, signed), interpolation, FillMode.Reflect);
        Func<Tensor, Tensor> recolor = Colors.InRange(range, 255, images => Recolored(images, draw, chosen, m, signed, all));
        Tensor isColored = draw.ForImages(chosen.Greater((int)Operation.Rotation));
        // The change of the range is not exact, so what is only moved does not pass through it.
        return new ChangesInTurn([warp, new Recoloring(images => Tensor.Where(isColored, recolor(images).Clip(range[0], range[1]), images))]);
    }

    /// <summary>How many bits posterization keeps: 8 for the weakest, never less than 4.</summary>
    internal static Tensor Bits(Tensor strength) => 8 - (strength * 4).Round();

    private static Tensor Moves(ImageDraw draw, Tensor chosen, Tensor signed)
    {
        Tensor angle = For(Operation.Rotation) * (Math.PI / 6), cos = angle.Cos(), sin = angle.Sin();
        Tensor linear = Affine.AboutCentre(cos, (For(Operation.ShearX) * 0.3) - sin, sin + (For(Operation.ShearY) * 0.3), cos, draw.Height, draw.Width);
        Tensor zero = angle.ZerosLike(), x = For(Operation.ShiftX) * (0.45 * draw.Width), y = For(Operation.ShiftY) * (0.45 * draw.Height);
        return linear + Affine.Of(zero, zero, x, zero, zero, y);

        Tensor For(Operation operation) => Tensor.Where(chosen.Equal((int)operation), signed, Tensor.Scalar(0, signed.DType));
    }

    // Values from 0 to 255.
    private static Tensor Recolored(Tensor images, ImageDraw draw, Tensor chosen, Tensor m, Tensor signed, bool all)
    {
        Tensor operation = draw.ForImages(chosen);
        Tensor result = Tensor.Where(Is(Operation.Posterization), Colors.Posterized(images, draw.ForImages(Bits(m))),
            Tensor.Where(Is(Operation.Solarization), Colors.Solarized(images, draw.ForImages((1 - m) * 255)),
            Tensor.Where(Is(Operation.AutoContrast), Colors.Stretched(images), Colors.Equalized(images, 256))));
        if (!all)
            return result;
        // PIL's enhancements lead away from, or to, an image that lacks what is enhanced.
        Tensor gray = Colors.Gray(images);
        Tensor without = Tensor.Where(Is(Operation.Brightness), Tensor.Scalar(0, images.DType),
            Tensor.Where(Is(Operation.Color), gray, Tensor.Where(Is(Operation.Contrast), gray.Mean([1, 2], keepDims: true), Colors.Smoothed(images))));
        return Tensor.Where(operation.Less((int)Operation.Brightness), result, images + ((images - without) * draw.ForImages(signed * 0.9)));

        Tensor Is(Operation one) => operation.Equal((int)one);
    }
}
