namespace Laminet.Saving;

/// <summary>What became of one tensor when a file was loaded.</summary>
public enum LoadStatus
{
    /// <summary>The model has the file's numbers.</summary>
    Loaded,

    /// <summary>The model has it, the file does not.</summary>
    Missing,

    /// <summary>The file has it, the model does not.</summary>
    Unexpected,

    /// <summary>Both have it, with other shapes.</summary>
    ShapeMismatch,

    /// <summary>Both have it, with other element types.</summary>
    TypeMismatch,
}
