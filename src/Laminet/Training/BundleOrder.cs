using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Training;

/// <summary>Brings what a caller gives, by name or in order, into the order of a model's inputs or outputs.</summary>
internal static class BundleOrder
{
    /// <summary>Exactly one item for each name.</summary>
    /// <param name="given">What the caller gives: with names, or in the model's order.</param>
    /// <param name="names">The model's names.</param>
    /// <param name="what">What the items are for, in errors.</param>
    /// <exception cref="ShapeException">There are too many, too few, or unknown names.</exception>
    public static Bundle<T> Of<T>(Bundle<T> given, IReadOnlyList<string> names, string what)
    {
        if (given.Names is null)
        {
            return given.Count == names.Count ? given : throw new ShapeException(
                $"received {given.Count} {what}; the model has {names.Count}: {string.Join(", ", names)}. Give one for each, in this order or by name.");
        }

        RequireKnown(given.Names, names, what);
        string[] missing = [.. names.Except(given.Names)];
        return missing.Length == 0 ? [.. names.Select(name => given[name])] : throw new ShapeException(
            $"received {what} {string.Join(", ", given.Names)}; {string.Join(", ", missing)} missing. Give one for each of {string.Join(", ", names)}.");
    }

    /// <summary>An item for each name, or the default where a bundle with names has none.</summary>
    /// <exception cref="ShapeException">There are more or fewer than names, or unknown names.</exception>
    public static IReadOnlyList<T?> Sparse<T>(Bundle<T>? given, IReadOnlyList<string> names, string what)
    {
        if (given is null)
            return new T?[names.Count];
        if (given.Names is null)
            return Of(given, names, what);
        RequireKnown(given.Names, names, what);
        return [.. names.Select(name => given.PlaceOf(name) is >= 0 and int place ? given[place] : default)];
    }

    private static void RequireKnown(IReadOnlyList<string> given, IReadOnlyList<string> names, string what)
    {
        if (given.FirstOrDefault(name => !names.Contains(name)) is { } unknown)
            throw new ShapeException($"received '{unknown}' among the {what}; the model has {string.Join(", ", names)}.{Suggestion.For(unknown, names)}");
    }
}
