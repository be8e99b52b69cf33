namespace Laminet.Tensors.Kernels;

/// <summary>What a step of a <see cref="TileProgram"/> computes: numbers from those in their place. Compared by value, as primitives are.</summary>
internal interface ITileOperation
{
    /// <summary>What to call it in listings.</summary>
    string Name { get; }

    /// <summary>
    /// True if an element's last bits depend on the elements it shares a vector with, as where a library takes a shorter way for vectors of
    /// small numbers alone: then only tiles with the same borders give the same bits.
    /// </summary>
    bool DependsOnNeighbours => false;

    /// <summary>The result's shape and type.</summary>
    TensorSpec Infer(ReadOnlySpan<TensorSpec> inputs);

    /// <summary>Computes one tile.</summary>
    void Tile(in TileArguments arguments);
}
