namespace Laminet.Optimizers;

/// <summary>How <see cref="LBFGS"/> finds the size of a step.</summary>
public enum LineSearch
{
    /// <summary>The learning rate is the size.</summary>
    None,

    /// <summary>A size at which the loss falls enough and its slope has become small: Nocedal and Wright, "Numerical optimization", 2006, section 3.5.</summary>
    StrongWolfe,
}
