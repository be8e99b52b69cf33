using Laminet.Data;
using Laminet.Tensors;

namespace Laminet.Training;

/// <summary>Turns weights by class into weights by example.</summary>
internal static class ClassWeights
{
    public static Batch Apply(Batch batch, IReadOnlyDictionary<int, double> weights)
    {
        Tensor y = batch.Y ?? throw new ArgumentException("classWeight needs targets (y).");
        // One-hot targets: the label is where the one stands.
        Tensor labels = y.DType.IsFloat() && y.Rank > 1 && y.Shape[-1] > 1 ? y.ArgMax() : y.Cast(DType.Int32).Reshape([y.Shape[0]]);
        float[] values = [.. labels.ToArray<int>().Select(label => (float)weights.GetValueOrDefault(label, 1))];
        Tensor byClass = Tensor.From(values);
        return new Batch(batch.Inputs, y, batch.SampleWeight is { } own ? own.Cast(DType.Float32) * byClass.Reshape([own.Shape[0], .. Enumerable.Repeat(1, own.Rank - 1)]) : byClass);
    }
}
