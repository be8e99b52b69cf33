namespace Laminet.Verification.Tests;

/// <summary>Every check of <c>laminet verify</c>, at full depth. The classes run beside one another.</summary>
public abstract class CheckTests
{
    private static readonly Dictionary<string, Check> ById = Checks.All.ToDictionary(check => check.Id);

    private protected static TheoryData<string> Of(Func<Check, bool> which) => [.. Checks.All.Where(which).Select(check => check.Id)];

    private protected static void Holds(string id) => ById[id].Run(Depth.Full);
}

/// <summary>Operations against references.</summary>
public sealed class OperationValueTests : CheckTests
{
    public static TheoryData<string> Ids => Of(check => check is { Family: Family.Operations, Kind: CheckKind.Value });

    [Theory]
    [MemberData(nameof(Ids))]
    public void It_holds(string check) => Holds(check);
}

/// <summary>Gradients of operations against finite differences.</summary>
public sealed class OperationGradientTests : CheckTests
{
    public static TheoryData<string> Ids => Of(check => check is { Family: Family.Operations, Kind: CheckKind.Gradient });

    [Theory]
    [MemberData(nameof(Ids))]
    public void It_holds(string check) => Holds(check);
}

/// <summary>Operations compiled and eager, of views and of shapes alone.</summary>
public sealed class OperationConsistencyTests : CheckTests
{
    public static TheoryData<string> Ids => Of(check => check is { Family: Family.Operations, Kind: CheckKind.Consistency });

    [Theory]
    [MemberData(nameof(Ids))]
    public void It_holds(string check) => Holds(check);
}

/// <summary>Layers and activations.</summary>
public sealed class LayerTests : CheckTests
{
    public static TheoryData<string> Ids => Of(check => check.Family is Family.Layers or Family.Activations);

    [Theory]
    [MemberData(nameof(Ids))]
    public void It_holds(string check) => Holds(check);
}

/// <summary>All other families.</summary>
public sealed class LearningTests : CheckTests
{
    public static TheoryData<string> Ids => Of(check => check.Family is not (Family.Operations or Family.Layers or Family.Activations));

    [Theory]
    [MemberData(nameof(Ids))]
    public void It_holds(string check) => Holds(check);
}
