using System.Collections;
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Formats.Weights.Mapping;

/// <summary>What the graph of a model says about its layers with weights: which come before which, and which read a flattened map.</summary>
internal sealed class ModelWalk
{
    private readonly IReadOnlyList<TargetModule> modules;
    private readonly Dictionary<Layer, List<int>> places = [];
    private readonly BitArray[] before;
    private readonly Dictionary<Layer, Shape?> flattened = [];
    private readonly List<(TargetModule Module, string Why)> doubts = [];

    public ModelWalk(Model model, IReadOnlyList<TargetModule> modules)
    {
        this.modules = modules;
        before = [.. modules.Select(_ => new BitArray(modules.Count))];
        Dictionary<Layer, int> byLayer = modules.Index().ToDictionary(pair => pair.Item.Layer, pair => pair.Index);
        Collect(model);
        if (model.HasGraph)
            _ = Walk(model, [.. model.Inputs.Select(input => new Flow(new BitArray(modules.Count), NumberOrder.OfInput(input)))]);
        else
            _ = Pass(model, new BitArray(modules.Count));

        List<int> Collect(Layer layer)
        {
            if (places.TryGetValue(layer, out List<int>? known))
                return known;
            List<int> own = byLayer.TryGetValue(layer, out int place) ? [place] : [];
            places[layer] = own;
            own.AddRange(layer.Sublayers.SelectMany(Collect));
            return own;
        }
    }

    /// <summary>The map that a layer reads flattened, channels last; null for none.</summary>
    public Shape? FlattenedFor(Layer layer) => flattened.GetValueOrDefault(layer);

    /// <summary>The layers with weights that read numbers whose order may be another one in PyTorch, and why.</summary>
    public IReadOnlyList<(TargetModule Module, string Why)> Doubts => doubts;

    /// <summary>Two layers of one kind of which neither comes before the other, so that their order in a file says nothing; null if there are none.</summary>
    /// <param name="kind">What layers that could be taken for each other have in common.</param>
    public (TargetModule, TargetModule)? Unordered(Func<TargetModule, object> kind)
    {
        foreach (IGrouping<object, (int Index, TargetModule Item)> alike in modules.Index().GroupBy(pair => kind(pair.Item)))
        {
            (int Index, TargetModule Item)[] group = [.. alike];
            // An order in which each comes after the one before it orders them all.
            for (int i = 1; i < group.Length; i++)
            {
                if (!before[group[i].Index][group[i - 1].Index])
                    return (group[i - 1].Item, group[i].Item);
            }
        }

        return null;
    }

    private Flow[] Walk(Model model, Flow[] given)
    {
        Dictionary<SymbolicCall, Flow[]> done = [];
        foreach ((SymbolicTensor input, Flow flow) in model.Inputs.Zip(given))
            done[input.Call] = [flow];
        Stack<SymbolicCall> open = new(model.Outputs.Select(output => output.Call).Reverse());
        // By hand, since a deep network would be a deep recursion.
        while (open.TryPeek(out SymbolicCall? call))
        {
            SymbolicCall[] waiting = [.. call.Inputs.Select(input => input.Call).Where(source => !done.ContainsKey(source))];
            if (waiting.Length > 0)
            {
                foreach (SymbolicCall source in waiting)
                    open.Push(source);
                continue;
            }

            open.Pop();
            if (!done.ContainsKey(call))
                done[call] = Run(call, [.. call.Inputs.Select(input => done[input.Call][Math.Min(input.Place, done[input.Call].Length - 1)])]);
        }

        return [.. model.Outputs.Select(output => done[output.Call][Math.Min(output.Place, done[output.Call].Length - 1)])];
    }

    private Flow[] Run(SymbolicCall call, Flow[] inputs)
    {
        if (call.Layer is Model { HasGraph: true } inner && inner.Inputs.Count == inputs.Length)
            return Walk(inner, inputs);
        BitArray come = new(modules.Count);
        foreach (Flow input in inputs)
            come.Or(input.Come);
        NumberOrder order = NumberOrder.After(call, [.. inputs.Select(input => input.Order)]);
        List<int> own = places.GetValueOrDefault(call.Layer) ?? [];
        string? doubt = inputs.Select(input => input.Order.DoubtFor(call, own.Count > 0)).FirstOrDefault(why => why is not null);
        if (own.Count == 0)
            return [new Flow(come, order with { Doubt = doubt ?? order.Doubt })];
        Shape? map = inputs is [{ Order.Flat: { } flat }] ? flat : default(Shape?);
        if (!flattened.TryAdd(call.Layer, map) && flattened[call.Layer] != map)
            doubt ??= "it is called on a flattened map and on something else too";
        if (doubt is not null)
            doubts.Add((modules[own[0]], doubt));
        // What is made of numbers in doubt is another matter.
        return [new Flow(Pass(call.Layer, come), order with { Doubt = NumberOrder.Keeps(call.Layer) ? order.Doubt : null })];
    }

    private BitArray Pass(Layer layer, BitArray come)
    {
        BitArray after = new(come);
        foreach (int place in places.GetValueOrDefault(layer) ?? [])
        {
            before[place].Or(after);
            after[place] = true;
        }

        return after;
    }

    // What flows along a tensor: the layers that it has come through, and the order of its numbers.
    private sealed record Flow(BitArray Come, NumberOrder Order);
}
