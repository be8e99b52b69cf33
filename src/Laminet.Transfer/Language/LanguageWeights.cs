using System.Text.RegularExpressions;
using Laminet.Formats.Weights;
using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Transfer.Language;

/// <summary>Reads the weights of a language model from a file with other names.</summary>
internal static partial class LanguageWeights
{
    /// <summary>Reads all weights of the model, or none.</summary>
    /// <param name="model">The model, with its weights declared.</param>
    /// <param name="file">The file.</param>
    /// <param name="names">What the file calls them.</param>
    /// <param name="isOptional">Whether tensors of a name may be left out: those of heads that the model does not have.</param>
    /// <returns>The names of the tensors that were left out.</returns>
    /// <exception cref="InvalidDataException">The file lacks a weight, has one of another shape, or has others; the message lists them.</exception>
    public static IReadOnlyList<string> Read(Model model, WeightFile file, WeightNames names, Func<string, bool> isOptional)
    {
        Dictionary<string, WeightTensor> tensors = file.Tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        string anchor = names.Outside[0].Theirs[0];
        string prefix = Array.Find(names.Prefixes, start => tensors.ContainsKey(start + anchor))
            ?? throw new InvalidDataException($"{file.Path}: it has no tensor '{anchor}'; expected the weights of a model as its config.json has it. It has {Some(tensors.Keys)}.");
        List<string> wrong = [];
        List<(Variable Variable, NamedWeight Weight, WeightTensor Tensor)> plan = [];
        foreach ((string path, Variable variable) in ((IHasState)model).State)
        {
            (NamedWeight? weight, string? block) = Find(names, path);
            if (weight is null)
                throw new InvalidOperationException($"The weight '{path}' has no name in files of this kind; expected a model of an encoder or decoder alone.");
            string[] theirs = [.. weight.Theirs.Select(name => Named(prefix, name, block))];
            if (theirs.Select(tensors.GetValueOrDefault).FirstOrDefault(tensor => tensor is not null) is not { } found)
                wrong.Add($"'{theirs[0]}' is missing");
            else if (found.Shape != weight.Source(variable.Shape))
                wrong.Add($"'{found.Name}' has the shape {found.Shape}; expected {weight.Source(variable.Shape)}");
            else
                plan.Add((variable, weight, found));
        }

        HashSet<string> used = [.. plan.Select(entry => entry.Tensor.Name)];
        string[] others = [.. tensors.Keys.Where(name => !used.Contains(name) && !names.NotNeeded.Any(end => name.EndsWith(end, StringComparison.Ordinal)))];
        wrong.AddRange(others.Where(name => !isOptional(name[(name.StartsWith(prefix, StringComparison.Ordinal) ? prefix.Length : 0)..])).Select(name => $"'{name}' has no place in the model"));
        if (wrong.Count > 0)
            throw new InvalidDataException($"{file.Path}: nothing was read, since the weights do not fit the model: {string.Join("; ", wrong.Take(10))}{(wrong.Count > 10 ? $"; and {wrong.Count - 10} more" : "")}.");
        // All of it before anything is changed: a file may be damaged in the middle.
        (Variable, Tensor)[] values = [.. plan.Select(entry => (entry.Variable, entry.Weight.Converted(entry.Tensor.Read().Cast(entry.Variable.DType), entry.Variable.Shape)))];
        foreach ((Variable variable, Tensor value) in values)
            variable.Assign(value);
        return others;
    }

    private static (NamedWeight? Weight, string? Block) Find(WeightNames names, string path)
    {
        Match block = InBlock().Match(path);
        return block.Success
            ? (Array.Find(names.Inside, weight => weight.Ours == block.Groups[2].Value), block.Groups[1].Value)
            : (Array.Find(names.Outside, weight => weight.Ours == path), null);
    }

    // A slash begins the names of heads, which no prefix stands before.
    private static string Named(string prefix, string name, string? block) => name[0] == '/' ? name[1..] : prefix + name.Replace("{i}", block, StringComparison.Ordinal);

    private static string Some(IEnumerable<string> names) => string.Join(", ", names.Take(8).Select(name => $"'{name}'"));

    [GeneratedRegex("^block_([0-9]+)/(.*)$")]
    private static partial Regex InBlock();
}
