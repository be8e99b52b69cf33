using System.Text.Json.Nodes;
using Laminet.Configuration;
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Formats.Weights.Keras;

/// <summary>Builds a model from Keras's description of it: JSON of class names and settings, of Keras 2, Keras 3 or TensorFlow.js.</summary>
internal static class KerasLayers
{
    private const int MostLayers = 10_000;
    private const string TensorClass = "__keras_tensor__";

    /// <exception cref="FormatException">The description does not have that form, or has what is not known here.</exception>
    public static Model Build(JsonObject description)
    {
        RequireFew(description);
        return LayerOf(description) as Model ?? throw new FormatException($"The file describes a {description["class_name"]} and no model.");
    }

    /// <summary>The layers of a model as JSON; null if it is no model.</summary>
    public static JsonArray? LayersOf(JsonObject model) => model["config"] switch
    {
        // Keras 1.
        JsonArray list => list,
        JsonObject config => config["layers"] as JsonArray,
        _ => null,
    };

    /// <summary>Counts the layers of a model, those of the models within it too.</summary>
    /// <exception cref="FormatException">There are more than are read.</exception>
    public static void RequireFew(JsonObject model)
    {
        int count = 0;
        Add(model);

        void Add(JsonObject part)
        {
            JsonArray layers = LayersOf(part) ?? [];
            if ((count += layers.Count) > MostLayers)
                throw new FormatException($"It has more than {MostLayers} layers");
            foreach (JsonObject layer in layers.OfType<JsonObject>())
                Add(layer);
        }
    }

    private static Layer LayerOf(JsonObject node)
    {
        string className = ClassOf(node);
        return className switch
        {
            "Sequential" => Chain(node),
            "Functional" or "Model" when node["config"] is JsonObject config && config.ContainsKey("layers") => Graph(config),
            "InputLayer" => Entry(node["config"].ObjectAt("config")),
            _ => Layer.Registry.Create(className, KerasSettings.Translate(className, node["config"].ObjectAt($"config of {className}"))),
        };
    }

    // "Package>Name" is a class of another package: in Keras 3 the registered name, in Keras 2 the name of the class. A class that was never registered has its module alone.
    private static string ClassOf(JsonObject node)
    {
        string className = node["class_name"].TextAt("class_name"), registered = node["registered_name"]?.TextAt("registered_name") ?? className;
        if (!registered.Contains('>', StringComparison.Ordinal))
            registered = node["module"]?.TextAt("module") is { } module && !module.Contains("keras", StringComparison.Ordinal) ? $"{module}>{className}" : className;
        int cut = registered.LastIndexOf('>');
        if (cut < 0 || Layer.Registry.Knows(registered))
            return registered;
        string name = registered[(cut + 1)..];
        // Another package's Dense is another class than ours.
        bool isRegistered = Layer.Registry.ClassOf(name) is { } known && known.Assembly != typeof(Layer).Assembly;
        return isRegistered || registered[..cut].Equals("keras", StringComparison.OrdinalIgnoreCase) ? name : throw new FormatException(
            $"The class '{registered}' is not one of Keras's own. Write it as a Layer and register it: Layer.Registry.Register<YourLayer>(\"{registered}\").");
    }

    private static Input Entry(JsonObject config)
    {
        JsonNode? batchShape = config["batch_shape"] ?? config["batch_input_shape"];
        return new Input(ExampleOf(batchShape), KerasSettings.TypeOf(config["dtype"])) { Name = config["name"]?.TextAt("name") };
    }

    private static PartialShape ExampleOf(JsonNode? batchShape) =>
        [.. batchShape.ListAt("the shape of an input").Skip(1).Select(length => length is null ? (int?)null : length.WholeNumberAt("a length of an input"))];

    private static Sequential Chain(JsonObject node)
    {
        JsonObject? config = node["config"] as JsonObject;
        JsonObject[] layers = LayersOf(node).ObjectsAt("layers");
        List<Layer> chain = [.. layers.Select(layer => LayerOf(layer))];
        if (chain is [not Input, ..] && FirstShape(node) is { } shape)
            chain.Insert(0, new Input(shape, KerasSettings.TypeOf((layers[0]["config"] as JsonObject)?["dtype"])));
        return new Sequential(chain) { Name = config?["name"]?.TextAt("name"), Trainable = config?.Get("trainable", true) ?? true };
    }

    // Of the input: the model or its first layer says it, or, where that is a model, the first layer of that.
    private static PartialShape? FirstShape(JsonObject node)
    {
        JsonObject? config = node["config"] as JsonObject;
        if ((config?["batch_shape"] ?? config?["batch_input_shape"] ?? config?["build_input_shape"]) is JsonArray shape)
            return ExampleOf(shape);
        return LayersOf(node) is [JsonObject first, ..] ? FirstShape(first) : null;
    }

