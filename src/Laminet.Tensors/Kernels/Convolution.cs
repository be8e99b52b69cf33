using System.Numerics;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Kernels;

/// <summary>The three products of a 2-D convolution.</summary>
internal static unsafe class Convolution
{
    /// <summary>y[n, i, j, o] = sum over r, s, c of x[n, i StrideH + r DilationH - PadTop, j StrideW + s DilationW - PadLeft, c] w[r, s, c, o]
    /// then the epilogue. The kernel is as it is, or in <see cref="KernelPanels"/>.</summary>
    public static void Forward<T>(in ConvolutionGeometry g, T* x, T* w, in Epilogue<T> epilogue, T* y, bool isPacked = false)
        where T : unmanaged, INumber<T>
    {
        if (g.IsPointwiseInSteps)
        {
            MultiplyPoints(g, x, w, epilogue, y, isPacked);
            return;
        }

        using Scratch<Tap> taps = Scratch.Rent<Tap>(g.KernelHeight * g.KernelWidth);
        var product = new PatchProduct<T>
        {
            Grid = ForwardGrid(g, x, taps.Pointer),
            Groups = g.Groups,
            GroupInputs = g.GroupInChannels,
            GroupOutputs = g.GroupOutChannels,
            Weights = w,
            WeightGroupStride = g.GroupOutChannels,
            WeightInputStride = g.OutChannels,
            WeightOutputStride = 1,
            Output = y,
            OutputImageStride = (nint)g.OutHeight * g.OutWidth * g.OutChannels,
            OutputRowStride = (nint)g.OutWidth * g.OutChannels,
            OutputColumnStride = g.OutChannels,
            Epilogue = epilogue,
            IsDepthwise = g.IsDepthwise,
            IsPacked = isPacked,
        };
        product.Run();
    }

    private static void MultiplyPoints<T>(in ConvolutionGeometry g, T* x, T* w, Epilogue<T> epilogue, T* y, bool isPacked)
        where T : unmanaged, INumber<T>
    {
        int pixelCount = checked(g.Batch * g.OutHeight * g.OutWidth);
        // Of one row or one column other kernels than those of tiles are in charge.
        bool swishLast = epilogue.Swish && (pixelCount == 1 || g.OutChannels == 1);
        if (swishLast)
            epilogue.Swish = false;
        using Scratch<T> pixels = Scratch.Rent<T>(g.IsPointwise ? 0 : PixelGather<T>.Length(g));
        if (!g.IsPointwise)
            new PixelGather<T>(g, x, pixels.Pointer).Run();
        MatrixMultiply.Run(g.IsPointwise ? x : pixels.Pointer, g.InChannels, 1, w, g.OutChannels, isPacked ? 0 : 1, y, g.OutChannels, pixelCount, g.OutChannels, g.InChannels, epilogue, isPacked);
        if (swishLast)
            Swish.All(y, pixelCount * g.OutChannels);
    }

    /// <summary>dx: every output's gradient sent back through the weights that read each pixel.</summary>
    /// <remarks>
    /// Pixels h that agree modulo the stride are read by the same taps, r with (h + PadTop - r DilationH) divisible by StrideH.
    /// For each such phase the gradient is itself a convolution of dy with stride 1, its taps in reverse.
    /// </remarks>
    public static void InputGradient<T>(in ConvolutionGeometry g, T* dy, T* w, T* dx)
        where T : unmanaged, INumber<T>
    {
        if (g.IsPointwise)
        {
            MatrixMultiply.Run(dy, g.OutChannels, 1, w, 1, g.OutChannels, dx, g.InChannels,
                checked(g.Batch * g.Height * g.Width), g.InChannels, g.OutChannels);
            return;
        }
        using Scratch<Tap> taps = Scratch.Rent<Tap>(g.KernelHeight * g.KernelWidth);
        for (int phaseH = 0; phaseH < Math.Min(g.StrideH, g.Height); phaseH++)
        {
            for (int phaseW = 0; phaseW < Math.Min(g.StrideW, g.Width); phaseW++)
            {
                nint rowStride = (nint)g.Width * g.InChannels;
                var product = new PatchProduct<T>
                {
                    Grid = GradientGrid(g, dy, phaseH, phaseW, taps.Pointer),
                    Groups = g.Groups,
                    GroupInputs = g.GroupOutChannels,
                    GroupOutputs = g.GroupInChannels,
                    Weights = w,
                    WeightGroupStride = g.GroupOutChannels,
                    WeightInputStride = 1,
                    WeightOutputStride = g.OutChannels,
                    Output = dx + (phaseH * rowStride) + ((nint)phaseW * g.InChannels),
                    OutputImageStride = g.Height * rowStride,
                    OutputRowStride = g.StrideH * rowStride,
                    OutputColumnStride = (nint)g.StrideW * g.InChannels,
                    IsDepthwise = g.IsDepthwise,
                };
                product.Run();
            }
        }
    }

