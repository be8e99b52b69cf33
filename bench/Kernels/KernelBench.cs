using System.Diagnostics;
using System.Runtime.InteropServices;
using Laminet.Tensors.Kernels;
using Laminet.Tensors.Runtime;

namespace Laminet.Bench.Kernels;

/// <summary>Speed of the numerical kernels, in GFLOP/s and as a share of what plain multiply-adds reach on this machine.</summary>
internal static unsafe class KernelBench
{
    private static string filter = "";
    private static double peak;
    private static string? network;
    private static int batch = 8;

    public static int Run(string[] args)
    {
        for (int i = 0; i + 1 < args.Length; i += 2)
        {
            if (args[i] == "--threads")
                Workers.Count = int.Parse(args[i + 1]);
            else if (args[i] == "--filter")
                filter = args[i + 1];
            else if (args[i] == "--network")
                network = args[i + 1];
            else if (args[i] == "--batch")
                batch = int.Parse(args[i + 1]);
        }
        peak = Peak.Measure();
        Console.WriteLine($"{Simd.Level}, {Workers.Count} threads, multiply-add peak {peak:F1} GFLOP/s");
        if (network is not null)
        {
            Network();
            return 0;
        }
        Products();
        Convolutions();
        MemoryBound();
        return 0;
    }

