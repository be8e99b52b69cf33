using Laminet.Layers;
using Laminet.Tensors;

namespace Laminet.Saving;

/// <summary>The names under which files keep weights: the path of layers, then the weight, as in <c>encoder/dense_1/kernel</c>.</summary>
internal static class WeightNames
{
    /// <summary>All weights of a model by name, in the model's order; each once, under the first of its names.</summary>
    /// <exception cref="InvalidOperationException">Two weights would have one name.</exception>
    public static IReadOnlyList<KeyValuePair<string, Variable>> Of(Layer model)
    {
        List<KeyValuePair<string, Variable>> named = [.. ((IHasState)model).State.Select(place => KeyValuePair.Create(place.Name, place.Variable))];
        HashSet<string> taken = [];
        foreach ((string name, _) in named)
        {
            if (!taken.Add(name))
            {
                throw new InvalidOperationException($"Two weights of the model would be stored as '{name}'. "
                    + "Give the layers names that differ, and the weights of one layer too (AddWeight).");
            }
        }

        return named;
    }

    /// <summary>Says which weight stands in the model twice: through two models that share a layer. A description could not keep that.</summary>
    public static void RequireNoSharingBetweenModels(Layer model)
    {
        foreach (IGrouping<Variable, string> places in model.WeightPlaces().GroupBy(place => place.Variable, place => place.Name))
        {
            if (places.Skip(1).FirstOrDefault() is { } second)
            {
                throw new InvalidOperationException($"The weight '{places.First()}' is also '{second}': a layer is shared between a model and a model inside it. "
                    + "A file would make two layers of it. Share the inner model instead, or keep only the weights (SaveWeights).");
            }
        }
    }
}
