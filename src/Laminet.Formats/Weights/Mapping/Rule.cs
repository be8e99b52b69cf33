namespace Laminet.Formats.Weights.Mapping;

/// <summary>Where a weight comes from.</summary>
/// <param name="Target">The weight.</param>
/// <param name="Sources">For each tensor that it is made from, the names that it may have in the layer of the file.</param>
/// <param name="Conversion">How.</param>
internal sealed record Rule(TargetWeight Target, IReadOnlyList<IReadOnlyList<string>> Sources, Conversion Conversion)
{
    public Rule(TargetWeight target, Conversion conversion, params IReadOnlyList<string> names) : this(target, [names], conversion)
    {
    }
}
