using Laminet.Configuration;
using Laminet.Layers;
using Laminet.Tensors;

namespace Laminet.Text.Layers;

/// <summary>Category numbers as vectors: one-hot for each number, or multi-hot or counts for each row. As in Keras.</summary>
/// <example><code>
/// Tensor y = new CategoryEncoding(4).Call(Tensor.From(new[,] { { 0, 1 }, { 0, 0 } }));  // [[1, 1, 0, 0], [1, 0, 0, 0]]
/// </code></example>
/// <param name="numTokens">How many categories there are; numbers are from 0 to numTokens - 1; one outside is an error.</param>
/// <param name="outputMode">The form of the vectors: one-hot, multi-hot or count.</param>
public sealed class CategoryEncoding(int numTokens, LookupOutput outputMode = LookupOutput.MultiHot) : Layer
{
    static CategoryEncoding() => Registry.Register<CategoryEncoding>();

    /// <summary>How many categories there are.</summary>
    public int NumTokens { get; } = Setting.Require(numTokens, numTokens >= 1, "1 or more");

    /// <summary>The form of the vectors.</summary>
    public LookupOutput OutputMode { get; } = Setting.Require(outputMode, outputMode is LookupOutput.OneHot or LookupOutput.MultiHot or LookupOutput.Count, "one-hot, multi-hot or count");

    /// <inheritdoc/>
    /// <param name="inputs">The numbers; for counts a second input may hold what each of them counts.</param>
    /// <param name="context">The pass.</param>
    protected override Bundle<Tensor> Forward(Bundle<Tensor> inputs, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        if (!TokenEncoding.IsInteger(inputs[0]))
            throw new DTypeException($"received {inputs[0].Spec}; expected the numbers of categories as integers.");
        if (inputs.Count > 1 && OutputMode != LookupOutput.Count)
            throw new ArgumentException($"received weights beside the numbers, which outputMode = {OutputMode} does not take; use {LookupOutput.Count}.", nameof(inputs));
        // The numbers themselves, found by position: a number outside is an error, in compiled functions too, and not a category that is lost in silence.
        Tensor categories = Tensor.Range(0, NumTokens, DType.Int32).Gather(inputs[0]);
        return [TokenEncoding.Apply(categories, OutputMode, NumTokens, inputs.Count > 1 ? inputs[1] : null).Cast(DType)];
    }
}
