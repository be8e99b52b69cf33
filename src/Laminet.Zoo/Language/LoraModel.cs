using System.Globalization;
using System.Text.RegularExpressions;
using Laminet.Configuration;
using Laminet.Initializers;
using Laminet.Layers;
using Laminet.Saving;
using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Zoo.Language;

/// <summary>
/// A trained model that learns by adapters of low rank: a matrix W is used as W + s A B with A (in, rank) and B (rank, out), which alone are trained, from B = 0 on; s is alpha / rank. The model itself is frozen, but for the layers
/// that are named. Compile and fit it like the model. Afterwards <see cref="Merge"/> adds the products to the model's weights, or <see cref="SaveAdapters"/> writes what was learned, some hundredths of the
/// model's size. (Hu et al., "LoRA: low-rank adaptation of large language models", 2021. Scaled by alpha / √rank: Kalajdzievski, "A rank stabilization scaling factor for fine-tuning with LoRA", 2023.)
/// </summary>
/// <example><code>
/// var lora = new LoraModel(model, rank: 8, trained: "pooler|classifier");
/// lora.Compile(new AdamW(5e-4), new Laminet.Losses.SparseCategoricalCrossentropy(fromLogits: true), ["accuracy"]);
/// lora.Fit(x, y, batchSize: 32, epochs: 2);
/// lora.SaveAdapters("sentiment.safetensors");
/// lora.Merge();
/// </code></example>
public sealed class LoraModel : Model
{
    /// <summary>The kernels of queries and values, which the paper adapts.</summary>
    public const string QueriesAndValues = ".*/(query|value)/kernel";

    private readonly (string Path, Variable Target, int Rows)[] targets;
    private (Variable Down, Variable Up)[] adapters = [];

