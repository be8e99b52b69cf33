using System.Security.Cryptography;
using Laminet.Data;
using Laminet.Tensors;

namespace Laminet.Cli.Runs;

/// <summary>Images in memory.</summary>
/// <param name="images">Bytes of (examples, height, width, channels).</param>
/// <param name="labels">Their classes.</param>
internal sealed class TensorExamples(Tensor images, Tensor labels) : Examples
{
    /// <summary>Bytes of (examples, height, width, channels).</summary>
    public Tensor Images => images;

    /// <summary>The classes, (examples).</summary>
    public Tensor LabelTensor => labels;

    public override IReadOnlyList<int> Labels { get; } = labels.ToArray<int>();

    public override Shape ImageShape { get; } = new(images.Shape.Dimensions[1..]);

    public override Dataset ToDataset() => Dataset.FromTensors(images, labels);

    public override Tensor Image(int index) => images.Slice(index, index + 1);

    public override Examples Choose(IReadOnlyList<int> positions)
    {
        Tensor chosen = Tensor.From([.. positions], [positions.Count]);
        return new TensorExamples(images.Gather(chosen), labels.Gather(chosen));
    }

    public override Examples First(int? limit) => limit is { } most && most < Count ? new TensorExamples(images.Slice(0, most), labels.Slice(0, most)) : this;

    public override void AddTo(IncrementalHash hash)
    {
        hash.AppendData(images.ToArray<byte>());
        hash.AppendData(labels.Cast(DType.UInt8).ToArray<byte>());
    }
}
