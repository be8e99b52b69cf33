using Laminet.Tensors.Ops;

namespace Laminet.Tensors.Compilation;

/// <summary>
/// Loops and branches as operations. Their bodies are traced once, in eager code too, so compile time and program size do not grow with the
/// number of iterations. A body may use tensors and variables of the enclosing code, and may assign variables: each iteration sees the assignments
/// of the previous one.
/// </summary>
public static partial class Flow
{
    /// <summary>
    /// Runs a function for each entry of sequences, in order, and passes a state from each iteration to the next (<c>lax.scan</c> in JAX). It has a
    /// gradient of any order, which stores only those results of each iteration that are expensive to recompute. Keras: <c>scan</c>; ONNX: <c>Scan</c>.
    /// </summary>
    /// <param name="step">Receives the state and one entry of each sequence; returns the next state and the outputs of this iteration.</param>
    /// <param name="carry">The state before the first iteration. Its shapes and types must not change.</param>
    /// <param name="sequences">The sequences to iterate over, all of the same length along <paramref name="axis"/>. May be empty if a length is given.</param>
    /// <param name="axis">The iteration axis, in the sequences and in the outputs.</param>
    /// <param name="reverse">Whether to iterate from the last entry to the first. Each output has the position of its entry.</param>
    /// <param name="length">The number of iterations; by default the length of the sequences.</param>
    /// <returns>The state after the last iteration, and the stacked outputs of all iterations.</returns>
    /// <remarks>
    /// What of the state and the outputs nothing uses has a gradient of zeros, where plain code has none. Where the function has no finite slope, as at NaN, zero times
    /// that slope is NaN (in JAX too).
    /// </remarks>
    /// <exception cref="ShapeException">The sequences differ in length, or the state changes its shape; the message names it.</exception>
    /// <exception cref="DTypeException">The state changes its type.</exception>
    public static (Bundle<Tensor> Carry, Bundle<Tensor> Outputs) Scan(
        Func<Bundle<Tensor>, Bundle<Tensor>, (Bundle<Tensor> Carry, Bundle<Tensor> Outputs)> step,
        Bundle<Tensor> carry, Bundle<Tensor> sequences, int axis = 0, bool reverse = false, int? length = null)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(carry);
        ArgumentNullException.ThrowIfNull(sequences);
        int turns = LengthOf(sequences, axis, length);
        Tensor[] stacked = [.. sequences.Select(sequence => Moved(sequence, axis, 0))];
        if (Function.DebugLoops)
            return Unrolled(step, carry, Bundle.Named(sequences.Names, stacked), turns, reverse, axis);
        IReadOnlyList<string>? names = null;
        TensorSpec[] inputs = [.. carry.Select(tensor => tensor.Spec), .. stacked.Select(sequence => EntryOf(sequence.Spec))];
        (TracedBody body, IReadOnlyList<Variable> assigned) = Traced(inputs, parameters =>
        {
            (Bundle<Tensor> next, Bundle<Tensor> outputs) = step(
                Bundle.Named(carry.Names, [.. parameters.Take(carry.Count)]), Bundle.Named(sequences.Names, [.. parameters.Skip(carry.Count)]));
            RequireAlike("Scan", carry, next);
            names = outputs.Names;
            return [.. next, .. outputs];
        });
        // Variables that the body assigns are handed on like the state: they come behind it.
        Graph graph = WithCarries(body.Graph, carry.Count, stacked.Length, assigned.Count);
        Scan scan = new(new Region(graph), carry.Count + assigned.Count, stacked.Length, turns, reverse);
        Tensor[] results = scan.ApplyAll([.. carry, .. assigned.Select(variable => variable.Value), .. stacked, .. body.Captures]);
        Assign(assigned, results.AsSpan(carry.Count, assigned.Count));
        return (Bundle.Named(carry.Names, results[..carry.Count]),
            Bundle.Named(names, [.. results.Skip(carry.Count + assigned.Count).Select(output => Moved(output, 0, axis))]));
    }

    /// <summary>
    /// Runs a function repeatedly while a condition is true. It has no gradient; if you need one, use <see cref="Scan"/> with a mask. Keras: <c>while_loop</c>; ONNX: <c>Loop</c>.
    /// </summary>
    /// <param name="condition">Returns a Bool scalar for the state.</param>
    /// <param name="body">Returns the next state. Its shapes and types must not change.</param>
    /// <param name="state">The initial state.</param>
    /// <returns>The first state for which the condition is false.</returns>
    /// <exception cref="ShapeException">The state changes its shape; the message names it.</exception>
    /// <exception cref="DTypeException">The state changes its type, or the condition is no Bool scalar.</exception>
    public static Bundle<Tensor> While(Func<Bundle<Tensor>, Tensor> condition, Func<Bundle<Tensor>, Bundle<Tensor>> body, Bundle<Tensor> state)
    {
        ArgumentNullException.ThrowIfNull(condition);
        ArgumentNullException.ThrowIfNull(body);
        ArgumentNullException.ThrowIfNull(state);
        TensorSpec[] inputs = [.. state.Select(tensor => tensor.Spec)];
        (TracedBody next, IReadOnlyList<Variable> assigned) = Traced(inputs, parameters =>
        {
            Bundle<Tensor> after = body(Bundle.Named(state.Names, [.. parameters]));
            RequireAlike("While", state, after);
            return after;
        });
        (TracedBody holds, IReadOnlyList<Variable> changed) = Traced(inputs, parameters => [RequireTruth(condition(Bundle.Named(state.Names, [.. parameters])))], assigned);
        if (changed.Count > assigned.Count)
            throw new InvalidOperationException($"While: the condition assigns the variable '{changed[^1].Name}'. Assign it in the body.");
        int carries = state.Count + assigned.Count;
        Region turn = new(WithCarries(next.Graph, state.Count, 0, assigned.Count));
        Graph test = new(holds.Graph.Parameters, [holds.Graph.Outputs[0]], [], []) { FixedParameters = holds.Graph.Parameters.Skip(carries).ToHashSet() };
        Tensor[] results = new While(new Region(test), turn, carries, holds.Captures.Count)
            .ApplyAll([.. state, .. assigned.Select(variable => variable.Value), .. holds.Captures, .. next.Captures]);
        Assign(assigned, results.AsSpan(state.Count));
        return Bundle.Named(state.Names, results[..state.Count]);
    }

    /// <summary>Runs one of two functions, whose results must have the same shapes and types. The gradient flows through the function that ran. Keras: <c>cond</c>; ONNX: <c>If</c>.</summary>
    /// <param name="condition">A Bool scalar.</param>
    /// <param name="then">Runs where the condition is true.</param>
    /// <param name="otherwise">Runs where it is false.</param>
    /// <exception cref="ShapeException">The two functions return different shapes.</exception>
    /// <exception cref="DTypeException">The two functions return different types, or the condition is no Bool scalar.</exception>
    public static Bundle<Tensor> If(Tensor condition, Func<Bundle<Tensor>> then, Func<Bundle<Tensor>> otherwise)
    {
        ArgumentNullException.ThrowIfNull(then);
        ArgumentNullException.ThrowIfNull(otherwise);
        RequireTruth(condition);
        Bundle<Tensor>? example = null;
        (TracedBody first, IReadOnlyList<Variable> assigned) = Traced([], _ => example = then());
        (TracedBody second, IReadOnlyList<Variable> all) = Traced([], _ =>
        {
            Bundle<Tensor> results = otherwise();
            RequireAlike("If", example!, results);
            return results;
        }, assigned);
        // A variable that only the second assigns is handed through the first unchanged.
        if (all.Count > assigned.Count)
            (first, _) = Traced([], _ => then(), all);
        Tensor[] values = [.. all.Select(variable => variable.Value)];
        Tensor[] outputs = new If(new Region(first.Graph), new Region(second.Graph))
            .ApplyAll([condition, .. values, .. first.Captures, .. values, .. second.Captures]);
        Assign(all, outputs.AsSpan(example!.Count));
        return Bundle.Named(example.Names, outputs[..example.Count]);
    }

    /// <summary>
    /// Traces a body until it is known which variables it assigns: their values are its last own parameters and its last outputs.
    /// </summary>
    internal static (TracedBody Body, IReadOnlyList<Variable> Assigned) Traced(
        IReadOnlyList<TensorSpec> inputs, Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> function, IReadOnlyList<Variable>? known = null)
    {
        IReadOnlyList<Variable> assigned = known ?? [];
        while (true)
        {
            TracedBody body = Tracer.TraceBody(inputs, assigned, function);
            Variable[] more = [.. body.Assigned.Except(assigned)];
            if (more.Length == 0)
                return (body, assigned);
            assigned = [.. assigned, .. more];
        }
    }

    /// <summary>Assigns what a body made of variables.</summary>
    internal static void Assign(IReadOnlyList<Variable> variables, ReadOnlySpan<Tensor> values)
    {
        for (int i = 0; i < variables.Count; i++)
            variables[i].Assign(values[i]);
    }

    // Parameters: state, variables, sequences, captures; outputs: state, variables, the rest. As traced, variables come last.
    private static Graph WithCarries(Graph graph, int carry, int sequences, int assigned)
    {
        Operation[] parameters = [.. graph.Parameters], outputs = [.. graph.Outputs];
        int own = carry + sequences;
        parameters = [.. parameters[..carry], .. parameters[own..(own + assigned)], .. parameters[carry..own], .. parameters[(own + assigned)..]];
        int given = outputs.Length - assigned;
        outputs = [.. outputs[..carry], .. outputs[given..], .. outputs[carry..given]];
        return new Graph(parameters, outputs, [], []) { Carries = carry + assigned, FixedParameters = parameters[(own + assigned)..].ToHashSet() };
    }

    private static int LengthOf(Bundle<Tensor> sequences, int axis, int? length)
    {
        int? turns = length;
        for (int i = 0; i < sequences.Count; i++)
        {
            int own = sequences[i].Shape[sequences[i].Shape.Axis(axis)];
            if (turns is { } known && known != own)
                throw new ShapeException($"Scan: {NameOf(sequences, i, "sequence")} has {own} entries along axis {axis}; expected {known}, as {(length is null ? NameOf(sequences, 0, "sequence") : "the length")} says.");
            turns = own;
        }

        return turns is >= 0 and int count ? count
            : throw new ArgumentException("Scan: received no sequences and no length. Give one of them.", nameof(sequences));
    }

    private static TensorSpec EntryOf(TensorSpec sequence) => sequence with { Shape = new Shape(sequence.Shape.Dimensions[1..]) };

    private static Tensor Moved(Tensor tensor, int from, int to)
    {
        if (from == to)
            return tensor;
        List<int> order = [.. Enumerable.Range(0, tensor.Rank)];
        (from, to) = (tensor.Shape.Axis(from), tensor.Shape.Axis(to));
        order.RemoveAt(from);
        order.Insert(to, from);
        return tensor.Transpose([.. order]);
    }

    private static void RequireAlike(string operation, Bundle<Tensor> expected, Bundle<Tensor> received)
    {
        string what = operation == "If" ? "result" : "state";
        if (received.Count != expected.Count)
            throw new ShapeException($"{operation}: received {received.Count} tensors as {what} where {expected.Count} are expected.");
        for (int i = 0; i < expected.Count; i++)
        {
            string name = NameOf(expected, i, what);
            if (received[i].Shape != expected[i].Shape)
                throw new ShapeException($"{operation}: {name} has shape {received[i].Shape}; it must have {expected[i].Shape}, the shape {(operation == "If" ? "of the other branch" : "it began with")}.");
            if (received[i].DType != expected[i].DType)
                throw new DTypeException($"{operation}: {name} holds {received[i].DType}; it must hold {expected[i].DType}, the type {(operation == "If" ? "of the other branch" : "it began with")}. Cast it.");
        }
    }

    private static string NameOf(Bundle<Tensor> bundle, int place, string what) => bundle.Names is { } names ? $"{what} '{names[place]}'" : $"{what} {place}";

    private static Tensor RequireTruth(Tensor condition)
    {
        ArgumentNullException.ThrowIfNull(condition);
        return condition.Spec == new TensorSpec(Shape.Scalar, DType.Bool)
            ? condition
            : throw new DTypeException($"Received the condition {condition.Spec}; expected a Bool scalar. Compare first, as in x.Less(1), and reduce with Any or All.");
    }

    private static (Bundle<Tensor> Carry, Bundle<Tensor> Outputs) Unrolled(
        Func<Bundle<Tensor>, Bundle<Tensor>, (Bundle<Tensor> Carry, Bundle<Tensor> Outputs)> step, Bundle<Tensor> carry, Bundle<Tensor> sequences, int turns, bool reverse, int axis)
    {
        Bundle<Tensor>[] outputs = new Bundle<Tensor>[turns];
        for (int turn = 0; turn < turns; turn++)
        {
            int entry = reverse ? turns - 1 - turn : turn;
            (Bundle<Tensor> next, outputs[entry]) = step(carry, Bundle.Named(sequences.Names, [.. sequences.Select(sequence => sequence.At(entry))]));
            RequireAlike("Scan", carry, next);
            carry = Bundle.Named(carry.Names, [.. next]);
        }

        return (carry, turns == 0 ? [] : Bundle.Named(outputs[0].Names, [.. outputs[0].Select((_, i) => Moved(Tensor.Stack([.. outputs.Select(output => output[i])]), 0, axis))]));
    }
}
