using System.Globalization;
using System.Reflection;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace Laminet.Bench.Kernels;

/// <summary>The median as a speed, and where it is multiply-adds as a share of the peak.</summary>
/// <param name="peak">The most the machine does, in GFLOP/s.</param>
internal sealed class SpeedColumn(double peak) : IColumn
{
    public string Id => nameof(SpeedColumn);

    public string ColumnName => "Speed";

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Statistics;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public string Legend => $"Billions of floating point operations (and their share of the peak, {peak:F0}) or of bytes a second";

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase)
    {
        WorkAttribute work = benchmarkCase.Descriptor.WorkloadMethod.GetCustomAttribute<WorkAttribute>()!;
        if (summary[benchmarkCase]?.ResultStatistics?.Median is not { } nanoseconds)
            return "-";
        double speed = ((Case)benchmarkCase.Parameters[nameof(ConvolutionBenchmarks.Case)]).Size * work.Each / nanoseconds;
        string share = work.Unit == WorkAttribute.Operations ? $" ({speed / peak:P0})" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{speed:F1} {work.Unit}{share}");
    }

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) => GetValue(summary, benchmarkCase);

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public bool IsAvailable(Summary summary) => true;
}