    /// <summary>All convolutions of a network, each as often as it occurs, and the milliseconds of them together.</summary>
    private static void Network()
    {
        NetworkShape[] shapes = NetworkShapes.All.Single(each => each.Name == network).Shapes;
        double[] total = new double[3], ideal = new double[3];
        double operations = 0;
        Console.WriteLine($"{network}, batch {batch}: ms and GFLOP/s at best, percent of the tile in L1 at the same time; forward, by data, by weights");
        foreach (NetworkShape shape in shapes)
        {
            ConvolutionGeometry g = shape.Geometry(batch);
            if (!shape.ToString().Contains(filter, StringComparison.OrdinalIgnoreCase))
                continue;
            float* x = Fill(g.InputLength), w = Fill(g.KernelLength), y = Fill((nint)g.Batch * g.OutHeight * g.OutWidth * g.OutChannels);
            double work = 2.0 * g.Batch * g.OutHeight * g.OutWidth * g.KernelLength;
            Console.Write($"{shape.Count} x {shape,-34}");
            operations += shape.Count * work;
            Part(0, () => Convolution.Forward(g, x, w, new Epilogue<float> { Rectify = true }, y));
            Part(1, () => Convolution.InputGradient(g, y, w, x));
            Part(2, () => Convolution.KernelGradient(g, x, y, w));
            Console.WriteLine();
            Free(x, w, y);

            void Part(int part, Action kernel)
            {
                (double seconds, double share) = Alternate(kernel, work);
                total[part] += shape.Count * seconds;
                ideal[part] += shape.Count * work / share;
                Console.Write($"{seconds * 1e3,9:F3} {work / seconds / 1e9,6:F1} {100 * share,4:F0} %");
            }
        }
        Console.WriteLine($"{"together",-38}{string.Concat(total.Zip(ideal,
            (seconds, work) => $"{seconds * 1e3,9:F3} {operations / seconds / 1e9,6:F1} {100 * operations / work,4:F0} %"))}");
    }

    /// <summary>The best time (a decile is left out), and the median share of the tile's speed just before and just after.</summary>
    private static (double Seconds, double Share) Alternate(Action kernel, double work)
    {
        kernel();
        kernel();
        var seconds = new List<double>();
        var shares = new List<double>();
        long end = Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 5);
        double before = TileSpeed.Measure();
        while (seconds.Count < 7 || Stopwatch.GetTimestamp() < end)
        {
            long start = Stopwatch.GetTimestamp();
            kernel();
            double taken = Stopwatch.GetElapsedTime(start).TotalSeconds, after = TileSpeed.Measure();
            seconds.Add(taken);
            shares.Add(work / taken / 1e9 / ((before + after) / 2));
            before = after;
        }
        seconds.Sort();
        shares.Sort();
        return (seconds[seconds.Count / 10], shares[shares.Count / 2]);
    }

    /// <summary>What should run as fast as memory: in gigabytes read and written a second.</summary>
    private static void MemoryBound()
    {
        const nint length = 86528 * 32;
        float* x = Fill(length), y = Fill(length), dx = Fill(length);
        Report("copy 86528x32", 8.0 * length, () => new Span<float>(x, (int)length).CopyTo(new Span<float>(y, (int)length)), "GB/s");
        foreach ((int outer, int reduce, int inner) in ((int, int, int)[])[
            (1, 86528, 32), (1, 2768896, 1), (2704, 1024, 1), (128, 10, 1), (128, 64, 1), (1, 128, 10), (1, 2704, 1024), (26, 1040, 100)])
        {
            double bytes = 4.0 * outer * reduce * inner;
            Report($"sum [{outer}, {reduce}, {inner}]", bytes, () => Reduction.Sum(x, outer, reduce, inner, y), "GB/s");
            Report($"max [{outer}, {reduce}, {inner}]", bytes, () => Reduction.Max(x, outer, reduce, inner, y), "GB/s");
        }
        var g = new PoolingGeometry(128, 26, 26, 32, 2, 2, 13, 13, 2, 2, 0, 0);
        Report("max pooling 128x26x26x32 2x2", 5.0 * length, () => Pooling.Max(g, x, y), "GB/s");
        Report("max pooling scatter", 9.0 * length, () => Pooling.MaxScatter(g, x, y, dx), "GB/s");
        Report("max pooling gather", 9.0 * length, () => Pooling.MaxGather(g, x, dx, y), "GB/s");
        Report("average pooling", 5.0 * length, () => Pooling.Average(g, x, y, false), "GB/s");
        Report("average pooling gradient", 5.0 * length, () => Pooling.AverageGradient(g, y, dx, false), "GB/s");
        int tasks = Workers.Count;
        Report("empty region", 1e3, () => Workers.For(tasks, null, &Nothing), "regions");
        Free(x, y, dx);
    }

    private static void Nothing(void* state, int task)
    {
    }

    private static void Convolutions()
    {
        foreach ((string name, ConvolutionGeometry g) in ((string, ConvolutionGeometry)[])[
            ("8x56x56x64->64 3x3 same", Same(8, 56, 64, 64, 3)),
            ("conv1 128x28x28x1->32 3x3", new(128, 28, 28, 1, 3, 3, 32, 26, 26, 1, 1, 0, 0, 1, 1, 1)),
            ("conv2 128x13x13x32->64 3x3", new(128, 13, 13, 32, 3, 3, 64, 11, 11, 1, 1, 0, 0, 1, 1, 1)),
            ("32x32x32x3->32 3x3 same", Same(32, 32, 3, 32, 3)),
            ("8x14x14x256->256 3x3 same", Same(8, 14, 256, 256, 3)),
            ("8x7x7x512->512 3x3 same", Same(8, 7, 512, 512, 3)),
            ("8x56x56x64->128 3x3 /2", Same(8, 56, 64, 128, 3, 2)),
            ("8x56x56x64->256 1x1", Same(8, 56, 64, 256, 1)),
            ("2x224x224x3->64 7x7 /2", Same(2, 224, 3, 64, 7, 2)),
            ("8x56x56x128 depthwise 3x3", Same(8, 56, 128, 128, 3, 1, 128)),
            ("8x28x28x128->128 3x3 /32 groups", Same(8, 28, 128, 128, 3, 1, 32))])
        {
            double operations = 2.0 * g.Batch * g.OutHeight * g.OutWidth * g.KernelLength;
            float* x = Fill(g.InputLength), w = Fill(g.KernelLength), y = Fill((nint)g.Batch * g.OutHeight * g.OutWidth * g.OutChannels);
            Report($"forward {name}", operations, () => Convolution.Forward(g, x, w, new Epilogue<float> { Rectify = true }, y));
            Report($"by data {name}", operations, () => Convolution.InputGradient(g, y, w, x));
            Report($"by weights {name}", operations, () => Convolution.KernelGradient(g, x, y, w));
            Free(x, w, y);
        }
    }

    private static ConvolutionGeometry Same(
        int batch, int size, int inChannels, int outChannels, int kernel, int stride = 1, int groups = 1)
    {
        int outSize = (size + stride - 1) / stride;
        return new(batch, size, size, inChannels, kernel, kernel, outChannels, outSize, outSize, stride, stride,
            kernel / 2, kernel / 2, 1, 1, groups);
    }

    private static void Products()
    {
        foreach ((int m, int n, int k) in ((int, int, int)[])[
            (1536, 1536, 1536), (1024, 1024, 1024), (512, 512, 512), (128, 128, 128), (32, 32, 32), (8, 8, 8),
            (128, 10, 128), (128, 128, 9216), (9216, 128, 128), (128, 9216, 128), (128, 512, 128), (1, 1024, 1024), (1024, 1, 1024),
            (1, 4096, 4096), (8, 4096, 4096), (32, 1000, 2048), (128, 512, 512), (128, 10, 512)])
        {
            foreach ((bool transposeA, bool transposeB) in ((bool, bool)[])[(false, false), (true, false), (false, true)])
            {
                float* a = Fill((nint)m * k), b = Fill((nint)k * n), c = Fill((nint)m * n);
                string name = $"matmul {m}x{n}x{k}{(transposeA ? " A^T" : "")}{(transposeB ? " B^T" : "")}";
                Report(name, 2.0 * m * n * k, () => MatrixMultiply.Run(
                    a, transposeA ? 1 : k, transposeA ? m : 1, b, transposeB ? 1 : n, transposeB ? k : 1, c, n, m, n, k));
                Free(a, b, c);
            }
        }
    }

    private static float* Fill(nint length)
    {
        float* values = (float*)NativeMemory.AlignedAlloc((nuint)length * sizeof(float), 64);
        var random = new Random(1);
        for (nint i = 0; i < length; i++)
            values[i] = random.NextSingle() - 0.5f;
        return values;
    }

    private static void Free(params ReadOnlySpan<nint> blocks)
    {
        foreach (nint block in blocks)
            NativeMemory.AlignedFree((void*)block);
    }

    private static void Free(float* a, float* b, float* c) => Free((nint)a, (nint)b, (nint)c);

    /// <summary>The median of repeated runs; other work on the machine makes the mean meaningless.</summary>
    private static void Report(string name, double operations, Action kernel, string unit = "GFLOP/s")
    {
        if (!name.Contains(filter, StringComparison.OrdinalIgnoreCase))
            return;
        for (int i = 0; i < 40; i++)
        {
            kernel();
            if (i == 5 && operations > 1e9)
                break;
        }
        Thread.Sleep(150);
        var seconds = new List<double>();
        TimeSpan busyBefore = Environment.CpuUsage.TotalTime;
        long end = Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 2);
        int inner = (int)Math.Clamp(1e6 / operations, 1, 1000);
        while (seconds.Count < 5 || Stopwatch.GetTimestamp() < end)
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < inner; i++)
                kernel();
            seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds / inner);
        }
        // With one thread, processor time tells the speed even where other work takes turns on the machine.
        double busy = (Environment.CpuUsage.TotalTime - busyBefore).TotalSeconds / seconds.Count / inner * Workers.Count;
        seconds.Sort();
        double median = operations / seconds[seconds.Count / 2] / 1e9, best = operations / seconds[seconds.Count / 20] / 1e9;
        string share = unit == "GFLOP/s" ? $"{100 * median / peak,5:F0} %" : "";
        Console.WriteLine($"{name,-52}{median,8:F1} {unit}{share}   best {best:F1}   by processor time {operations * Workers.Count / busy / 1e9:F1}   {seconds[seconds.Count / 2] * 1e6:F1} us");
    }
}
