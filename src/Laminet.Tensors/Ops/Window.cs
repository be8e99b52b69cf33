using ConvolutionGeometry = Laminet.Tensors.Kernels.ConvolutionGeometry;

namespace Laminet.Tensors.Ops;

/// <summary>A window that moves over height and width: its size, steps and border, with the border worked out in cells.</summary>
/// <param name="Height">Cells of the window along the height.</param>
/// <param name="Width">Cells of the window along the width.</param>
/// <param name="StrideHeight">The step along the height.</param>
/// <param name="StrideWidth">The step along the width.</param>
/// <param name="DilationHeight">The distance of the window's cells along the height.</param>
/// <param name="DilationWidth">The distance of the window's cells along the width.</param>
/// <param name="PadHeight">Cells of border before and after the height.</param>
/// <param name="PadWidth">Cells of border before and after the width.</param>
public readonly record struct Window(
    int Height, int Width, int StrideHeight, int StrideWidth, int DilationHeight, int DilationWidth,
    (int Before, int After) PadHeight, (int Before, int After) PadWidth)
{
    internal static Window Of(
        string operation, Shape image, (int Height, int Width) size, (int Height, int Width) strides, (int Height, int Width) dilation, Padding padding)
    {
        if (image.Rank != 4)
        {
            throw new ShapeException($"{operation}: received an input of shape {image}; expected (batch, height, width, channels). "
                + "A single image needs a batch axis (ExpandDims(0)), a grey one a channel axis (ExpandDims(-1)).");
        }

        Positive(operation, "window", size);
        Positive(operation, "strides", strides);
        Positive(operation, "dilation", dilation);
        return new Window(size.Height, size.Width, strides.Height, strides.Width, dilation.Height, dilation.Width,
            padding.Of(0, image[1], size.Height, strides.Height, dilation.Height),
            padding.Of(1, image[2], size.Width, strides.Width, dilation.Width));
    }

    /// <summary>What the kernels of a convolution and of its gradients need to know, from the three shapes.</summary>
    internal ConvolutionGeometry Geometry(int groups, Shape image, Shape kernel, Shape output) => new(
        image[0], image[1], image[2], image[3], kernel[0], kernel[1], kernel[3], output[1], output[2],
        StrideHeight, StrideWidth, PadHeight.Before, PadWidth.Before, DilationHeight, DilationWidth, groups);

    /// <summary>How many positions the window takes along height and width.</summary>
    internal (int Height, int Width) Positions(string operation, Shape image)
    {
        (int height, int width) = (
            Count(image[1], Height, StrideHeight, DilationHeight, PadHeight),
            Count(image[2], Width, StrideWidth, DilationWidth, PadWidth));
        if (height <= 0 || width <= 0)
        {
            throw new ShapeException($"{operation}: a window of {((Height - 1) * DilationHeight) + 1} x {((Width - 1) * DilationWidth) + 1} "
                + $"does not fit into the input {image}, {image[1] + PadHeight.Before + PadHeight.After} x {image[2] + PadWidth.Before + PadWidth.After} "
                + "with padding. Use a smaller window, Padding.Same, or larger images.");
        }

        return (height, width);
    }

    private static int Count(int length, int window, int stride, int dilation, (int Before, int After) pad)
    {
        long free = (long)length + pad.Before + pad.After - (((long)(window - 1) * dilation) + 1);
        return free < 0 ? 0 : checked((int)((free / stride) + 1));
    }

    private static void Positive(string operation, string name, (int Height, int Width) value)
    {
        if (value.Height < 1 || value.Width < 1)
            throw new ShapeException($"{operation}: received {name} {value}; both must be 1 or more.");
    }
}
