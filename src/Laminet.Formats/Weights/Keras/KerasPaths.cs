using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Laminet.Configuration;

namespace Laminet.Formats.Weights.Keras;

/// <summary>
/// The paths under which Keras 3 keeps the layers of a model: class and number in the order of the layers, whatever their names, as in <c>layers/conv2d_1</c>; those of a
/// model inside under <c>layers/functional/layers/dense</c>.
/// </summary>
internal sealed partial class KerasPaths
{
    private const int MostPathLength = 4096;

    private readonly Dictionary<string, int> used = new(StringComparer.Ordinal);

    /// <summary>What the next layer of a class is called.</summary>
    public string Next(string className)
    {
        string name = SnakeCase(className);
        int number = used[name] = used.GetValueOrDefault(name, -1) + 1;
        return number == 0 ? name : $"{name}_{number}";
    }

    /// <summary>The names of the layers by their paths, from a model's description.</summary>
    /// <exception cref="FormatException">The description does not have that form, or is too long.</exception>
    public static Dictionary<string, string> Names(JsonObject model)
    {
        KerasLayers.RequireFew(model);
        Dictionary<string, string> names = new(StringComparer.Ordinal);
        Add(model, "", "");
        return names;

        void Add(JsonObject part, string path, string named)
        {
            KerasPaths paths = new();
            foreach (JsonObject layer in (KerasLayers.LayersOf(part) ?? []).OfType<JsonObject>())
            {
                string className = layer["class_name"].TextAt("class_name");
                string name = (layer["config"] as JsonObject)?["name"]?.TextAt("name") ?? layer["name"]?.TextAt("name") ?? "";
                if (path.Length + className.Length > MostPathLength || named.Length + name.Length > MostPathLength)
                    throw new FormatException($"A layer's name, with those of the models around it, has more than {MostPathLength} characters");
                string inner = $"{path}layers/{paths.Next(className)}", full = named + name;
                names[inner] = full;
                Add(layer, inner + "/", full + "/");
            }
        }
    }

    /// <summary>A path with names in place of classes and numbers.</summary>
    public static string Translate(string path, IReadOnlyDictionary<string, string> names)
    {
        // The longest layer; what follows are parts of it, as in a Bidirectional.
        for (int end = path.Length; end > 0; end = path.LastIndexOf('/', end - 1))
        {
            if (names.TryGetValue(path[..end], out string? name))
                return name + path[end..];
        }

        return path;
    }

    // Keras's own rule.
    private static string SnakeCase(string name) => LowerUpper().Replace(Words().Replace(NoWord().Replace(name, ""), "$1_$2"), "$1_$2").ToLowerInvariant();

    [GeneratedRegex(@"\W+")]
    private static partial Regex NoWord();

    [GeneratedRegex("(.)([A-Z][a-z]+)")]
    private static partial Regex Words();

    [GeneratedRegex("([a-z])([A-Z])")]
    private static partial Regex LowerUpper();
}
