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

    public static int Run(string[] args)
    {
        for (int i = 0; i + 1 < args.Length; i += 2)
        {
            if (args[i] == "--threads")
                Workers.Count = int.Parse(args[i + 1]);
            else if (args[i] == "--filter")
                filter = args[i + 1];
        }
        peak = Peak.Measure();
        Console.WriteLine($"{Simd.Level}, {Workers.Count} threads, multiply-add peak {peak:F1} GFLOP/s");
        Products();
        return 0;
    }

    private static void Products()
    {
        foreach ((int m, int n, int k) in ((int, int, int)[])[
            (1536, 1536, 1536), (1024, 1024, 1024), (512, 512, 512), (128, 128, 128), (32, 32, 32), (8, 8, 8),
            (128, 10, 128), (128, 128, 9216), (9216, 128, 128), (128, 9216, 128), (128, 512, 128), (1, 1024, 1024), (1024, 1, 1024)])
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
        long end = Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 2);
        int inner = (int)Math.Clamp(1e6 / operations, 1, 1000);
        while (seconds.Count < 5 || Stopwatch.GetTimestamp() < end)
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < inner; i++)
                kernel();
            seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds / inner);
        }
        seconds.Sort();
        double median = operations / seconds[seconds.Count / 2] / 1e9, best = operations / seconds[seconds.Count / 20] / 1e9;
        string share = unit == "GFLOP/s" ? $"{100 * median / peak,5:F0} %" : "";
        Console.WriteLine($"{name,-52}{median,8:F1} {unit}{share}   best {best:F1}   {seconds[seconds.Count / 2] * 1e6:F1} us");
    }
}
