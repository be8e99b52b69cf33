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
    /// <summary>How many of the border's cells after the height and after the width are there only so that a last window, cut short, still counts (ceil mode).</summary>
    public (int Height, int Width) Beyond { get; init; }

    /// <summary>
    /// For adaptive pooling the number of windows along height and width, otherwise null. Window i of n along a length l then reaches from floor(i l / n) to
    /// ceil((i + 1) l / n), excluded, and Height and Width are the largest window's.
    /// </summary>
    public (int Height, int Width)? Adaptive { get; init; }

    /// <summary>A window over sequences, (batch, length, channels), as one over images of height 1.</summary>
    internal static Window OfSequence(string operation, Shape sequence, int size, int stride, int dilation, Padding padding, bool ceil = false)
    {
        Positive(operation, "the window", size);
        Positive(operation, "the stride", stride);
        Positive(operation, "the dilation", dilation);
        int length = LengthOf(operation, sequence);
        Window window = new(1, size, 1, stride, 1, dilation, default, padding.Of(1, length, size, stride, dilation));
        if (ceil)
            window = window.Ceil([1, 1, length, 1]);
        return Count(length, size, stride, dilation, window.PadWidth) > 0 ? window : throw new ShapeException(
            $"{operation}: a window of {((size - 1) * dilation) + 1} does not fit into the input {sequence}, "
            + $"{length + window.PadWidth.Before + window.PadWidth.After} long with padding. Use a smaller window, Padding.Same, or longer sequences.");
    }

    /// <summary>The windows of adaptive pooling over images.</summary>
    internal static Window OfAdaptive(string operation, Shape image, (int Height, int Width) outputs)
    {
        RequireImages(operation, image);
        Positive(operation, "output size", outputs);
        if (image[1] == 0 || image[2] == 0)
            throw new ShapeException($"{operation}: received an input of shape {image}; an image without pixels has no windows.");
        return new Window(Largest(image[1], outputs.Height), Largest(image[2], outputs.Width), 1, 1, 1, 1, default, default) { Adaptive = outputs };

        // A window begins and ends within a cell of where exact parts would.
        static int Largest(int length, int windows) => Math.Min(length, ((length + windows - 1) / windows) + 1);
    }

    /// <summary>The length of sequences.</summary>
    internal static int LengthOf(string operation, Shape sequence) => sequence.Rank == 3
        ? sequence[1]
        : throw new ShapeException($"{operation}: received an input of shape {sequence}; expected (batch, length, channels). "
            + "A single sequence needs a batch axis (ExpandDims(0)), one of plain numbers a channel axis (ExpandDims(-1)).");

    /// <summary>Throws if these are no volumes.</summary>
    internal static void RequireVolumes(string operation, Shape volume)
    {
        if (volume.Rank != 5)
        {
            throw new ShapeException($"{operation}: received an input of shape {volume}; expected (batch, depth, height, width, channels). "
                + "A single volume needs a batch axis (ExpandDims(0)), a grey one a channel axis (ExpandDims(-1)).");
        }
    }

    /// <summary>The window with a border after height and width that lets a last window count which begins in the image or before it (ceil mode).</summary>
    internal Window Ceil(Shape image)
    {
        int height = Missing(image[1], Height, StrideHeight, DilationHeight, PadHeight), width = Missing(image[2], Width, StrideWidth, DilationWidth, PadWidth);
        return this with
        {
            PadHeight = (PadHeight.Before, PadHeight.After + height),
            PadWidth = (PadWidth.Before, PadWidth.After + width),
            Beyond = (height, width),
        };

        static int Missing(int length, int window, int stride, int dilation, (int Before, int After) pad)
        {
            int positions = Count(length, window, stride, dilation, pad), reach = ((window - 1) * dilation) + 1;
            int end = (positions * stride) + reach - (length + pad.Before + pad.After);
            // The next window counts if it holds a cell that the others leave out and begins before the border after the image.
            return end < stride && positions * stride < length + pad.Before ? end : 0;
        }
    }

    internal static Window Of(
        string operation, Shape image, (int Height, int Width) size, (int Height, int Width) strides, (int Height, int Width) dilation, Padding padding)
    {
        RequireImages(operation, image);
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
        if (Adaptive is { } outputs)
            return outputs;
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

    /// <summary>Where each of the window's cells lies from its first one, from left to right and down.</summary>
    internal IEnumerable<(int Row, int Column)> Cells()
    {
        for (int row = 0; row < Height; row++)
        {
            for (int column = 0; column < Width; column++)
                yield return (row * DilationHeight, column * DilationWidth);
        }
    }

    private static int Count(int length, int window, int stride, int dilation, (int Before, int After) pad)
    {
        long free = (long)length + pad.Before + pad.After - (((long)(window - 1) * dilation) + 1);
        return free < 0 ? 0 : checked((int)((free / stride) + 1));
    }

    /// <summary>Throws if these are no images.</summary>
    internal static void RequireImages(string operation, Shape image)
    {
        if (image.Rank != 4)
        {
            throw new ShapeException($"{operation}: received an input of shape {image}; expected (batch, height, width, channels). "
                + "A single image needs a batch axis (ExpandDims(0)), a grey one a channel axis (ExpandDims(-1)).");
        }
    }

    /// <summary>Throws if a length or a step is no natural number.</summary>
    internal static void Positive(string operation, string name, int value)
    {
        if (value < 1)
            throw new ShapeException($"{operation}: received {name} {value}; expected 1 or more.");
    }

    private static void Positive(string operation, string name, (int Height, int Width) value)
    {
        if (value.Height < 1 || value.Width < 1)
            throw new ShapeException($"{operation}: received {name} {value}; both must be 1 or more.");
    }
}
