using System.Globalization;
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Formats.Weights.Mapping;

/// <summary>Reads weights of other programs into a model.</summary>
public static class WeightImport
{
    /// <inheritdoc cref="ImportWeights(Model, WeightFile, WeightMap?, bool, bool, bool)"/>
    public static ImportReport ImportWeights(
        this Model model, string path, WeightMap? map = null, bool allowMissing = false, bool allowUnexpected = false, bool allowMismatch = false)
    {
        using WeightFile file = WeightFile.Open(path);
        return model.ImportWeights(file, map, allowMissing, allowUnexpected, allowMismatch);
    }

    /// <summary>
    /// Reads weights of another program into a model, and converts names, the order of axes and the order of gates. Layers are matched by name. If the names differ, they are
    /// matched by order, or by shape, provided that only one such match is possible. Nothing is skipped silently. By default every weight of the model must be in the file, and
    /// every tensor of the file in the model. Otherwise nothing is loaded, and the error lists all differences. Files do not hold every setting: the epsilon of a normalization, for example,
    /// stays the model's.
    /// </summary>
    /// <param name="model">The model. It must know the shape of its input.</param>
    /// <param name="file">The file.</param>
    /// <param name="map">How names differ, and what is left out.</param>
    /// <param name="allowMissing">Whether weights that the file does not have may keep their values. Then names alone count.</param>
    /// <param name="allowUnexpected">Whether tensors that the model does not have may be left out. Then names alone count.</param>
    /// <param name="allowMismatch">Whether weights of another shape or type in the file may keep their values.</param>
    /// <returns>What became of each tensor.</returns>
    /// <exception cref="InvalidDataException">The file is damaged, does not fit the model, or could be meant in several ways.</exception>
    /// <exception cref="ArgumentException">The map names a layer or weight that the model does not have; the message says which is near.</exception>
    /// <exception cref="InvalidOperationException">The model does not know the shape of its input yet, so it has no weights.</exception>
    public static ImportReport ImportWeights(
        this Model model, WeightFile file, WeightMap? map = null, bool allowMissing = false, bool allowUnexpected = false, bool allowMismatch = false)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(file);
        if (!model.IsDeclared)
            throw new InvalidOperationException("ImportWeights: the model has not seen its input's shape yet, so it has no weights. Put an Input first, or call it once.");
        map ??= new WeightMap();
        WeightLayout layout = LayoutOf(file, map.Layout, model);
        bool isTorch = layout == WeightLayout.PyTorch;

        List<TargetModule> modules = TargetModule.Of(model, isTorch);
        map.Require(modules);
        ModelWalk walk = new(model, modules);
        (TargetModule Module, List<Rule> Rules)[] targets = [.. modules.Select(module => (module, Wanted(RulesOf(module)))).Where(target => target.Item2.Count > 0)];
        List<WeightTensor> offered = [.. file.Tensors.Where(tensor => tensor.NotNeeded is null && !map.Skips(tensor.Name))];
        HashSet<string> layers = new(StringComparer.Ordinal);
        List<SourceModule> sources = SourceModule.Of(offered, file, layout, map, layers);
        Matching matching = new(targets, sources);
        SourceModule?[] partners = matching.Find(allowMissing || allowUnexpected || file.Format == WeightFormat.TensorFlowJsGraph, walk, file.Path);

        Dictionary<string, (Rule Rule, WeightTensor[] Tensors)> plan = new(StringComparer.Ordinal);
        foreach (((TargetModule _, List<Rule> rules), SourceModule? partner) in targets.Zip(partners))
        {
            foreach (Rule rule in rules)
            {
                if (partner is not null && Matching.Take(rules, rule, partner) is { } tensors)
                    plan[rule.Target.Name] = (rule, tensors);
            }
        }

