namespace Laminet.Layers;

/// <content>Which weights training changes.</content>
public abstract partial class Layer
{
    private readonly HashSet<string> frozenByFile = [];
    private bool trainable = true;

    /// <summary>
    /// Whether training may change the weights. A layer set to false keeps its weights; a frozen batch normalisation also runs as
    /// in inference and stops learning its statistics. Holds for the layers inside too, and from the next step on.
    /// </summary>
    public bool Trainable
    {
        get => trainable;
        set
        {
            trainable = value;
            foreach (Layer layer in Sublayers)
                layer.Trainable = value;
        }
    }

    /// <summary>Mixes in which parts are frozen. No allocation: it is asked before every step.</summary>
    internal ulong MixTrainable(ulong hash)
    {
        hash = Mixed(hash, trainable);
        for (int i = 0; i < weights.Count; i++)
            hash = Mixed(hash, weights[i].Variable.Trainable);
        IReadOnlyList<Layer> sublayers = Sublayers;
        for (int i = 0; i < sublayers.Count; i++)
            hash = sublayers[i].MixTrainable(hash);
        return hash;

        // FNV-1a, a bit a time.
        static ulong Mixed(ulong hash, bool bit) => (hash ^ (bit ? 1UL : 2UL)) * 1_099_511_628_211;
    }

    // What is frozen within the layer: a weight by its name, a layer by its place and a slash, what is in it behind that. A model's layers say it themselves.
    private IEnumerable<string> FrozenParts() =>
    [
        .. weights.Where(weight => weight.IsDeclaredTrainable && !weight.Variable.Trainable).Select(weight => weight.Variable.Name).Union(frozenByFile),
        .. tracked.Index().SelectMany(part => part.Item.FrozenParts().Select(inner => $"{part.Index}/{inner}").Concat(part.Item.trainable ? [] : [$"{part.Index}/"])),
    ];

    // The same, put back. A weight may be declared later.
    private void Freeze(HashSet<string> parts)
    {
        foreach (string name in parts.Where(part => !part.Contains('/', StringComparison.Ordinal)))
        {
            if (weights.Find(weight => weight.Variable.Name == name) is { } declared)
                declared.Variable.Trainable = false;
            else
                frozenByFile.Add(name);
        }

        foreach ((int place, Layer layer) in tracked.Index())
        {
            string prefix = $"{place}/";
            layer.trainable = !parts.Contains(prefix);
            layer.Freeze([.. parts.Where(part => part.Length > prefix.Length && part.StartsWith(prefix, StringComparison.Ordinal)).Select(part => part[prefix.Length..])]);
        }
    }
}
