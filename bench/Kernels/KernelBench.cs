using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Filters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Laminet.Tensors;
using Perfolizer.Horology;

namespace Laminet.Bench.Kernels;

/// <summary>Speed of the numerical kernels under BenchmarkDotNet.</summary>
internal static class KernelBench
{
    private static readonly Type[] Benchmarks =
    [
        typeof(ProductBenchmarks), typeof(ConvolutionBenchmarks), typeof(ReductionBenchmarks), typeof(PoolingBenchmarks), typeof(ElementwiseBenchmarks),
    ];

    public static int Run(Options options)
    {
        double peak = Engine.MeasurePeak();
        Console.WriteLine($"vectors {Engine.SimdLevel}, {Engine.Threads} threads, multiply-add peak {peak:F1} GFLOP/s");
        // In this process, which spares a build a class and keeps --threads; short, because there are some hundred cases.
        Job job = Job.Default.WithToolchain(InProcessEmitToolchain.Instance)
            .WithWarmupCount(3).WithIterationCount(9).WithIterationTime(TimeInterval.FromMilliseconds(100));
        ManualConfig config = ManualConfig.CreateEmpty().AddJob(job).AddLogger(ConsoleLogger.Default)
            .AddColumnProvider(DefaultColumnProviders.Descriptor, DefaultColumnProviders.Params, DefaultColumnProviders.Statistics)
            .AddColumn(StatisticColumn.Median, new SpeedColumn(peak))
            .AddFilter(new GlobFilter([$"*{options.Filter}*"]))
            .WithOptions(ConfigOptions.DisableLogFile | ConfigOptions.JoinSummary)
            .WithSummaryStyle(SummaryStyle.Default.WithMaxParameterColumnWidth(50));
        Summary[] summaries = BenchmarkRunner.Run(Benchmarks, config);
        return summaries.Any(summary => summary.Reports.Any(report => report.Success)) ? 0 : 1;
    }
}
