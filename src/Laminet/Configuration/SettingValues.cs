using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Laminet.Tensors;

namespace Laminet.Configuration;

/// <summary>Settings as JSON values, by their types.</summary>
internal static class SettingValues
{
    private static readonly ConcurrentDictionary<Type, Form> Forms = new();

    private static void AddStandard()
    {
        Add(value => value, Get<bool>);
        Add(value => value, Get<int>);
        Add(value => value, Get<long>);
        Add(value => value, Get<ulong>);
        Add(value => (float)value, node => (float)ToDouble(node));
        Add(value => value, ToDouble);
        Add(value => value, Get<string>);
        Add(value => new JsonArray([.. value.Select(length => (JsonNode)length)]), node => new Shape([.. node.AsArray().Select(length => Get<int>(length!))]));
        Add<PartialShape>(value => new JsonArray([.. value.Select(length => (JsonNode?)length)]), node => [.. node.AsArray().Select(length => length?.GetValue<int>())]);
        AddList(value => value, Get<int>);
        // One axis, several, or all.
        Add(FromAxes, ReadAxes);
        AddList(value => value, ToDouble);
        AddList(value => value, Get<string>);
        Add<Numbers>(
            value => value.Count == 1 ? value[0] : new JsonArray([.. value.Select(number => (JsonNode)number)]),
            node => node is JsonArray list ? (Numbers)(double[])[.. list.Select(item => ToDouble(item!))] : ToDouble(node));
        // "valid", "same", "causal", or the widths of each side.
        Add(FromPadding, ReadPadding);
    }

    /// <summary>Makes a type known.</summary>
    public static void Add<T>(Func<T, JsonNode?> write, Func<JsonNode, T> read) where T : notnull =>
        Forms[typeof(T)] = new Form(value => write((T)value), node => read(node));

    /// <summary>Whether settings of a type can be written and read.</summary>
    public static bool IsKnown(Type type) => Bare(type).IsEnum || FormOf(Bare(type)) is not null;

    /// <summary>A setting of a known type as JSON.</summary>
    public static JsonNode? Write(object? value, Type type) => value switch
    {
        null => null,
        Enum name => Names.SnakeCase(name.ToString()),
        _ => FormOf(Bare(type))!.Write(value),
    };

    /// <summary>A setting of a known type from JSON.</summary>
    /// <exception cref="FormatException">It is no such value.</exception>
    public static object? Read(JsonNode node, Type type, string name)
    {
        type = Bare(type);
        try
        {
            return type.IsEnum ? ReadEnum(node, type, name) : FormOf(type)!.Read(node);
        }
        // A list that is too short, or null in place of a number, is reported as another type, too. A nested layer reports its own range errors.
        catch (Exception exception) when ((exception is InvalidOperationException or FormatException or NullReferenceException
            || (exception is ArgumentOutOfRangeException && !type.IsAssignableTo(typeof(IConfigurable)))) && exception is not SettingException)
        {
            // What is wrong within a nested layer or initializer is said there.
            string within = type.IsAssignableTo(typeof(IConfigurable)) ? $" {exception.Message}" : "";
            throw new SettingException($"The setting '{name}' must be of type {type.Name}; received {node.ToJsonString()}.{within}", exception);
        }
    }

    private static Type Bare(Type type) => Nullable.GetUnderlyingType(type) ?? type;

    // A family's form serves the classes of the family.
    private static Form? FormOf(Type type)
    {
        Standard.Load();
        for (Type? known = type; known is not null; known = known.BaseType)
        {
            if (Forms.TryGetValue(known, out Form? form))
                return form;
        }

        return null;
    }

    /// <summary>A number, or the text that stands for one JSON has no word for.</summary>
    /// <exception cref="InvalidOperationException">It is neither.</exception>
    public static double ToDouble(JsonNode node) => node.GetValueKind() != JsonValueKind.String ? node.GetValue<double>() : node.GetValue<string>() switch
    {
        "NaN" => double.NaN,
        "Infinity" => double.PositiveInfinity,
        "-Infinity" => double.NegativeInfinity,
        string text => throw new InvalidOperationException($"'{text}' is not a number."),
    };

    private static T Get<T>(JsonNode node) => node.GetValue<T>();

    private static void AddList<T>(Func<T, JsonNode> write, Func<JsonNode, T> read) where T : notnull
    {
        Add<T[]>(value => new JsonArray([.. value.Select(write)]), Read);
        Add<IReadOnlyList<T>>(value => new JsonArray([.. value.Select(write)]), Read);

        T[] Read(JsonNode node) => [.. node.AsArray().Select(item => read(item!))];
    }

    // Case and underscores do not matter: files hold "fan_in" and "Float32" alike.
    private static object ReadEnum(JsonNode node, Type type, string name)
    {
        string text = Get<string>(node);
        string? member = Array.Find(Enum.GetNames(type), member => member.Equals(text.Replace("_", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase));
        return Enum.Parse(type, member
            ?? throw new SettingException($"The setting '{name}' is '{text}'; known are {string.Join(", ", Enum.GetNames(type).Select(Names.SnakeCase))}."));
    }

    private static JsonNode FromAxes(Axes axes)
    {
        List<int> given = [.. axes];
        return axes == Axes.All ? "all" : given.Count == 1 ? given[0] : new JsonArray([.. given.Select(axis => (JsonNode)axis)]);
    }

    private static Axes ReadAxes(JsonNode node) => node switch
    {
        JsonArray array => (Axes)array.Select(axis => Get<int>(axis!)).ToArray(),
        JsonValue value when value.TryGetValue(out string? text) && text == "all" => Axes.All,
        _ => Get<int>(node),
    };

    // The depth only where a volume has one.
    private static JsonNode FromPadding(Padding padding) => padding.ExplicitCells is { } cells
        ? new JsonArray([.. cells.Depth == default ? [] : new[] { FromCells(cells.Depth) }, FromCells(cells.Height), FromCells(cells.Width)])
        : padding.ToString();

    private static Padding ReadPadding(JsonNode node) => node switch
    {
        JsonValue value when value.TryGetValue(out string? text) && text is "valid" or "same" or "causal" => Padding.FromName(text),
        JsonArray { Count: 2 } array => Padding.Explicit(ReadCells(array[0]), ReadCells(array[1])),
        JsonArray { Count: 3 } array => Padding.Explicit(ReadCells(array[0]), ReadCells(array[1]), ReadCells(array[2])),
        _ => throw new FormatException("A padding is \"valid\", \"same\", \"causal\", or two or three pairs of widths."),
    };

    private static JsonArray FromCells((int Before, int After) cells) => new JsonArray(cells.Before, cells.After);

    private static (int Before, int After) ReadCells(JsonNode? node) => node is JsonArray { Count: 2 } pair
        ? (Get<int>(pair[0]!), Get<int>(pair[1]!))
        : throw new FormatException("A padding's widths are a pair of numbers.");

    // Not in the class's own initializer: a family makes itself known in every process, and few of them read or write a setting.
    private static class Standard
    {
        static Standard() => AddStandard();

        public static void Load()
        {
        }
    }

    private sealed record Form(Func<object, JsonNode?> Write, Func<JsonNode, object?> Read);

    private sealed class SettingException(string message, Exception? inner = null) : FormatException(message, inner);
}