        List<ImportStatus> allowed = [];
        if (allowMissing)
            allowed.Add(ImportStatus.Missing);
        if (allowUnexpected)
            allowed.Add(ImportStatus.Unused);
        if (allowMismatch)
            allowed.AddRange([ImportStatus.ShapeMismatch, ImportStatus.TypeMismatch]);
        ImportReport report = new ImportReport(file.Path, matching.How, Rows(file, modules, plan, map), [.. file.Notes, .. isTorch ? [.. Norms(modules), .. Doubts(walk, map)] : (string[])[], .. map.Unused(file.Tensors, layers)]).Require(allowed);

        // All of it before anything is changed: a file may be damaged in the middle.
        HashSet<string> fitting = [.. report.With(ImportStatus.Loaded).Select(tensor => tensor.Target!)];
        List<(Variable Variable, Tensor Value)> values = [];
        foreach ((Rule rule, WeightTensor[] tensors) in plan.Values.Where(entry => fitting.Contains(entry.Rule.Target.Name)))
        {
            Variable variable = rule.Target.Variable;
            Tensor[] read = [.. tensors.Select(tensor => tensor.Read().Cast(variable.DType))];
            values.Add((variable, rule.Conversion.Convert(read, variable.Shape).Contiguous()));
        }

        foreach ((Variable variable, Tensor value) in values)
            variable.Assign(value);
        return report;

        List<Rule> RulesOf(TargetModule module) => isTorch
            ? Rules.OfTorch(module, map.FlattenedMaps.TryGetValue(module.Path, out Shape given) ? given : walk.FlattenedFor(module.Layer))
            : Rules.OfKeras(module);

