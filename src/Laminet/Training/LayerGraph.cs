using System.Text.Json.Nodes;
using Laminet.Configuration;
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Tensors.Compilation;

namespace Laminet.Training;

/// <summary>The calls of a model's layers in an order in which every input comes before its use.</summary>
internal sealed class LayerGraph
{
    private readonly string[] inventedNames;
    private readonly Place[] inputs, outputs;

    private LayerGraph(Bundle<SymbolicTensor> symbolicInputs, Bundle<SymbolicTensor> symbolicOutputs, IReadOnlyList<SymbolicCall> order)
    {
        (SymbolicInputs, SymbolicOutputs) = (symbolicInputs, symbolicOutputs);
        Layers = [.. order.Select(call => call.Layer).Distinct()];
        Dictionary<Layer, int> layerPlaces = Places(Layers);
        Dictionary<SymbolicCall, int> callPlaces = Places(order);
        Calls = [.. order.Select(call => new GraphCall(layerPlaces[call.Layer], [.. call.Inputs.Select(PlaceOf)], call.Outputs))];
        inputs = [.. symbolicInputs.Select(PlaceOf)];
        outputs = [.. symbolicOutputs.Select(PlaceOf)];
        inventedNames = Named(Layers);
        InputNames = symbolicInputs.Names ?? [.. inputs.Select(input => NameOf(Calls[input.Call].Layer))];
        OutputNames = symbolicOutputs.Names ?? Different([.. outputs.Select(output => NameOf(Calls[output.Call].Layer))], [.. Layers.Select((_, place) => NameOf(place))]);

        Place PlaceOf(SymbolicTensor tensor) => new(callPlaces[tensor.Call], tensor.Place);

        static Dictionary<T, int> Places<T>(IReadOnlyList<T> items) where T : notnull
        {
            Dictionary<T, int> places = [];
            for (int place = 0; place < items.Count; place++)
                places[items[place]] = place;
            return places;
        }
    }

    /// <summary>The layers, each once, in the order they are first called.</summary>
    public IReadOnlyList<Layer> Layers { get; }

    public IReadOnlyList<GraphCall> Calls { get; }

    public Bundle<SymbolicTensor> SymbolicInputs { get; }

    public Bundle<SymbolicTensor> SymbolicOutputs { get; }

    /// <summary>The inputs' names: those the model was given, else those of their layers.</summary>
    public IReadOnlyList<string> InputNames { get; }

    public IReadOnlyList<string> OutputNames { get; }

    /// <summary>Which calls give the outputs.</summary>
    public IReadOnlyList<Place> OutputPlaces => outputs;

    /// <summary>Walks back from the outputs to the inputs.</summary>
    /// <exception cref="ArgumentException">An output does not come from the inputs alone, or none uses one of them.</exception>
    public static LayerGraph Between(Bundle<SymbolicTensor> inputs, Bundle<SymbolicTensor> outputs)
    {
        if (inputs.Distinct().Count() < inputs.Count)
            throw new ArgumentException($"Received an input twice: {inputs}. Name every Input once.", nameof(inputs));
        if (inputs.Concat(outputs).Any(tensor => tensor is null))
            throw new ArgumentException("Received null among the model's inputs or outputs; expected outputs of Input and of layers.", nameof(inputs));
        if (inputs.FirstOrDefault(input => input.Call.Layer is not Input) is { } hidden)
        {
            throw new ArgumentException($"Received {hidden}, the output of {hidden.Call.Layer.GetType().Name}, as the model's input; expected an Input. "
                + "To cut a model in two, call its later layers on a new Input.", nameof(inputs));
        }

        HashSet<SymbolicCall> ends = [.. inputs.Select(input => input.Call)];
        List<SymbolicCall> order = [];
        HashSet<SymbolicCall> expanded = [], placed = [];
        Stack<SymbolicCall> stack = new(outputs.Reverse().Select(output => output.Call));
        while (stack.TryPop(out SymbolicCall? call))
        {
            // The second time all that it depends on has its place.
            if (!expanded.Add(call))
            {
                if (placed.Add(call))
                    order.Add(call);
                continue;
            }

            stack.Push(call);
            if (call.Layer is Input && !ends.Contains(call))
            {
                throw new ArgumentException($"The output depends on an Input of shape {call.Outputs[0]} that is not among the model's inputs. "
                    + "Name every Input the output is computed from.", nameof(inputs));
            }

            foreach (SymbolicTensor source in call.Inputs.Reverse())
                stack.Push(source.Call);
        }

        foreach (SymbolicTensor input in inputs)
        {
            if (!placed.Contains(input.Call))
                throw new ArgumentException($"The output does not depend on the input {input}. Leave it out, or compute the output from it.", nameof(inputs));
        }

        return new LayerGraph(inputs, outputs, order);
    }

    /// <summary>A layer's name in this model: its own, unless another model made that up and here it is taken.</summary>
    public string NameOf(int layer) => Layers[layer].Name is { } name && !Layers[layer].HasInventedName ? name : inventedNames[layer];

