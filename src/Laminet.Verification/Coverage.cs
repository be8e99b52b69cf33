using Laminet.Layers;
using Laminet.Verification.Operations;

namespace Laminet.Verification;

/// <summary>
/// Finds what no check is about. Nothing is excepted: every public operation and every public class of the families has a check against an independent
/// reference, and where it has a gradient, one of that.
/// </summary>
internal static class Coverage
{
    /// <summary>What is missing, a line each.</summary>
    public static IReadOnlyList<string> Missing()
    {
        ILookup<(Family, string), CheckKind> kinds = Checks.All.ToLookup(check => (check.Family, check.Subject), check => check.Kind);
        List<string> missing = [];
        (Family Family, string Subject)[] subjects = [.. Subjects()];
        foreach ((Family family, string subject) in subjects)
        {
            if (!kinds[(family, subject)].Contains(CheckKind.Value))
                missing.Add($"{family}: {subject} has no check against an independent reference.");
            if (!kinds[(family, subject)].Contains(CheckKind.Gradient) && HasGradient(family, subject))
                missing.Add($"{family}: {subject} has no check of its gradient.");
        }

        // A check about something that does not exist would count for nothing.
        HashSet<(Family, string)> known = [.. subjects, .. OperationNames.Primitives.Select(primitive => (Family.Operations, primitive))];
        missing.AddRange(kinds.Select(group => group.Key).Where(key => !known.Contains(key)).Select(key => $"{key.Item1}: {key.Item2} is the subject of a check and no public operation or class."));
        return missing;
    }

    /// <summary>Every public operation, activation and class.</summary>
    public static IEnumerable<(Family Family, string Subject)> Subjects() =>
    [
        .. OperationNames.All.Select(name => (Family.Operations, name)),
        .. ActivationFunction.Names.Order(StringComparer.Ordinal).Select(name => (Family.Activations, name)),
        .. Families.Classes.Select(entry => (entry.Family, entry.Type.Name)),
    ];

    // An operation has a gradient if some row has.
    private static bool HasGradient(Family family, string subject) => family switch
    {
        Family.Activations or Family.Layers or Family.Losses or Family.Regularizers => true,
        Family.Operations => OpCases.Everything.Any(row => row.Subject == subject && row.HasGradient()),
        _ => false,
    };
}
