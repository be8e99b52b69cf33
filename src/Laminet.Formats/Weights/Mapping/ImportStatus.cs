namespace Laminet.Formats.Weights.Mapping;

/// <summary>What became of a tensor when weights of another program were imported.</summary>
public enum ImportStatus
{
    /// <summary>The model has the file's numbers.</summary>
    Loaded,

    /// <summary>The model has it, the file does not.</summary>
    Missing,

    /// <summary>The file has it, the model does not.</summary>
    Unused,

    /// <summary>Both have it, with other shapes.</summary>
    ShapeMismatch,

    /// <summary>Both have it. The model's weight has floating-point numbers, and the file's tensor has not.</summary>
    TypeMismatch,

    /// <summary>The map says that the weight of the model keeps its values (<see cref="WeightMap.Keep"/>).</summary>
    Kept,

    /// <summary>The map says that the tensor of the file is left out (<see cref="WeightMap.Skip"/>).</summary>
    Skipped,

    /// <summary>The file has it, and no model needs it: a counter of batches, the state of an optimizer, the same numbers under a second name.</summary>
    NotNeeded,
}