    public Bundle<Tensor> Run(Bundle<Tensor> given, CallContext context)
    {
        Bundle<Tensor> ordered = BundleOrder.Of(given, InputNames, "inputs");
        Bundle<Tensor>[] values = new Bundle<Tensor>[Calls.Count];
        for (int i = 0; i < inputs.Length; i++)
            values[inputs[i].Call] = ordered[i];
        for (int call = 0; call < Calls.Count; call++)
        {
            GraphCall current = Calls[call];
            Bundle<Tensor> sources = current.Inputs.Count == 0 ? values[call] : [.. current.Inputs.Select(At)];
            using FunctionScope scope = Function.Scope(NameOf(current.Layer));
            values[call] = Layers[current.Layer].Run(sources, context);
        }

        return Bundle.Named(SymbolicOutputs.Count > 1 || SymbolicOutputs.Names is not null ? OutputNames : null, [.. outputs.Select(At)]);

        Tensor At(Place place) => values[place.Call][place.Output];
    }

    /// <summary>What a file holds of the graph: calls, inputs, outputs.</summary>
    public void Write(JsonObject config)
    {
        config["calls"] = new JsonArray([.. Calls.Select(call => new JsonObject { ["layer"] = call.Layer, ["inputs"] = Written(call.Inputs) })]);
        config["inputs"] = Written(inputs);
        config["outputs"] = Written(outputs);
        if (SymbolicInputs.Names is not null)
            config["input_names"] = new JsonArray([.. SymbolicInputs.Names.Select(name => (JsonNode)name)]);
        if (SymbolicOutputs.Names is not null)
            config["output_names"] = new JsonArray([.. SymbolicOutputs.Names.Select(name => (JsonNode)name)]);

        static JsonArray Written(IEnumerable<Place> places) => new([.. places.Select(place => place.Output == 0 ? (JsonNode)place.Call : new JsonArray(place.Call, place.Output))]);
    }

    /// <summary>The inputs and outputs that <see cref="Write"/> wrote, on new layers.</summary>
    /// <exception cref="FormatException">The description points at what is not there.</exception>
    public static (Bundle<SymbolicTensor> Inputs, Bundle<SymbolicTensor> Outputs) Read(JsonObject config, IReadOnlyList<Layer> layers)
    {
        List<Bundle<SymbolicTensor>> called = [];
        foreach (JsonObject call in config["calls"].ObjectsAt("calls"))
        {
            Layer layer = layers[Index(call["layer"], layers.Count)];
            called.Add(layer is Input input ? (Bundle<SymbolicTensor>)input.Output : layer.Call(Tensors(call["inputs"], "calls.inputs")));
        }

        return (Bundle.Named(Names("input_names"), Tensors(config["inputs"], "inputs")), Bundle.Named(Names("output_names"), Tensors(config["outputs"], "outputs")));

        Bundle<SymbolicTensor> Tensors(JsonNode? places, string what) => [.. places.ListAt(what).Select(place => place is JsonArray { Count: 2 } pair
            ? called[Index(pair[0], called.Count)] is var outputs ? outputs[Index(pair[1], outputs.Count)] : null!
            : called[Index(place, called.Count)][0])];

        string[]? Names(string name) => config[name] is JsonArray names ? names.TextsAt(name) : null;

        static int Index(JsonNode? node, int count) => node.WholeNumberAt("the place of a layer or a call") is int index && (uint)index < (uint)count
            ? index
            : throw new FormatException($"The model's description points at entry {node}, but only {count} come before it.");
    }

    // Names are unique within the model: weights in a file are named layer/weight.
    private static string[] Named(IReadOnlyList<Layer> layers)
    {
        HashSet<string> taken = [];
        foreach (Layer layer in layers)
        {
            if (layer.Name is not null && !layer.HasInventedName && !taken.Add(layer.Name))
                throw new ArgumentException($"Two layers are named '{layer.Name}'. Names must differ within a model: weights are stored under them. Set the Name of one.");
        }

        string[] names = new string[layers.Count];
        for (int place = 0; place < names.Length; place++)
        {
            Layer layer = layers[place];
            // A name another model made up stays if it is free here.
            if (layer.Name is not null && (!layer.HasInventedName || taken.Add(layer.Name)))
            {
                names[place] = layer.Name;
                continue;
            }

            string stem = Names.SnakeCase(layer.GetType().Name), name = stem;
            for (int number = 1; !taken.Add(name); number++)
                name = $"{stem}_{number}";
            names[place] = name;
            // The other model goes on with the name that it gave.
            if (layer.Name is null)
                layer.InventName(name);
        }

        return names;
    }

    // A layer that is called twice gives two outputs of its name. The second must not get the name of another layer.
    private static string[] Different(string[] names, HashSet<string> ofLayers)
    {
        HashSet<string> taken = [];
        return [.. names.Select(name =>
        {
            string different = name;
            for (int number = 1; (different != name && ofLayers.Contains(different)) || !taken.Add(different); number++)
                different = $"{name}_{number}";
            return different;
        })];
    }

    /// <summary>Which call, and which of its outputs.</summary>
    internal sealed record Place(int Call, int Output);
}

/// <summary>One use of a layer: which layer, from which outputs of other calls, and the outputs with the batch still open.</summary>
internal sealed record GraphCall(int Layer, IReadOnlyList<LayerGraph.Place> Inputs, Bundle<SymbolicTensor> Outputs);
