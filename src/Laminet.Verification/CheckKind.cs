namespace Laminet.Verification;

/// <summary>What a check holds its subject to.</summary>
internal enum CheckKind
{
    /// <summary>Its values to an independent reference: another library's numbers, a formula in plain loops, known answers.</summary>
    Value,

    /// <summary>Its gradients to finite differences, or to another library's gradients.</summary>
    Gradient,

    /// <summary>Its ways to run to one another: compiled and eager, views and copies, shapes alone, a configuration there and back.</summary>
    Consistency,
}