    private static Model Graph(JsonObject config)
    {
        JsonObject[] nodes = config["layers"].ObjectsAt("layers");
        Dictionary<string, Layer> layers = new(StringComparer.Ordinal);
        List<(string Name, int Call, (string Name, int Call, int Output)[] Sources)> calls = [];
        Dictionary<(string, int), Bundle<SymbolicTensor>> done = [];
        foreach (JsonObject node in nodes)
        {
            Layer layer = LayerOf(node);
            string name = node["name"]?.TextAt("name") ?? layer.Name ?? throw new FormatException("A layer has no name.");
            layer.Name = name;
            if (!layers.TryAdd(name, layer))
                throw new FormatException($"Two layers are named '{name}'.");
            if (layer is Input input)
                done[(name, 0)] = input.Output;
            else
                calls.AddRange(node["inbound_nodes"].ListAt($"inbound_nodes of {name}").Select((call, place) => (name, place, Sources(name, call).ToArray())));
        }

        // A layer may be called a second time on what comes later: each call when its inputs are there.
        ILookup<(string, int), int> readers = calls.Index().SelectMany(pair => pair.Item.Sources.Select(source => (source.Name, source.Call)).Distinct().Select(source => (source, pair.Index)))
            .ToLookup(pair => pair.source, pair => pair.Index);
        int[] missing = [.. calls.Select(call => call.Sources.Select(source => (source.Name, source.Call)).Distinct().Count(source => !done.ContainsKey(source)))];
        Queue<int> ready = new(Enumerable.Range(0, calls.Count).Where(place => missing[place] == 0));
        while (ready.TryDequeue(out int place))
        {
            (string name, int call, (string, int, int)[] sources) = calls[place];
            done[(name, call)] = layers[name].Call([.. sources.Select(At)]);
            foreach (int reader in readers[(name, call)].Where(reader => --missing[reader] == 0))
                ready.Enqueue(reader);
        }

        if (calls.FirstOrDefault(call => !done.ContainsKey((call.Name, call.Call))) is { Name: { } left } lost)
            throw new FormatException($"The layer '{left}' is called on what no layer gives: {string.Join(", ", lost.Sources.Select(source => source.Name))}.");
        return new Model([.. Ends("input_layers")], [.. Ends("output_layers")]) { Name = config["name"]?.TextAt("name"), Trainable = config.Get("trainable", true) };

        SymbolicTensor At((string Name, int Call, int Output) source) =>
            done.TryGetValue((source.Name, source.Call), out Bundle<SymbolicTensor>? outputs) && (uint)source.Output < (uint)outputs.Count
                ? outputs[source.Output]
                : throw new FormatException($"There is no output {source.Output} of call {source.Call} of a layer '{source.Name}'.");

        // One place, or a list of places.
        IEnumerable<SymbolicTensor> Ends(string what)
        {
            JsonArray list = config[what].ListAt(what);
            return list is [JsonValue, ..] ? [At(Place(list))] : list.Select(place => At(Place(place)));
        }
    }

    private static (string Name, int Call, int Output) Place(JsonNode? node) => node is JsonArray { Count: >= 3 } place
        ? (place[0].TextAt("a layer's name"), place[1].WholeNumberAt("the number of a call"), place[2].WholeNumberAt("the number of an output"))
        : throw new FormatException($"A place in the model is {JsonForms.Excerpt(node)}; expected [layer, call, output].");

    private static IEnumerable<(string Name, int Call, int Output)> Sources(string layer, JsonNode? node)
    {
        // Keras 3: {"args": [...], "kwargs": {...}}.
        if (node is JsonObject call)
        {
            return [.. Tensors(call["args"].ListAt("args")), .. Named(layer, call["kwargs"] as JsonObject)];
        }

        // Keras 2: [[layer, call, output, kwargs], ...], or one of them alone.
        JsonArray list = node.ListAt("a call");
        JsonNode?[] places = list is [JsonValue, ..] ? [list] : [.. list];
        return [.. places.SelectMany(place => ((string, int, int)[])[Place(place), .. Named(layer, place is JsonArray { Count: > 3 } full ? full[3] as JsonObject : null)])];
    }

    private static IEnumerable<(string Name, int Call, int Output)> Tensors(JsonNode? value) => value switch
    {
        JsonObject tensor when tensor["class_name"]?.ToString() == TensorClass => [Place(tensor["config"].ObjectAt("config")["keras_history"])],
        JsonArray list when list is [JsonValue, JsonValue, JsonValue, ..] => [Place(list)],
        JsonArray list => list.SelectMany(Tensors),
        _ => throw new FormatException($"A layer is called on {JsonForms.Excerpt(value)}; expected outputs of layers."),
    };

    // Arguments by name: those that are not used, and the second and third input of an attention.
    private static List<(string Name, int Call, int Output)> Named(string layer, JsonObject? arguments)
    {
        List<(string, int, int)> tensors = [];
        foreach (string name in (string[])["query", "value", "key"])
        {
            if (arguments?[name] is { } value)
                tensors.AddRange(Tensors(value));
        }

        foreach ((string name, JsonNode? value) in arguments ?? [])
        {
            bool isOff = value is null || (value is JsonValue number && number.TryGetValue(out bool truth) && !truth);
            if (!isOff && name is not ("query" or "value" or "key"))
                throw new FormatException($"The layer '{layer}' is called with the argument '{name}' = {JsonForms.Excerpt(value)}, which is not known here.");
        }

        return tensors;
    }
}
