namespace Laminet.Verification;

/// <summary>One thing that is proven of one operation or public class.</summary>
/// <param name="Family">The family of the subject.</param>
/// <param name="Subject">The operation or class, by the name that users write.</param>
/// <param name="Kind">What it is held to.</param>
/// <param name="Name">What is proven, unique for the subject.</param>
/// <param name="Run">Throws a <see cref="VerificationException"/>, or what the subject throws, if it does not hold.</param>
internal sealed record Check(Family Family, string Subject, CheckKind Kind, string Name, Action<Depth> Run)
{
    /// <summary>A name that no other check has.</summary>
    public string Id => $"{Subject}: {Name}";

    public override string ToString() => Id;
}
