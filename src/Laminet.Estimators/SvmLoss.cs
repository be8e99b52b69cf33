namespace Laminet.Estimators;

/// <summary>What a violated margin costs a <see cref="LinearSVC"/>, with m = 1 - y (w x + b).</summary>
public enum SvmLoss
{
    /// <summary>max(0, m)².</summary>
    SquaredHinge,

    /// <summary>max(0, m).</summary>
    Hinge,
}
