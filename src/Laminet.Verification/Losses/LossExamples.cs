using System.Text.Json.Nodes;
using Laminet.Losses;

namespace Laminet.Verification.Losses;

/// <summary>Four examples for each loss: targets and predictions of the shapes that it expects.</summary>
internal static class LossExamples
{
    /// <summary>Positive and below 1 where nothing else is asked for: valid as probabilities, counts and logits alike; no error is 0 or Huber's border.</summary>
    public static (Tensor Target, Tensor Prediction) Of(string name)
    {
        Tensor prediction = Uniform([4, 3]), labels = Tensor.From(2, 0, 1, 2);
        return name switch
        {
            nameof(CTC) => (Tensor.From(new[,] { { 1, 2 }, { 2, 0 }, { 0, 0 }, { 1, 1 } }), Normal([4, 5, 3])),
            nameof(Circle) => (Tensor.From(0, 1, 0, 1), Normal([4, 3]) is var vectors ? vectors / vectors.Norm(-1, keepDims: true) : vectors),
            // Left and top below right and bottom, and boxes that overlap in part.
            nameof(GeneralizedIoU) => (Boxes(4), Boxes(3)),
            nameof(GaussianNLL) => (Target([4, 3]), Uniform([4, 6])),
            nameof(TripletMargin) => (Tensor.Zeros([4], DType.Float64), Normal([4, 3, 5])),
            nameof(CosineEmbedding) => (Tensor.From(1.0, -1, 1, -1), Normal([4, 2, 3])),
            nameof(SparseCategoricalCrossentropy) or nameof(CategoricalGeneralizedCrossEntropy) => (labels, prediction),
            _ => (Target([4, 3]), prediction),
        };
    }

    /// <summary>A weight for each example, or one where the loss is of the whole batch.</summary>
    public static Tensor WeightsOf(string name) => name is nameof(Dice) or nameof(Tversky) ? Tensor.Scalar(0.5) : Tensor.From(0.5, 2, 0, 1);

    /// <summary>Settings of few digits lost in finite differences.</summary>
    public static JsonObject ConfigOf(string name) => name == nameof(Circle) ? new() { ["gamma"] = 4.0 } : [];

    private static Tensor Uniform(Shape shape) => new RandomKey(3).Uniform(shape, 0.05, 0.95, DType.Float64);

    private static Tensor Boxes(ulong seed) => Tensor.Concatenate([new RandomKey(seed).Uniform([4, 2], 0, 0.5, DType.Float64), new RandomKey(seed).Fold(1).Uniform([4, 2], 0.6, 1, DType.Float64)], 1);

    private static Tensor Normal(Shape shape) => new RandomKey(3).Normal(shape, dtype: DType.Float64);

    private static Tensor Target(Shape shape) => new RandomKey(4).Uniform(shape, 0, 1, DType.Float64);
}
