using System.Numerics;
using Laminet.Tensors.Kernels;

namespace Laminet.Tensors.Tests.Kernels;

[Collection("Engine settings")]
public unsafe class ConvolutionTests
{
    // batch, height, width, in, kernel h, w, out, stride h, w, pad (top, left, bottom, right), dilation h, w, groups
    public static TheoryData<int[]> Cases => new()
    {
        new[] { 2, 5, 6, 3, 3, 3, 4, 1, 1, 0, 0, 0, 0, 1, 1, 1 },
        new[] { 2, 5, 6, 3, 3, 3, 20, 1, 1, 1, 1, 1, 1, 1, 1, 1 },
        new[] { 1, 28, 28, 1, 3, 3, 32, 1, 1, 0, 0, 0, 0, 1, 1, 1 },
        new[] { 3, 13, 13, 32, 3, 3, 64, 1, 1, 0, 0, 0, 0, 1, 1, 1 },
        new[] { 1, 9, 8, 5, 3, 2, 7, 2, 3, 1, 0, 2, 1, 1, 1, 1 },
        new[] { 2, 11, 10, 4, 3, 3, 6, 1, 1, 2, 2, 2, 2, 2, 3, 1 },
        new[] { 1, 11, 10, 4, 3, 3, 6, 2, 2, 2, 1, 2, 1, 2, 2, 1 },
        new[] { 1, 11, 10, 3, 4, 2, 5, 3, 2, 1, 1, 1, 1, 2, 3, 1 },
        new[] { 2, 7, 7, 6, 1, 1, 10, 1, 1, 0, 0, 0, 0, 1, 1, 1 },
        new[] { 2, 7, 7, 6, 1, 1, 10, 2, 2, 0, 0, 0, 0, 1, 1, 1 },
        new[] { 1, 4, 4, 2, 1, 1, 3, 3, 3, 2, 2, 2, 2, 1, 1, 1 },
        new[] { 1, 3, 3, 2, 2, 2, 3, 1, 1, 4, 4, 4, 3, 1, 1, 1 },
        new[] { 2, 8, 9, 6, 3, 3, 9, 1, 1, 1, 1, 1, 1, 1, 1, 3 },
        new[] { 2, 8, 9, 8, 3, 3, 4, 2, 2, 1, 1, 1, 1, 1, 1, 2 },
        new[] { 2, 8, 9, 11, 3, 3, 11, 1, 1, 1, 1, 1, 1, 1, 1, 11 },
        new[] { 2, 9, 9, 19, 3, 3, 19, 2, 2, 1, 1, 1, 1, 1, 1, 19 },
        new[] { 1, 8, 9, 4, 3, 3, 8, 1, 1, 1, 1, 1, 1, 1, 1, 4 },
        new[] { 1, 1, 700, 3, 1, 5, 4, 1, 1, 0, 2, 0, 2, 1, 1, 1 },
        new[] { 1, 5, 5, 300, 3, 3, 17, 1, 1, 1, 1, 1, 1, 1, 1, 1 },
        new[] { 1, 3, 3, 500, 1, 2, 3, 1, 1, 0, 0, 0, 0, 1, 1, 1 },
        new[] { 0, 5, 6, 3, 3, 3, 4, 1, 1, 0, 0, 0, 0, 1, 1, 1 },
        new[] { 9, 4, 4, 3, 3, 3, 50, 1, 1, 0, 0, 1, 1, 1, 1, 1 },
        new[] { 1, 2, 2, 3, 5, 5, 4, 1, 1, 2, 2, 2, 2, 1, 1, 1 },
        // Enough pixels and channels for Winograd's transforms: whole tiles, tiles over the edge, wide and uneven borders.
        new[] { 1, 28, 28, 24, 3, 3, 24, 1, 1, 1, 1, 1, 1, 1, 1, 1 },
        new[] { 2, 23, 18, 27, 3, 3, 37, 1, 1, 0, 1, 2, 1, 1, 1, 1 },
        new[] { 15, 7, 7, 25, 3, 3, 51, 1, 1, 1, 1, 1, 1, 1, 1, 1 },
        new[] { 5, 13, 13, 24, 3, 3, 33, 1, 1, 1, 1, 1, 1, 1, 1, 1 },
        new[] { 1, 27, 26, 401, 3, 3, 24, 1, 1, 3, 0, 0, 4, 1, 1, 1 },
        new[] { 1, 30, 30, 24, 3, 3, 24, 1, 1, 0, 0, 0, 0, 1, 1, 1 },
        // Few tiles and many channels, shared by panels: whole tiles, inputs in two and three parts, a last panel in part, uneven borders.
        new[] { 1, 12, 12, 48, 3, 3, 64, 1, 1, 1, 1, 1, 1, 1, 1, 1 },
        new[] { 1, 14, 14, 130, 3, 3, 50, 1, 1, 1, 1, 1, 1, 1, 1, 1 },
        new[] { 1, 14, 14, 300, 3, 3, 48, 1, 1, 1, 1, 1, 1, 1, 1, 1 },
        new[] { 3, 10, 13, 50, 3, 3, 49, 1, 1, 0, 1, 2, 1, 1, 1, 1 },
        new[] { 6, 7, 7, 64, 3, 3, 96, 1, 1, 1, 1, 1, 1, 1, 1, 1 },
        // First convolutions by Winograd's transforms: steps of 1 and 2, three and four channels, taps that make three or four of staged pixels, tiles over the edge, wide and uneven borders, an even number of rows and columns and an odd one.
        new[] { 1, 30, 29, 3, 3, 3, 16, 1, 1, 1, 1, 1, 1, 1, 1, 1 },
        new[] { 2, 30, 27, 4, 3, 3, 48, 1, 1, 0, 2, 3, 0, 1, 1, 1 },
        new[] { 2, 29, 31, 3, 4, 4, 16, 1, 1, 1, 2, 2, 1, 1, 1, 1 },
        new[] { 1, 61, 58, 3, 7, 7, 32, 2, 2, 3, 3, 3, 3, 1, 1, 1 },
        new[] { 2, 61, 58, 3, 7, 7, 16, 2, 2, 2, 2, 3, 3, 1, 1, 1 },
        new[] { 1, 57, 60, 4, 6, 6, 16, 2, 2, 2, 0, 2, 4, 1, 1, 1 },
        new[] { 2, 61, 57, 3, 5, 5, 64, 2, 2, 2, 1, 2, 2, 1, 1, 1 },
        // What the first layers, the pointwise and the grouped layers of networks look like.
        new[] { 1, 23, 21, 3, 7, 7, 17, 2, 2, 3, 3, 3, 3, 1, 1, 1 },
        new[] { 1, 35, 39, 3, 11, 11, 9, 4, 4, 2, 2, 2, 2, 1, 1, 1 },
        new[] { 2, 9, 11, 16, 5, 5, 33, 1, 1, 2, 2, 2, 2, 1, 1, 1 },
        new[] { 2, 8, 7, 70, 1, 1, 90, 2, 2, 0, 0, 0, 0, 1, 1, 1 },
        new[] { 1, 14, 13, 40, 3, 3, 40, 1, 1, 1, 1, 1, 1, 1, 1, 10 },
        new[] { 2, 9, 9, 48, 3, 3, 96, 2, 2, 1, 1, 1, 1, 1, 1, 2 },
        new[] { 2, 12, 30, 67, 3, 3, 67, 1, 1, 1, 1, 1, 1, 1, 1, 67 },
        new[] { 2, 13, 12, 16, 5, 5, 16, 1, 1, 4, 4, 4, 4, 2, 2, 16 },
        new[] { 1, 9, 9, 6, 3, 3, 12, 1, 1, 1, 1, 1, 1, 1, 1, 6 },
        // Depthwise rows: without a border, with uneven and wide ones, a single pixel, several tasks of an odd number of rows.
        new[] { 1, 5, 6, 5, 3, 3, 5, 1, 1, 0, 0, 0, 0, 1, 1, 5 },
        new[] { 1, 7, 9, 16, 3, 3, 16, 1, 1, 0, 2, 1, 0, 1, 1, 16 },
        new[] { 2, 4, 3, 33, 3, 3, 33, 1, 1, 4, 3, 2, 4, 1, 1, 33 },
        new[] { 1, 1, 1, 18, 3, 3, 18, 1, 1, 1, 1, 1, 1, 1, 1, 18 },
        new[] { 1, 35, 23, 130, 3, 3, 130, 1, 1, 1, 1, 1, 1, 1, 1, 130 },
        // Depthwise lines, 5 x 5 and steps of 2: the same, and an image whose last row and column no patch reads.
        new[] { 2, 9, 8, 19, 5, 5, 19, 1, 1, 2, 2, 2, 2, 1, 1, 19 },
        new[] { 1, 6, 5, 33, 5, 5, 33, 1, 1, 0, 0, 0, 0, 1, 1, 33 },
        new[] { 1, 3, 2, 16, 5, 5, 16, 1, 1, 6, 5, 3, 6, 1, 1, 16 },
        new[] { 2, 10, 9, 35, 5, 5, 35, 2, 2, 2, 2, 2, 2, 1, 1, 35 },
        new[] { 1, 7, 8, 16, 5, 5, 16, 2, 2, 0, 5, 1, 6, 1, 1, 16 },
        new[] { 1, 1, 1, 18, 5, 5, 18, 2, 2, 2, 2, 2, 2, 1, 1, 18 },
        new[] { 2, 8, 9, 17, 3, 3, 17, 2, 2, 0, 0, 1, 1, 1, 1, 17 },
        new[] { 1, 6, 8, 33, 3, 3, 33, 2, 2, 0, 0, 0, 0, 1, 1, 33 },
        new[] { 1, 2, 3, 5, 3, 3, 5, 2, 2, 4, 3, 3, 4, 1, 1, 5 },
        new[] { 1, 49, 47, 131, 3, 3, 131, 2, 2, 1, 1, 1, 1, 1, 1, 131 },
        // Whole tiles of one, two and three vectors.
        new[] { 1, 6, 8, 20, 1, 1, 16, 1, 1, 0, 0, 0, 0, 1, 1, 1 },
        new[] { 1, 6, 8, 20, 1, 1, 64, 1, 1, 0, 0, 0, 0, 1, 1, 1 },
        new[] { 1, 6, 8, 20, 1, 1, 96, 1, 1, 0, 0, 0, 0, 1, 1, 1 },
        // A last panel of a narrower tile, with few rows, which tiles of seven fill, and with many.
        new[] { 1, 7, 7, 20, 1, 1, 24, 1, 1, 0, 0, 0, 0, 1, 1, 1 },
        new[] { 1, 7, 7, 30, 1, 1, 80, 1, 1, 0, 0, 0, 0, 1, 1, 1 },
        new[] { 1, 14, 14, 70, 1, 1, 112, 1, 1, 0, 0, 0, 0, 1, 1, 1 },
        new[] { 2, 15, 15, 40, 1, 1, 40, 1, 1, 0, 0, 0, 0, 1, 1, 1 },
        new[] { 1, 21, 20, 300, 1, 1, 80, 1, 1, 0, 0, 0, 0, 1, 1, 1 },
        new[] { 1, 7, 7, 700, 1, 1, 144, 1, 1, 0, 0, 0, 0, 1, 1, 1 },
        // The same, with sums in several parts: the last one adds and scales.
        new[] { 1, 6, 8, 1700, 1, 1, 16, 1, 1, 0, 0, 0, 0, 1, 1, 1 },
        new[] { 1, 6, 8, 700, 1, 1, 64, 1, 1, 0, 0, 0, 0, 1, 1, 1 },
        new[] { 1, 6, 8, 700, 1, 1, 96, 1, 1, 0, 0, 0, 0, 1, 1, 1 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void AllThreeProductsMatchTheReference(int[] c)
    {
        ArgumentNullException.ThrowIfNull(c);
        int outHeight = ((c[1] + c[9] + c[11] - ((c[4] - 1) * c[13]) - 1) / c[7]) + 1;
        int outWidth = ((c[2] + c[10] + c[12] - ((c[5] - 1) * c[14]) - 1) / c[8]) + 1;
        var g = new ConvolutionGeometry(c[0], c[1], c[2], c[3], c[4], c[5], c[6], outHeight, outWidth, c[7], c[8],
            c[9], c[10], c[13], c[14], c[15]);
        Check<float>(g);
        Check<double>(g);
    }

    // batch, size, in, kernel, out, stride, groups: results above 8 MB are written past the caches, those of one image are not.
    [Theory]
    [InlineData(16, 48, 3, 3, 64, 1, 1)]
    [InlineData(16, 96, 3, 7, 64, 2, 1)]
    [InlineData(10, 41, 128, 3, 128, 1, 128)]
    [InlineData(11, 97, 80, 3, 80, 2, 80)]
    [InlineData(10, 40, 144, 5, 144, 1, 144)]
    public void AsLargeResultsAreTheSameBits(int batch, int size, int inputs, int kernel, int outputs, int stride, int groups)
    {
        int side = ((size - 1) / stride) + 1;
        ConvolutionGeometry all = new(batch, size, size, inputs, kernel, kernel, outputs, side, side, stride, stride, kernel / 2, kernel / 2, 1, 1, groups);
        ConvolutionGeometry one = all with { Batch = 1 };
        using var x = new Guarded<float>((int)all.InputLength, 1);
        using var w = new Guarded<float>((int)all.KernelLength, 2);
        using var bias = new Guarded<float>(outputs, 3);
        int length = side * side * outputs;
        Assert.True(batch * length * sizeof(float) >= 8 * 1024 * 1024 && length * sizeof(float) < 8 * 1024 * 1024);
        using var together = new AlignedMemory(batch * length);
        using var apart = new AlignedMemory(length);
        Epilogue<float> epilogue = new() { Bias = bias.Pointer, Rectify = true };
        Convolution.Forward(all, x.Pointer, w.Pointer, epilogue, together.Pointer);
        for (int image = 0; image < batch; image++)
        {
            Convolution.Forward(one, x.Pointer + (image * (all.InputLength / batch)), w.Pointer, epilogue, apart.Pointer);
            Assert.True(new Span<float>(together.Pointer + (image * length), length).SequenceEqual(new Span<float>(apart.Pointer, length)), $"image {image}");
        }
    }

    /// <summary>Begins at a cache line, as the memory of tensors does.</summary>
    private sealed class AlignedMemory(int length) : IDisposable
    {
        public float* Pointer { get; } = (float*)System.Runtime.InteropServices.NativeMemory.AlignedAlloc((nuint)length * sizeof(float), 64);

        public void Dispose() => System.Runtime.InteropServices.NativeMemory.AlignedFree(Pointer);
    }

    private static void Check<T>(ConvolutionGeometry g) where T : unmanaged, INumber<T>
    {
        int outputs = g.Batch * g.OutHeight * g.OutWidth * g.OutChannels;
        using var x = new Guarded<T>((int)g.InputLength, 1);
        using var w = new Guarded<T>((int)g.KernelLength, 2);
        using var bias = new Guarded<T>(g.OutChannels, 3);
        using var dy = new Guarded<T>(outputs, 4);
        using var scale = new Guarded<T>(g.OutChannels, 5);
        var y = new double[outputs];
        var dx = new double[x.Length];
        var dw = new double[w.Length];
        Reference(g, x, w, dy, y, dx, dw);
        // The output's gradient serves as the residual: it has the right size.
        double[] finished = [.. y.Select((value, i) => Math.Max(
            0, value + double.CreateTruncating(dy.Values[i]) + double.CreateTruncating(bias.Values[i % g.OutChannels])))];
        // The transforms of Winograd leave an error beside the largest result.
        double Tolerance(double[] expected) =>
            4 * EngineSettings.Tolerance<T>() * Math.Max(1, expected.Select(Math.Abs).DefaultIfEmpty().Max() / 8);

        EngineSettings.AtEveryLevel(() =>
        {
            using var result = new Guarded<T>(outputs);
            Convolution.Forward(g, x.Pointer, w.Pointer, default, result.Pointer);
            return result.Checked();
        }, y, Tolerance(y), $"forward {g}");
        EngineSettings.AtEveryLevel(() =>
        {
            using var result = new Guarded<T>(outputs);
            Convolution.Forward(
                g, x.Pointer, w.Pointer, new Epilogue<T> { Addend = dy.Pointer, Bias = bias.Pointer, Rectify = true }, result.Pointer);
            return result.Checked();
        }, finished, Tolerance(finished), $"forward with residual, bias and relu {g}");
        double[] scaled = [.. y.Select((value, i) => Math.Max(
            0, (value * double.CreateTruncating(scale.Values[i % g.OutChannels])) + double.CreateTruncating(dy.Values[i]) + double.CreateTruncating(bias.Values[i % g.OutChannels])))];
        EngineSettings.AtEveryLevel(() =>
        {
            using var result = new Guarded<T>(outputs);
            using Guarded<T>? panels = Panels(g, w);
            Epilogue<T> epilogue = new() { Scale = scale.Pointer, Addend = dy.Pointer, Bias = bias.Pointer, Rectify = true };
            Convolution.Forward(g, x.Pointer, panels is null ? w.Pointer : panels.Pointer, epilogue, result.Pointer, isPacked: panels is not null);
            return result.Checked();
        }, scaled, Tolerance(scaled), $"forward from panels with scale, residual, bias and relu {g}");
        EngineSettings.AtEveryLevel(() =>
        {
            using var result = new Guarded<T>(x.Length);
            Convolution.InputGradient(g, dy.Pointer, w.Pointer, result.Pointer);
            return result.Checked();
        }, dx, Tolerance(dx), $"input gradient {g}");
        EngineSettings.AtEveryLevel(() =>
        {
            using var result = new Guarded<T>(w.Length);
            Convolution.KernelGradient(g, x.Pointer, dy.Pointer, result.Pointer);
            return result.Checked();
        }, dw, Tolerance(dw), $"kernel gradient {g}");
    }

    // Null where the kernel is read as it is.
    private static Guarded<T>? Panels<T>(ConvolutionGeometry g, Guarded<T> w) where T : unmanaged, INumber<T>
    {
        int columns = KernelPanels.Columns(g, DTypes.Of<T>());
        if (columns == 0)
            return null;
        var panels = new Guarded<T>(w.Length);
        int depth = w.Length / g.OutChannels;
        for (int i = 0; i < w.Length; i++)
        {
            (int d, int o) = Math.DivRem(i, g.OutChannels);
            // The last panel has the columns that are left.
            int own = Math.Min(columns, g.OutChannels - (o / columns * columns));
            panels.Values[(o / columns * depth * columns) + (d * own) + (o % columns)] = w.Values[i];
        }

        return panels;
    }

    private static void Reference<T>(
        ConvolutionGeometry g, Guarded<T> x, Guarded<T> w, Guarded<T> dy, double[] y, double[] dx, double[] dw)
        where T : unmanaged, INumber<T>
    {
        for (int pixel = 0; pixel < g.Batch * g.OutHeight * g.OutWidth; pixel++)
        {
            int n = pixel / (g.OutHeight * g.OutWidth), i = pixel / g.OutWidth % g.OutHeight, j = pixel % g.OutWidth;
            for (int tap = 0; tap < g.KernelHeight * g.KernelWidth; tap++)
            {
                int h = (i * g.StrideH) + (tap / g.KernelWidth * g.DilationH) - g.PadTop;
                int v = (j * g.StrideW) + (tap % g.KernelWidth * g.DilationW) - g.PadLeft;
                if (h < 0 || h >= g.Height || v < 0 || v >= g.Width)
                    continue;
                for (int o = 0; o < g.OutChannels; o++)
                {
                    int group = o / g.GroupOutChannels;
                    for (int c = 0; c < g.GroupInChannels; c++)
                    {
                        int from = (((((n * g.Height) + h) * g.Width) + v) * g.InChannels) + (group * g.GroupInChannels) + c;
                        int weight = (((tap * g.GroupInChannels) + c) * g.OutChannels) + o, to = (pixel * g.OutChannels) + o;
                        double gradient = double.CreateTruncating(dy.Values[to]);
                        y[to] += double.CreateTruncating(x.Values[from]) * double.CreateTruncating(w.Values[weight]);
                        dx[from] += gradient * double.CreateTruncating(w.Values[weight]);
                        dw[weight] += gradient * double.CreateTruncating(x.Values[from]);
                    }
                }
            }
        }
    }
}
