using System.Globalization;
using Laminet.Losses;
using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Cli.Runs;

/// <summary>The probabilities that a model gives to classes.</summary>
internal static class ClassProbabilities
{
    /// <summary>What stands for the names of classes where nothing tells them.</summary>
    public static IReadOnlyList<string> Unnamed(int classes) => [.. Enumerable.Range(0, classes).Select(place => string.Create(CultureInfo.InvariantCulture, $"class {place}"))];

    /// <summary>Of one image, the likeliest first. A model that was trained on logits gives logits.</summary>
    /// <param name="model">The model.</param>
    /// <param name="batch">A batch of one image.</param>
    /// <param name="names">The names of the classes.</param>
    public static (string Class, double Probability)[] Ranked(Model model, Tensor batch, IReadOnlyList<string> names)
    {
        Tensor prediction = model.Predict(batch).Cast(DType.Float64);
        bool areLogits = model.Loss is SparseCategoricalCrossentropy { FromLogits: true } or CategoricalCrossentropy { FromLogits: true };
        return [.. names.Zip((areLogits ? prediction.Softmax() : prediction).ToArray<double>()).OrderByDescending(pair => pair.Second)];
    }
}
