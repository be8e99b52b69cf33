using Laminet.Configuration;
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Tensors.Compilation;

namespace Laminet.Training;

/// <summary>The calls of a model's layers in an order in which every input comes before its use.</summary>
internal sealed class LayerGraph
{
    private LayerGraph(IReadOnlyList<Layer> layers, IReadOnlyList<GraphCall> calls, IReadOnlyList<int> inputs, int output) =>
        (Layers, Calls, Inputs, Output) = (layers, calls, inputs, output);

    /// <summary>The layers, each once, in the order they are first called.</summary>
    public IReadOnlyList<Layer> Layers { get; }

    public IReadOnlyList<GraphCall> Calls { get; }

    /// <summary>Which calls are the model's inputs.</summary>
    public IReadOnlyList<int> Inputs { get; }

    /// <summary>Which call gives the model's output.</summary>
    public int Output { get; }

    /// <summary>Walks back from the output to the inputs.</summary>
    /// <exception cref="ArgumentException">The output does not come from the inputs alone, or does not use one of them.</exception>
    public static LayerGraph Between(IReadOnlyList<SymbolicTensor> inputs, SymbolicTensor output)
    {
        List<SymbolicTensor> order = [];
        HashSet<SymbolicTensor> placed = [];
        Stack<(SymbolicTensor Tensor, bool Expanded)> stack = new([(output, false)]);
        while (stack.TryPop(out (SymbolicTensor Tensor, bool Expanded) item))
        {
            if (item.Expanded)
            {
                if (placed.Add(item.Tensor))
                    order.Add(item.Tensor);
                continue;
            }

            if (placed.Contains(item.Tensor))
                continue;
            stack.Push((item.Tensor, true));
            if (item.Tensor.Layer is Input && !inputs.Contains(item.Tensor))
            {
                throw new ArgumentException($"The output depends on an Input of shape {item.Tensor} that is not among the model's inputs. "
                    + "Name every Input the output is computed from.", nameof(inputs));
            }

            foreach (SymbolicTensor source in item.Tensor.Inputs.Reverse())
                stack.Push((source, false));
        }

        foreach (SymbolicTensor input in inputs)
        {
            if (!placed.Contains(input))
                throw new ArgumentException($"The output does not depend on the input {input}. Leave it out, or compute the output from it.", nameof(inputs));
        }

        List<Layer> layers = [.. order.Select(tensor => tensor.Layer).Distinct()];
        Dictionary<SymbolicTensor, int> place = order.Select((tensor, index) => (tensor, index)).ToDictionary(pair => pair.tensor, pair => pair.index);
        GraphCall[] calls = [.. order.Select(tensor => new GraphCall(layers.IndexOf(tensor.Layer), [.. tensor.Inputs.Select(input => place[input])], tensor.Spec))];
        GiveNames(layers);
        return new LayerGraph(layers, calls, [.. inputs.Select(input => place[input])], place[output]);
    }

    public Tensor Run(IReadOnlyList<Tensor> inputs, CallContext context)
    {
        if (inputs.Count != Inputs.Count)
            throw new ShapeException($"received {inputs.Count} inputs; the model has {Inputs.Count}.");
        Tensor?[] values = new Tensor?[Calls.Count];
        for (int i = 0; i < Inputs.Count; i++)
            values[Inputs[i]] = inputs[i];
        for (int call = 0; call < Calls.Count; call++)
        {
            GraphCall current = Calls[call];
            IReadOnlyList<Tensor> sources = current.Inputs.Count == 0 ? [values[call]!] : [.. current.Inputs.Select(source => values[source]!)];
            Layer layer = Layers[current.Layer];
            using FunctionScope scope = Function.Scope(layer.Name!);
            values[call] = layer.Run(sources, context);
        }

        return values[Output]!;
    }

    // Names are unique within the model: weights in a file are named layer/weight.
    private static void GiveNames(IReadOnlyList<Layer> layers)
    {
        HashSet<string> taken = [];
        foreach (Layer layer in layers)
        {
            if (layer.Name is not null && !layer.HasInventedName && !taken.Add(layer.Name))
                throw new ArgumentException($"Two layers are named '{layer.Name}'. Names must differ within a model: weights are stored under them. Set the Name of one.");
        }

        foreach (Layer layer in layers)
        {
            // A name another model made up stays if it is free here.
            if (layer.Name is not null && (!layer.HasInventedName || taken.Add(layer.Name)))
                continue;
            string stem = Names.SnakeCase(layer.GetType().Name), name = stem;
            for (int number = 1; !taken.Add(name); number++)
                name = $"{stem}_{number}";
            layer.InventName(name);
        }
    }
}

/// <summary>One use of a layer: which layer, from which calls, and the output with the batch still open.</summary>
internal sealed record GraphCall(int Layer, IReadOnlyList<int> Inputs, TensorSpec Spec);
