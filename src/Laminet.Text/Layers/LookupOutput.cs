namespace Laminet.Text.Layers;

/// <summary>What a layer of the look-up family gives for its tokens; Keras's <c>output_mode</c>.</summary>
public enum LookupOutput
{
    /// <summary>The number of each token, Int32.</summary>
    Int,

    /// <summary>A vector for each token with 1 at its number. A last axis of length 1 becomes the vector; otherwise the vector is a new axis.</summary>
    OneHot,

    /// <summary>A vector for each row of tokens with 1 at the numbers that occur in it.</summary>
    MultiHot,

    /// <summary>A vector for each row of tokens with how often each occurs in it.</summary>
    Count,

    /// <summary>The counts times the inverse document frequencies, which Adapt measures.</summary>
    TfIdf,
}
