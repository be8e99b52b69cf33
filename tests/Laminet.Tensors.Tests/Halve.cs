using Laminet.Tensors.Blocks;

namespace Laminet.Tensors.Tests;

/// <summary>An update that is easy to follow: w /= 2, whatever the gradient.</summary>
internal sealed record Halve : UpdateRule
{
    protected override void Update<T>(in UpdateTile<T> tile)
    {
        for (int i = 0; i < tile.Value.Length; i++)
            tile.Value[i] *= Constant<T>(0.5);
    }
}