    /// <summary>Puts adapters on a model.</summary>
    /// <param name="model">The model, with its weights declared. Its layers are frozen, but for those that are trained.</param>
    /// <param name="rank">The rank of the products A B.</param>
    /// <param name="alpha">The products are multiplied by alpha / rank, so that another rank needs no other learning rate.</param>
    /// <param name="weights">A pattern for the paths of the weights that get adapters, as in <c>block_0/self_attention/query/kernel</c>.</param>
    /// <param name="trained">A pattern for the names of the model's layers that are trained whole, such as a new head; null for none.</param>
    /// <param name="rankStabilized">Whether the factor is alpha / √rank.</param>
    /// <param name="seed">Names the random numbers; null to draw a new one.</param>
    /// <exception cref="ArgumentException">The model has no weights of that pattern, or no layers of that name.</exception>
    public LoraModel(Model model, int rank = 8, double alpha = 16, string weights = QueriesAndValues, string? trained = null, bool rankStabilized = false, ulong? seed = null) : base(seed)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrEmpty(weights);
        Rank = Setting.Require(rank, rank >= 1, "1 or more");
        Alpha = Setting.Require(alpha, alpha > 0 && double.IsFinite(alpha), "above 0, and finite");
        IsRankStabilized = rankStabilized;
        (string Name, Variable Variable)[] all = [.. ((IHasState)model).State];
        targets = [.. all.Where(weight => weight.Variable.Shape.Rank > 1 && IsWhole(weights, weight.Name)).Select(weight => (weight.Name, weight.Variable, RowsOf(weight.Name, weight.Variable.Shape)))];
        if (targets.Length == 0)
            throw new ArgumentException($"LoraModel: the pattern '{weights}' fits no matrix of the model. It has {string.Join(", ", all.Select(weight => weight.Name).Take(12))}{(all.Length > 12 ? ", ..." : all.Length == 0 ? "no weights yet: put an Input first, or call it once" : "")}.", nameof(weights));
        Layer[] whole = [.. model.Layers.Where(layer => trained is not null && layer.Name is { } name && IsWhole(trained, name))];
        if (trained is not null && whole.Length == 0)
            throw new ArgumentException($"LoraModel: the pattern '{trained}' fits no layer of the model. It has {string.Join(", ", model.Layers.Select(layer => layer.Name))}.", nameof(trained));
        foreach (Layer layer in model.Layers)
            layer.Trainable = whole.Contains(layer);
        // The model's own values first: this one would draw others for weights that have none.
        foreach ((_, Variable weight) in all)
            _ = weight.Value;
        Adapted = Track(model);
    }

    /// <summary>The model.</summary>
    public Model Adapted { get; }

    /// <summary>The rank of the products.</summary>
    public int Rank { get; }

    /// <summary>The factor of the products, times the rank.</summary>
    public double Alpha { get; }

    /// <summary>Whether the factor is alpha / √rank.</summary>
    public bool IsRankStabilized { get; }

    /// <summary>The factor of the products.</summary>
    public double Scale => Alpha / (IsRankStabilized ? Math.Sqrt(Rank) : Rank);

    /// <summary>The paths of the weights with adapters.</summary>
    public IReadOnlyList<string> Paths => [.. targets.Select(target => target.Path)];

    /// <summary>What is added to a weight, s A B in the shape of the weight.</summary>
    /// <param name="path">The path of the weight.</param>
    /// <exception cref="KeyNotFoundException">It has no adapter.</exception>
    public Tensor Delta(string path)
    {
        int place = Array.FindIndex(targets, target => target.Path == path);
        if (place < 0)
            throw new KeyNotFoundException($"LoraModel: '{path}' has no adapter.{Suggestion.For(path, Paths)} Those with one: {string.Join(", ", Paths.Take(8))}.");
        return Delta(place);
    }

    /// <summary>Adds the products to the model's weights, and sets B to 0: the outputs stay the same, and the model can be used without this one.</summary>
    public void Merge()
    {
        foreach ((int place, (_, Variable target, _)) in targets.Index())
        {
            target.Assign(target.Value + Delta(place));
            adapters[place].Up.Assign(adapters[place].Up.Value.ZerosLike());
        }
    }

    /// <summary>Writes the adapters, and the weights of the layers that are trained whole, as safetensors. The names of the adapters are those of their weights with <c>/lora_down</c> and <c>/lora_up</c>.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">It cannot be written; an older file stays as it was.</exception>
    public void SaveAdapters(string path) => SafeTensors.Write(path, Learned().ToDictionary(weight => weight.Name, weight => weight.Variable.Value), new Dictionary<string, string>
    {
        ["rank"] = Rank.ToString(CultureInfo.InvariantCulture),
        ["scale"] = Scale.ToString("R", CultureInfo.InvariantCulture),
    });

    /// <summary>Reads what <see cref="SaveAdapters"/> wrote, all of it or nothing.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">The file is damaged, or of other adapters; the message says what differs.</exception>
    public void LoadAdapters(string path)
    {
        SafeTensorsFile file = SafeTensors.Read(path);
        string scale = Scale.ToString("R", CultureInfo.InvariantCulture);
        if (file.Metadata.GetValueOrDefault("scale") is { } written && written != scale)
            throw new InvalidDataException($"{path}: its adapters have the factor {written}; this model's is {scale}. Give the same alpha and rank.");
        (string Name, Variable Variable)[] learned = [.. Learned()];
        string[] wrong =
        [
            .. learned.Where(weight => !file.Tensors.TryGetValue(weight.Name, out Tensor? tensor) || tensor.Shape != weight.Variable.Shape)
                .Select(weight => $"'{weight.Name}' {(file.Tensors.TryGetValue(weight.Name, out Tensor? tensor) ? $"has the shape {tensor.Shape}; expected {weight.Variable.Shape}" : "is missing")}"),
            .. file.Tensors.Keys.Except(learned.Select(weight => weight.Name)).Select(name => $"'{name}' is not trained here"),
        ];
        if (wrong.Length > 0)
            throw new InvalidDataException($"{path}: nothing was read, since it is not of these adapters: {string.Join("; ", wrong.Take(8))}.");
        foreach ((string name, Variable variable) in learned)
            variable.Assign(file.Tensors[name].Cast(variable.DType));
    }

    /// <inheritdoc/>
    protected override void Build(IReadOnlyList<Shape> inputs) => adapters = [.. targets.Select(target =>
    {
        int columns = target.Target.Shape.ElementCount / target.Rows;
        return (AddWeight($"{target.Path}/lora_down", [target.Rows, Rank], new HeUniform()), AddWeight($"{target.Path}/lora_up", [Rank, columns], new Zeros()));
    })];

    /// <inheritdoc/>
    protected override Bundle<Tensor> Forward(Bundle<Tensor> inputs, CallContext context)
    {
        using StateScope adapted = new([.. targets.Index().Select(target => (target.Item.Target, target.Item.Target.Value + Delta(target.Index)))]);
        Bundle<Tensor> outputs = Adapted.Call(inputs, context);
        // What layers assign, such as moving statistics, stays.
        adapted.Commit();
        return outputs;
    }

    private Tensor Delta(int place)
    {
        if (adapters.Length == 0)
            throw new InvalidOperationException("LoraModel: there are no adapters before the model has seen an input's shape. Call it, or fit it, first.");
        (Variable down, Variable up) = adapters[place];
        return (down.Value.MatMul(up.Value) * Scale).Reshape(targets[place].Target.Shape);
    }

    // The model's own trained weights, and the adapters.
    private IEnumerable<(string Name, Variable Variable)> Learned()
    {
        HashSet<Variable> trained = [.. TrainableWeights];
        return targets.Zip(adapters).SelectMany(pair => ((string, Variable)[])[($"{pair.First.Path}/lora_down", pair.Second.Down), ($"{pair.First.Path}/lora_up", pair.Second.Up)])
            .Concat(((IHasState)Adapted).State.Where(weight => trained.Contains(weight.Variable)));
    }

    // What a product sums over stands first; of an attention's output these are the two axes of heads.
    private static int RowsOf(string path, Shape shape) => shape.Rank > 2 && path.EndsWith("attention_output/kernel", StringComparison.Ordinal) ? shape.ElementCount / shape[-1] : shape[0];

    private static bool IsWhole(string pattern, string text) => Regex.IsMatch(text, $"^(?:{pattern})$", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
}
