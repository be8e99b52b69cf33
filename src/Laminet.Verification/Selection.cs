using Laminet.Configuration;

namespace Laminet.Verification;

/// <summary>Chooses checks by the names of their subjects and by family.</summary>
internal static class Selection
{
    /// <summary>The checks of some subjects, of some family, or all.</summary>
    /// <param name="names">Operations and classes in any case; none for all.</param>
    /// <param name="family">The family; null for all.</param>
    /// <exception cref="ArgumentException">There is no such subject; the message names a similar one.</exception>
    public static IReadOnlyList<Check> Of(IReadOnlyList<string> names, Family? family)
    {
        Check[] ofFamily = [.. Checks.All.Where(check => family is null || check.Family == family)];
        HashSet<string> known = new(ofFamily.Select(check => check.Subject), StringComparer.OrdinalIgnoreCase);
        foreach (string name in names.Where(name => !known.Contains(name)))
        {
            string expected = family is null
                ? "an operation or class, such as Softmax, Conv2D or Adam"
                : $"one of the {family.Value.ToString().ToLowerInvariant()}, such as {string.Join(", ", known.Take(3))}";
            throw new ArgumentException($"Received '{name}'; expected {expected}.{Suggestion.For(name, known)} 'laminet verify --list' lists them.");
        }

        return names.Count == 0 ? ofFamily : [.. ofFamily.Where(check => names.Contains(check.Subject, StringComparer.OrdinalIgnoreCase))];
    }
}
