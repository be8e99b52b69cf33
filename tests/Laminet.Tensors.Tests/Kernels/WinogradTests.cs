using Laminet.Tensors.Kernels;

namespace Laminet.Tensors.Tests.Kernels;

/// <summary>How far the transforms may be from the plain sum, on layers as deep as networks have them.</summary>
[Collection("Engine settings")]
public unsafe class WinogradTests
{
    private const double Limit = 5e-6;

    [Theory]
    // Shared by tiles, then by panels, where the weights are large beside the map.
    [InlineData(64, 28, false)]
    [InlineData(128, 28, false)]
    [InlineData(256, 36, false)]
    [InlineData(256, 14, false)]
    [InlineData(512, 14, false)]
    [InlineData(512, 36, false)]
    [InlineData(256, 28, false)]
    [InlineData(512, 28, false)]
    [InlineData(256, 28, true)]
    public void ErrorIsSmallBesideTheLargestResult(int channels, int size, bool rectified)
    {
        var g = new ConvolutionGeometry(1, size, size, channels, 3, 3, channels, size, size, 1, 1, 1, 1, 1, 1, 1);
        using var x = new Guarded<float>((int)g.InputLength, 1);
        using var w = new Guarded<float>((int)g.KernelLength, 2);
        using var y = new Guarded<float>(x.Length);
        using var dw = new Guarded<float>(w.Length);
        if (rectified)
        {
            foreach (ref float value in x.Values)
                value = Math.Max(value, 0);
        }

        Convolution.Forward(g, x.Pointer, w.Pointer, default, y.Pointer);
        AssertClose(y, (random) => Forward(g, x, w, random), "forward");
        Convolution.InputGradient(g, x.Pointer, w.Pointer, y.Pointer);
        AssertClose(y, (random) => ByData(g, x, w, random), "by data");
        x.Values.CopyTo(y.Values);
        y.Values.Reverse();
        Convolution.KernelGradient(g, x.Pointer, y.Pointer, dw.Pointer);
        AssertClose(dw, (random) => ByWeights(g, x, y, random), "by weights");
    }

    [Theory]
    [InlineData(3, 1, 112)]
    [InlineData(7, 2, 224)]
    [InlineData(5, 2, 160)]
    public void ErrorOfAFirstConvolutionIsSmallBesideTheLargestResult(int kernel, int stride, int size)
    {
        (int side, int border) = (size / stride, kernel / 2);
        var g = new ConvolutionGeometry(1, size, size, 3, kernel, kernel, 64, side, side, stride, stride, border, border, 1, 1, 1);
        using var x = new Guarded<float>((int)g.InputLength, 1);
        using var w = new Guarded<float>((int)g.KernelLength, 2);
        using var y = new Guarded<float>(side * side * 64);
        // As bytes of an image are.
        foreach (ref float value in x.Values)
            value = Math.Abs(value) * 255;
        Convolution.Forward(g, x.Pointer, w.Pointer, default, y.Pointer);
        AssertClose(y, random =>
        {
            (int i, int j, int o) = (random.Next(side), random.Next(side), random.Next(64));
            double sum = 0;
            for (int tap = 0; tap < kernel * kernel; tap++)
            {
                int h = (stride * i) + (tap / kernel) - border, v = (stride * j) + (tap % kernel) - border;
                for (int c = 0; c < 3 && h >= 0 && h < size && v >= 0 && v < size; c++)
                    sum += (double)x.Values[(((h * size) + v) * 3) + c] * w.Values[(((tap * 3) + c) * 64) + o];
            }

            return ((((i * side) + j) * 64) + o, sum);
        }, "forward");
    }

    private static void AssertClose(Guarded<float> actual, Func<Random, (int Place, double Value)> expected, string what)
    {
        var random = new Random(3);
        double largest = 0, error = 0;
        for (int i = 0; i < 1500; i++)
        {
            (int place, double value) = expected(random);
            largest = Math.Max(largest, Math.Abs(value));
            error = Math.Max(error, Math.Abs(value - actual.Values[place]));
        }
        Assert.True(error <= Limit * largest, $"{what}: error {error / largest:E2} of the largest result {largest}, expected at most {Limit}");
    }

    private static (int, double) Forward(ConvolutionGeometry g, Guarded<float> x, Guarded<float> w, Random random)
    {
        (int i, int j, int o) = (random.Next(g.Height), random.Next(g.Width), random.Next(g.OutChannels));
        double sum = 0;
        ForTaps(g, i, j, 1, (pixel, tap) =>
        {
            for (int c = 0; c < g.InChannels; c++)
                sum += (double)x.Values[(pixel * g.InChannels) + c] * w.Values[(((tap * g.InChannels) + c) * g.OutChannels) + o];
        });
        return ((((i * g.Width) + j) * g.OutChannels) + o, sum);
    }

    private static (int, double) ByData(ConvolutionGeometry g, Guarded<float> dy, Guarded<float> w, Random random)
    {
        (int i, int j, int c) = (random.Next(g.Height), random.Next(g.Width), random.Next(g.InChannels));
        double sum = 0;
        ForTaps(g, i, j, -1, (pixel, tap) =>
        {
            for (int o = 0; o < g.OutChannels; o++)
                sum += (double)dy.Values[(pixel * g.OutChannels) + o] * w.Values[(((tap * g.InChannels) + c) * g.OutChannels) + o];
        });
        return ((((i * g.Width) + j) * g.InChannels) + c, sum);
    }

    private static (int, double) ByWeights(ConvolutionGeometry g, Guarded<float> x, Guarded<float> dy, Random random)
    {
        (int wanted, int c, int o) = (random.Next(9), random.Next(g.InChannels), random.Next(g.OutChannels));
        double sum = 0;
        for (int i = 0; i < g.Height; i++)
        {
            for (int j = 0; j < g.Width; j++)
            {
                ForTaps(g, i, j, 1, (pixel, tap) => sum += tap != wanted ? 0
                    : (double)x.Values[(pixel * g.InChannels) + c] * dy.Values[(((i * g.Width) + j) * g.OutChannels) + o]);
            }
        }
        return ((((wanted * g.InChannels) + c) * g.OutChannels) + o, sum);
    }

    private static void ForTaps(ConvolutionGeometry g, int i, int j, int direction, Action<int, int> visit)
    {
        for (int tap = 0; tap < 9; tap++)
        {
            int h = i + (direction * ((tap / 3) - 1)), w = j + (direction * ((tap % 3) - 1));
            if (h >= 0 && h < g.Height && w >= 0 && w < g.Width)
                visit((h * g.Width) + w, tap);
        }
    }
}
