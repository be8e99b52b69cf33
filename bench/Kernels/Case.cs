namespace Laminet.Bench.Kernels;

/// <summary>One row of a benchmark's table.</summary>
/// <param name="name">How it is shown and filtered.</param>
/// <param name="size">How much there is to do, in what <see cref="WorkAttribute"/> says.</param>
public abstract class Case(string name, double size)
{
    public double Size { get; } = size;

    public override string ToString() => name;
}

/// <summary>What a benchmark does for each unit of its case's size, so that its time can be told as a speed.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class WorkAttribute(double each, string unit) : Attribute
{
    public const string Operations = "GFLOP/s", Bytes = "GB/s";

    public double Each { get; } = each;

    public string Unit { get; } = unit;
}
