using System.Numerics;
using Laminet.Tensors.Kernels;

namespace Laminet.Tensors.Tests.Kernels;

[Collection("Engine settings")]
public unsafe class PoolingTests
{
    public static TheoryData<int[]> Cases => new()
    {
        new[] { 2, 6, 6, 8, 2, 2, 2, 2, 0, 0, 0, 0 },
        new[] { 3, 7, 5, 19, 2, 2, 2, 2, 0, 0, 0, 0 },
        new[] { 2, 7, 9, 5, 3, 3, 1, 2, 1, 1, 1, 1 },
        new[] { 1, 8, 8, 200, 3, 2, 2, 1, 0, 1, 1, 0 },
        new[] { 1, 4, 5, 3, 4, 5, 1, 1, 0, 0, 0, 0 },
        new[] { 1, 3, 3, 4, 2, 2, 3, 3, 2, 2, 2, 2 },
        new[] { 0, 4, 4, 3, 2, 2, 2, 2, 0, 0, 0, 0 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void EveryPoolingMatchesTheReference(int[] c)
    {
        ArgumentNullException.ThrowIfNull(c);
        var g = new PoolingGeometry(c[0], c[1], c[2], c[3], c[4], c[5],
            ((c[1] + c[8] + c[10] - c[4]) / c[6]) + 1, ((c[2] + c[9] + c[11] - c[5]) / c[7]) + 1, c[6], c[7], c[8], c[9]);
        Check<float>(g, containsNaN: false);
        Check<float>(g, containsNaN: true);
        Check<double>(g, containsNaN: false);
    }

    private static void Check<T>(PoolingGeometry g, bool containsNaN) where T : unmanaged, INumber<T>
    {
        int pixels = g.Batch * g.OutHeight * g.OutWidth * g.Channels;
        using var x = new Guarded<T>(g.Batch * g.Height * g.Width * g.Channels, 1);
        using var v = new Guarded<T>(x.Length, 2);
        using var dy = new Guarded<T>(pixels, 3);
        // Few distinct values, so that the largest is often there twice.
        for (int i = 0; i < x.Length; i++)
            x.Values[i] = T.CreateTruncating(containsNaN && i % 11 == 0 ? double.NaN : (i * 7 % 5) - 2);
        var largest = new double[pixels];
        var gathered = new double[pixels];
        var scattered = new double[x.Length];
        double[][] mean = [new double[pixels], new double[pixels]];
        double[][] shared = [new double[x.Length], new double[x.Length]];
        for (int p = 0; p < pixels; p++)
        {
            int[] cells = Cells(g, p);
            double gradient = double.CreateTruncating(dy.Values[p]);
            largest[p] = double.NegativeInfinity;
            int first = -1;
            foreach (int cell in cells)
            {
                double value = double.CreateTruncating(x.Values[cell]);
                if (value > largest[p] || (double.IsNaN(value) && !double.IsNaN(largest[p])))
                    (largest[p], first) = (value, cell);
            }
            gathered[p] = first < 0 ? 0 : double.CreateTruncating(v.Values[first]);
            if (first >= 0)
                scattered[first] += gradient;
            for (int padding = 0; padding < 2; padding++)
            {
                double share = 1.0 / (padding == 1 ? g.WindowHeight * g.WindowWidth : Math.Max(1, cells.Length));
                foreach (int cell in cells)
                {
                    mean[padding][p] += share * double.CreateTruncating(v.Values[cell]);
                    shared[padding][cell] += share * gradient;
                }
            }
        }

        double tolerance = EngineSettings.Tolerance<T>();
        EngineSettings.AtEveryLevel(() => Into<T>(pixels, y => Pooling.Max(g, x.Pointer, y.Pointer)), largest, 0, $"max {g}");
        EngineSettings.AtEveryLevel(
            () => Into<T>(x.Length, dx => Pooling.MaxScatter(g, x.Pointer, dy.Pointer, dx.Pointer)), scattered, tolerance, $"scatter {g}");
        EngineSettings.AtEveryLevel(
            () => Into<T>(pixels, y => Pooling.MaxGather(g, x.Pointer, v.Pointer, y.Pointer)), gathered, 0, $"gather {g}");
        for (int padding = 0; padding < 2; padding++)
        {
            bool counts = padding == 1;
            EngineSettings.AtEveryLevel(
                () => Into<T>(pixels, y => Pooling.Average(g, v.Pointer, y.Pointer, counts)), mean[padding], tolerance, $"average {g}");
            EngineSettings.AtEveryLevel(
                () => Into<T>(x.Length, dx => Pooling.AverageGradient(g, dy.Pointer, dx.Pointer, counts)),
                shared[padding], tolerance, $"average gradient {g}");
        }
    }

    private static T[] Into<T>(int length, Action<Guarded<T>> kernel) where T : unmanaged, INumber<T>
    {
        using var result = new Guarded<T>(length);
        kernel(result);
        return result.Checked();
    }

    private static int[] Cells(PoolingGeometry g, int index)
    {
        int channel = index % g.Channels, pixel = index / g.Channels;
        int n = pixel / (g.OutHeight * g.OutWidth), i = pixel / g.OutWidth % g.OutHeight, j = pixel % g.OutWidth;
        var cells = new List<int>();
        for (int cell = 0; cell < g.WindowHeight * g.WindowWidth; cell++)
        {
            int h = (i * g.StrideH) + (cell / g.WindowWidth) - g.PadTop, w = (j * g.StrideW) + (cell % g.WindowWidth) - g.PadLeft;
            if (h >= 0 && h < g.Height && w >= 0 && w < g.Width)
                cells.Add((((((n * g.Height) + h) * g.Width) + w) * g.Channels) + channel);
        }
        return [.. cells];
    }
}
