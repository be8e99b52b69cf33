namespace Laminet.OpInfo;

/// <summary>For each operator of PyTorch that Laminet has a counterpart of, how a user writes it: one operation, or a short composition of public ones.</summary>
internal static class Counterparts
{
    /// <summary>By the operator's name, or by name/variant where variants differ.</summary>
    public static IReadOnlyDictionary<string, Func<Arguments, object>> All { get; } = new[]
    {
        Pointwise.Table, Activations.Table, Binary.Table, Reductions.Table, Masked.Table, Shapes.Table, Creation.Table, Indexing.Table, Scattering.Table, Sorting.Table,
        Products.Table, Factors.Table, Norms.Table, Fourier.Table, Images.Table, Pools.Table, LossFunctions.Table, Normalizations.Table, Polynomials.Table,
    }.SelectMany(table => table).ToDictionary();

    public static Func<Arguments, object>? Find(string name) => All.GetValueOrDefault(name) ?? All.GetValueOrDefault(name.Split('/')[0]);

    /// <summary>PyTorch takes a scalar for a vector of one element where an axis is given.</summary>
    public static Func<Arguments, object> OfVectors(Func<Arguments, object> function) => a =>
        a.X.Rank > 0 ? function(a) : Numbers.Flat(function(a.AsVectors())).Select(output => output.Rank == 1 && output.Length == 1 ? output.Reshape() : output);

    /// <summary>The same counterpart for several names.</summary>
    public static IEnumerable<KeyValuePair<string, Func<Arguments, object>>> Named(Func<Arguments, object> function, params string[] names) => names.Select(name => KeyValuePair.Create(name, function));
}
