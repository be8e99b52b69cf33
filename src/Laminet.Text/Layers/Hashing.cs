using System.Globalization;
using System.Text;
using Laminet.Configuration;
using Laminet.Layers;
using Laminet.Tensors;

namespace Laminet.Text.Layers;

/// <summary>
/// Buckets for strings or integers, by their hash, without a vocabulary: FarmHash's fingerprint, or SipHash with a salt. The buckets are those of Keras. Values enter by <c>Call</c>, before
/// the model; within a model the layer passes on what that gave.
/// </summary>
/// <example><code>
/// Tensor buckets = new Hashing(3).Call(["A", "B", "C", "D", "E"]);  // [1, 0, 1, 1, 2]
/// </code></example>
/// <param name="numBins">How many buckets.</param>
/// <param name="maskValue">The string that has bucket 0 to itself; null for none.</param>
/// <param name="salt">A key of one or two numbers, so that others do not know what falls together; null for none.</param>
/// <param name="outputMode">What the layer gives: numbers, one-hot, multi-hot or counts.</param>
public sealed class Hashing(int numBins, string? maskValue = null, IReadOnlyList<int>? salt = null, LookupOutput outputMode = LookupOutput.Int) : Layer
{
    static Hashing() => Registry.Register<Hashing>();

    /// <summary>How many buckets.</summary>
    public int NumBins { get; } = Setting.Require(numBins, numBins > (maskValue is null ? 0 : 1), "1 or more, and 2 with a mask");

    /// <summary>The string that has bucket 0 to itself.</summary>
    public string? MaskValue { get; } = maskValue;

    /// <summary>The key.</summary>
    public IReadOnlyList<int>? Salt { get; } = Setting.Require(salt, salt is null or { Count: 1 or 2 }, "one or two numbers");

    /// <summary>What the layer gives.</summary>
    public LookupOutput OutputMode { get; } = Setting.Require(outputMode, outputMode != LookupOutput.TfIdf, "numbers, one-hot, multi-hot or counts");

    /// <inheritdoc/>
    protected override bool SupportsMasking => true;

    /// <summary>The buckets of strings, shape <c>(strings,)</c>, or what <see cref="OutputMode"/> makes of them.</summary>
    public Tensor Call(IReadOnlyList<string> strings)
    {
        ArgumentNullException.ThrowIfNull(strings);
        return Encode(Tensor.From([.. strings.Select(BucketOf)]));
    }

    /// <summary>The buckets of rows of strings of one length, shape <c>(rows, strings)</c>, or what <see cref="OutputMode"/> makes of them.</summary>
    public Tensor Call(string[,] strings)
    {
        ArgumentNullException.ThrowIfNull(strings);
        return Encode(Tensor.From([.. strings.Cast<string>().Select(BucketOf)], [strings.GetLength(0), strings.GetLength(1)]));
    }

    /// <summary>The buckets of integers: those of their digits, as in Keras.</summary>
    public Tensor Call(IReadOnlyList<long> integers)
    {
        ArgumentNullException.ThrowIfNull(integers);
        return Call([.. integers.Select(integer => integer.ToString(CultureInfo.InvariantCulture))]);
    }

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, CallContext context) => input;

    private Tensor Encode(Tensor buckets) => TokenEncoding.Apply(buckets, OutputMode, NumBins);

    private int BucketOf(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text == MaskValue)
            return 0;
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        ulong hash = Salt is null ? FarmHash.Of(bytes) : SipHash.Of(bytes, (ulong)Salt[0], (ulong)Salt[^1]), free = (ulong)(MaskValue is null ? NumBins : NumBins - 1);
        return (int)(hash % free) + (MaskValue is null ? 0 : 1);
    }
}
