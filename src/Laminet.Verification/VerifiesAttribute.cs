namespace Laminet.Verification;

/// <summary>Makes a static method a check of a class. With arguments, the method is called with them; each attribute is one check.</summary>
/// <param name="subject">The class that the method is about.</param>
/// <param name="arguments">What the method is called with.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
internal sealed class VerifiesAttribute(Type subject, params object[] arguments) : Attribute
{
    public Type Subject => subject;

    public IReadOnlyList<object> Arguments => arguments;

    /// <summary>What the method holds its subject to.</summary>
    public CheckKind Kind { get; init; } = CheckKind.Value;
}
