using Laminet.Tensors;

namespace Laminet.Zoo.Tasks;

/// <summary>All states of a few units of 0 and 1.</summary>
internal static class BinaryStates
{
    /// <summary>More would take minutes and gigabytes.</summary>
    public const int MostUnits = 24;

    // States at once.
    private const int Part = 1 << 12;

    /// <summary>All 2^units states, in parts of (states, units), Float64. Unit i is bit i of a state's number.</summary>
    public static IEnumerable<Tensor> All(int units)
    {
        Tensor powers = Tensor.From([.. Enumerable.Range(0, units).Select(unit => Math.Pow(2, unit))]);
        for (int start = 0; start < 1 << units; start += Part)
            yield return (Tensor.Range(start, Math.Min(start + Part, 1 << units), DType.Float64).ExpandDims(-1) / powers).Floor().Mod(2);
    }
}
