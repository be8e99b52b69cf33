using Laminet.Tensors.Compilation;

namespace Laminet.Cli.Inspection;

/// <summary>What operations cost, and how near that is to what the machine can do.</summary>
/// <param name="Milliseconds">The time in one call: the sum of the operations' medians over the calls.</param>
/// <param name="Share">The part of the whole step's time.</param>
/// <param name="GflopsPerSecond">Arithmetic operations, in 10^9 a second; null where there are none, or no time that the clock can tell.</param>
/// <param name="PeakShare">The same as a part of the most the machine does.</param>
/// <param name="GigabytesPerSecond">What is read and written, in 10^9 bytes a second, from memory or a cache.</param>
internal sealed record Cost(double Milliseconds, double Share, double? GflopsPerSecond, double? PeakShare, double? GigabytesPerSecond)
{
    public static Cost Of(IReadOnlyList<OperationTiming> operations, double wholeMilliseconds, double peak)
    {
        double milliseconds = operations.Sum(operation => operation.Milliseconds), work = operations.Sum(operation => operation.Work);
        if (milliseconds == 0)
            return new Cost(0, 0, null, null, null);
        double? rate = work > 0 ? work / (milliseconds * 1e6) : null;
        return new Cost(milliseconds, milliseconds / wholeMilliseconds, rate, rate / peak, operations.Sum(operation => operation.Bytes) / (milliseconds * 1e6));
    }
}
