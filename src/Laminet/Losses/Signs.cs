using Laminet.Tensors;

namespace Laminet.Losses;

/// <summary>Targets -1 and 1, from targets 0 and 1 too.</summary>
internal static class Signs
{
    /// <summary>2 y - 1 if each target is 0 or 1, otherwise the targets themselves.</summary>
    public static Tensor Of(Tensor targets)
    {
        Tensor areBinary = targets.Equal(0).Or(targets.Equal(1)).All();
        return Tensor.Where(areBinary, (2 * targets) - 1, targets);
    }
}
