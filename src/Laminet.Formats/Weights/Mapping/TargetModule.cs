using Laminet.Formats.Weights.Keras;
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Formats.Weights.Mapping;

/// <summary>A layer of a model with weights of its own.</summary>
/// <param name="Path">Its name, with the names of the models and layers around it.</param>
/// <param name="KerasPath">Where Keras 3 would keep it.</param>
/// <param name="HasInventedName">Whether a model made up a name in the path, which says nothing of what was meant.</param>
/// <param name="Layer">The layer.</param>
/// <param name="Weights">Its weights.</param>
internal sealed record TargetModule(string Path, string KerasPath, bool HasInventedName, Layer Layer, IReadOnlyList<TargetWeight> Weights)
{
    /// <summary>The layers of a model with weights, in the model's order; what is shared, once.</summary>
    /// <param name="model">The model.</param>
    /// <param name="joinsAttention">Whether the four parts of an attention are one, as in PyTorch.</param>
    public static List<TargetModule> Of(Layer model, bool joinsAttention)
    {
        List<TargetModule> modules = [];
        HashSet<Variable> seen = [];
        Add(model, "", "", false, null);
        return modules;

        void Add(Layer layer, string path, string kerasPath, bool isInvented, Layer? around)
        {
            bool isWhole = joinsAttention && layer is MultiHeadAttention;
            // The cell of a recurrent layer is no layer of its own in other programs.
            string own = layer is UnitCell && around is RecurrentLayer ? "cell/" : "";
            TargetWeight[] weights =
            [
                .. layer.WeightPlaces().Where(place => (isWhole || !place.Name.Contains('/', StringComparison.Ordinal)) && seen.Add(place.Variable))
                    .Select(place => new TargetWeight($"{path}/{own}{place.Name}".TrimStart('/'), place.Name, place.Variable)),
            ];
            if (weights.Length > 0)
                modules.Add(new TargetModule(path, kerasPath, isInvented, layer, weights));
            if (isWhole)
                return;
            KerasPaths paths = new();
            for (int place = 0; place < layer.Sublayers.Count; place++)
            {
                Layer inner = layer.Sublayers[place];
                string name = layer.SublayerName(place);
                string keras = layer is Model ? $"layers/{paths.Next(inner is Model and not Sequential ? "Functional" : inner is Input ? "InputLayer" : inner.GetType().Name)}" : name;
                bool isCell = inner is UnitCell && layer is RecurrentLayer;
                Add(inner, isCell ? path : Joined(path, name), isCell ? kerasPath : Joined(kerasPath, keras), isInvented || inner.HasInventedName, layer);
            }
        }

        static string Joined(string path, string name) => path.Length == 0 ? name : $"{path}/{name}";
    }
}

/// <summary>A weight of a layer.</summary>
/// <param name="Name">Its name in the model.</param>
/// <param name="Part">Its name in the layer.</param>
/// <param name="Variable">The weight.</param>
internal sealed record TargetWeight(string Name, string Part, Variable Variable)
{
    public TensorSpec Spec => new(Variable.Shape, Variable.DType);
}
