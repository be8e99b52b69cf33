using Laminet.Cli.Runs;
using Laminet.Verification;

namespace Laminet.Cli.Inspection;

/// <summary>What checks came to, by family; this is also the document of <c>--json</c>.</summary>
/// <param name="Machine">Where they ran.</param>
/// <param name="Depth">How much each did.</param>
/// <param name="Seconds">How long all took.</param>
/// <param name="Families">A row for each family.</param>
/// <param name="Failures">What does not hold.</param>
/// <param name="Missing">What is public and has no check.</param>
internal sealed record VerificationReport(
    RunEnvironment Machine, string Depth, double Seconds, IReadOnlyList<FamilyReport> Families, IReadOnlyList<CheckFailure> Failures, IReadOnlyList<string> Missing)
{
    public static VerificationReport Of(IReadOnlyList<Outcome> outcomes, IReadOnlyList<string> missing, Depth depth, RunEnvironment machine, double seconds) => new(
        machine, Word(depth), seconds,
        [
            .. from outcome in outcomes
               group outcome by outcome.Check.Family into family
               select new FamilyReport(
                   Word(family.Key), family.Select(outcome => outcome.Check.Subject).Distinct().Count(), family.Count(), family.Count(outcome => outcome.Failure is not null),
                   family.Sum(outcome => outcome.Time.TotalSeconds)),
        ],
        [
            .. from outcome in outcomes
               where outcome.Failure is not null
               select new CheckFailure(Word(outcome.Check.Family), outcome.Check.Subject, outcome.Check.Name, outcome.Failure!),
        ],
        missing);

    /// <summary>The subjects of checks, each with the number of its checks.</summary>
    public static IReadOnlyList<SubjectReport> Subjects(IReadOnlyList<Check> checks) =>
        [.. from check in checks group check by (check.Family, check.Subject) into subject select new SubjectReport(Word(subject.Key.Family), subject.Key.Subject, subject.Count())];

    private static string Word<T>(T name) where T : struct, Enum => Enum.GetName(name)!.ToLowerInvariant();
}

/// <summary>The checks of a family. The seconds are the sum of all, which run beside one another.</summary>
internal sealed record FamilyReport(string Family, int Subjects, int Checks, int Failed, double Seconds);

/// <summary>A check that does not hold.</summary>
internal sealed record CheckFailure(string Family, string Subject, string Check, string Message);

/// <summary>An operation or a class, and the number of its checks.</summary>
internal sealed record SubjectReport(string Family, string Subject, int Checks);
