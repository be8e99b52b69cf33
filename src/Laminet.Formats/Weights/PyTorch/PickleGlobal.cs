namespace Laminet.Formats.Weights.PyTorch;

/// <summary>A name that a pickle mentions: one of those that <see cref="TorchGlobals"/> allows. Nothing is called by it.</summary>
internal sealed record PickleGlobal(string Module, string Name)
{
    public override string ToString() => $"{Module}.{Name}";
}