    /// <summary>dw[r, s, c, o] = sum over images and pixels of x[.. + tap, c] dy[.., o].</summary>
    public static void KernelGradient<T>(in ConvolutionGeometry g, T* x, T* dy, T* dw)
        where T : unmanaged, INumber<T>
    {
        using Scratch<Tap> taps = Scratch.Rent<Tap>(g.KernelHeight * g.KernelWidth);
        var product = new PatchGradient<T>
        {
            Grid = ForwardGrid(g, x, taps.Pointer),
            Groups = g.Groups,
            GroupInputs = g.GroupInChannels,
            GroupOutputs = g.GroupOutChannels,
            Gradient = dy,
            Result = dw,
            IsDepthwise = g.IsDepthwise,
        };
        product.Run();
    }

    private static PatchGrid<T> ForwardGrid<T>(in ConvolutionGeometry g, T* x, Tap* taps)
        where T : unmanaged, INumber<T>
    {
        int count = 0;
        for (int r = 0; r < g.KernelHeight; r++)
        {
            for (int s = 0; s < g.KernelWidth; s++)
                taps[count++] = new Tap((r * g.DilationH) - g.PadTop, (s * g.DilationW) - g.PadLeft, WeightOffset(g, r, s));
        }
        return new PatchGrid<T>
        {
            Image = x,
            Batch = g.Batch,
            Height = g.Height,
            Width = g.Width,
            Channels = g.InChannels,
            Rows = g.OutHeight,
            Columns = g.OutWidth,
            RowStep = g.StrideH,
            ColumnStep = g.StrideW,
            Taps = taps,
            TapCount = count,
            TapColumns = g.KernelWidth,
        };
    }

    private static PatchGrid<T> GradientGrid<T>(in ConvolutionGeometry g, T* dy, int phaseH, int phaseW, Tap* taps)
        where T : unmanaged, INumber<T>
    {
        int count = 0, tapRows = 0;
        for (int r = g.KernelHeight - 1; r >= 0; r--)
        {
            int row = phaseH + g.PadTop - (r * g.DilationH);
            if (row % g.StrideH != 0)
                continue;
            int before = count;
            for (int s = g.KernelWidth - 1; s >= 0; s--)
            {
                int column = phaseW + g.PadLeft - (s * g.DilationW);
                if (column % g.StrideW == 0)
                    taps[count++] = new Tap(row / g.StrideH, column / g.StrideW, WeightOffset(g, r, s));
            }
            tapRows += count > before ? 1 : 0;
        }
        return new PatchGrid<T>
        {
            Image = dy,
            Batch = g.Batch,
            Height = g.OutHeight,
            Width = g.OutWidth,
            Channels = g.OutChannels,
            Rows = Rounding.DivideUp(g.Height - phaseH, g.StrideH),
            Columns = Rounding.DivideUp(g.Width - phaseW, g.StrideW),
            RowStep = 1,
            ColumnStep = 1,
            Taps = taps,
            TapCount = count,
            TapColumns = Math.Max(1, count / Math.Max(1, tapRows)),
        };
    }

    private static nint WeightOffset(in ConvolutionGeometry g, int r, int s) =>
        ((nint)(r * g.KernelWidth) + s) * g.GroupInChannels * g.OutChannels;
}