        List<Rule> Wanted(List<Rule> rules) => [.. rules.Where(rule => !map.Keeps(rule.Target.Name))];
    }

    private static List<ImportedTensor> Rows(WeightFile file, List<TargetModule> modules, Dictionary<string, (Rule Rule, WeightTensor[] Tensors)> plan, WeightMap map)
    {
        List<ImportedTensor> rows = [];
        foreach (TargetWeight weight in modules.SelectMany(module => module.Weights))
        {
            if (map.Keeps(weight.Name))
                rows.Add(new ImportedTensor(null, null, weight.Name, weight.Spec, ImportStatus.Kept, "as the map says"));
            else if (!plan.TryGetValue(weight.Name, out (Rule Rule, WeightTensor[] Tensors) found))
                rows.Add(new ImportedTensor(null, null, weight.Name, weight.Spec, ImportStatus.Missing, ""));
            else
                rows.Add(Compared(weight, found.Rule, found.Tensors));
        }

        HashSet<WeightTensor> used = [.. plan.Values.SelectMany(entry => entry.Tensors)];
        Dictionary<object, string> identities = [];
        foreach (WeightTensor tensor in used)
        {
            if (tensor.Identity is { } identity)
                identities.TryAdd(identity, tensor.Name);
        }

        foreach (WeightTensor tensor in file.Tensors.Where(tensor => !used.Contains(tensor)))
        {
            (ImportStatus status, string remark) = tensor.NotNeeded is { } why ? (ImportStatus.NotNeeded, why)
                : map.Skips(tensor.Name) ? (ImportStatus.Skipped, "as the map says")
                : tensor.Identity is { } identity && identities.TryGetValue(identity, out string? same) ? (ImportStatus.NotNeeded, $"the same numbers as {same}")
                : (ImportStatus.Unused, "");
            rows.Add(new ImportedTensor(tensor.Name, tensor.Spec, null, null, status, remark));
        }

        return rows;
    }

    private static ImportedTensor Compared(TargetWeight weight, Rule rule, WeightTensor[] tensors)
    {
        Shape expected = rule.Conversion.Source(weight.Spec.Shape);
        WeightTensor shown = Array.Find(tensors, tensor => tensor.Shape != expected) ?? tensors[0];
        (ImportStatus status, string remark) = shown.Shape != expected ? (ImportStatus.ShapeMismatch, $"the file's must be {expected}{(rule.Conversion.Text.Length > 0 ? $": {rule.Conversion.Text}" : "")}")
            : weight.Spec.DType.IsFloat() && !shown.DType.IsFloat() ? (ImportStatus.TypeMismatch, "not floating-point numbers")
            : (ImportStatus.Loaded, rule.Conversion.Text + (shown.DType == weight.Spec.DType ? "" : $"{(rule.Conversion.Text.Length > 0 ? ", " : "")}cast"));
        return new ImportedTensor(string.Join(" + ", tensors.Select(tensor => tensor.Name)), shown.Spec, weight.Name, weight.Spec, status, remark);
    }

    // What the weights were learned with and their file does not say: the model's are used, and a wrong one changes every result a little.
    private static IEnumerable<string> Norms(List<TargetModule> modules)
    {
        IEnumerable<(string Kind, double Epsilon)> norms = modules.Select(module => module.Layer switch
        {
            BatchNormalization norm => (nameof(BatchNormalization), norm.Epsilon),
            LayerNormalization norm => (nameof(LayerNormalization), norm.Epsilon),
            GroupNormalization norm => (nameof(GroupNormalization), norm.Epsilon),
            _ => ("", 0.0),
        });
        return norms.Where(norm => norm.Kind.Length > 0).Distinct().GroupBy(norm => norm.Kind, norm => norm.Epsilon).Select(kind => string.Create(CultureInfo.InvariantCulture,
            $"The file does not say the epsilon of {kind.Key}; the model's is used, {string.Join(", ", kind)}. PyTorch's default is 1E-05; torchvision's GoogLeNet and Inception have 0.001."));
    }

    // Right shapes, and perhaps wrong numbers.
    private static IEnumerable<string> Doubts(ModelWalk walk, WeightMap map) => walk.Doubts.Where(doubt => !map.FlattenedMaps.ContainsKey(doubt.Module.Path)).Select(doubt =>
        $"The weights of '{doubt.Module.Path}' may stand in another order in PyTorch: {doubt.Why}. Compare the model's outputs with PyTorch's."
        + (Rules.Reorders(doubt.Module.Layer) ? " To set the order, call WeightMap.Flattened with the map, or with its count of numbers alone to keep the order." : "")).Distinct();

    private static WeightLayout LayoutOf(WeightFile file, WeightLayout asked, Model model)
    {
        if (asked != WeightLayout.Auto)
            return asked;
        switch (file.Format)
        {
            case WeightFormat.PyTorch or WeightFormat.PyTorchLegacy:
                return WeightLayout.PyTorch;
            case WeightFormat.SafeTensors or WeightFormat.NumPyArchive or WeightFormat.NumPyArray:
                HashSet<string> own = [.. TargetModule.Of(model, false).SelectMany(module => module.Weights).Select(weight => weight.Name)];
                if (file.Producer == "pt" || file.Tensors.Any(tensor => tensor.Part == "running_mean" && !own.Contains(tensor.Name)))
                    return WeightLayout.PyTorch;
                bool isKeras = file.Tensors.Any(tensor => own.Contains(tensor.Name) || tensor.Part is "kernel" or "gamma" or "embeddings");
                bool isTorch = file.Tensors.Any(tensor => tensor.Part.StartsWith("weight", StringComparison.Ordinal));
                return isKeras != isTorch ? (isTorch ? WeightLayout.PyTorch : WeightLayout.Keras) : throw new InvalidDataException(
                    $"{file.Path}: its names, such as {string.Join(", ", file.Tensors.Take(5).Select(tensor => $"'{tensor.Name}'"))}, do not say whether its kernels are (out, in, ...) as PyTorch's or (..., in, out) as Keras's. "
                    + "Say it: new WeightMap(WeightLayout.PyTorch) or new WeightMap(WeightLayout.Keras).");
            default:
                return WeightLayout.Keras;
        }
    }
}
