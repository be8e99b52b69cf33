using Laminet.Tensors.Blocks;
using Laminet.Tensors.Ops;

namespace Laminet.Tensors.Compilation.Passes;

/// <summary>
/// An update of a table by the gradients of look-ups alone touches the rows that were looked up, instead of the whole table by a gradient
/// that is 0 nearly everywhere. Only where the rule leaves elements without a gradient alone, and no decay, clipping or other use of the
/// table adds to the gradient.
/// </summary>
internal static class SparseUpdates
{
    public static Graph Run(Graph graph) => graph.Rewrite(operation =>
    {
        if (operation.Primitive is not UpdateRule { LeavesZeroGradientsAlone: true } rule || !IsPlain(operation.Inputs[^1]))
            return operation;
        List<Operation> lookups = [];
        return TryCollect(operation.Inputs[^2], lookups)
            ? operation with
            {
                Primitive = new SparseUpdate(rule, lookups.Count),
                Inputs = [.. operation.Inputs.Take(operation.Inputs.Count - 2), .. lookups.SelectMany(lookup => lookup.Inputs), operation.Inputs[^1]],
            }
            : operation;
    });

    // The sums of look-ups one by one, as the backward pass makes them, in the order in which they are added.
    private static bool TryCollect(Operation gradient, List<Operation> lookups)
    {
        Stack<Operation> added = new();
        while (gradient.Primitive is Add)
        {
            bool isLast = IsLookup(gradient.Inputs[1]);
            if (!isLast && !IsLookup(gradient.Inputs[0]))
                return false;
            added.Push(gradient.Inputs[isLast ? 1 : 0]);
            gradient = gradient.Inputs[isLast ? 0 : 1];
        }

        lookups.Add(gradient);
        lookups.AddRange(added);
        return IsLookup(gradient);
    }

    // Its indices were checked by the look-up before, so the update does not fail.
    private static bool IsLookup(Operation gradient) => gradient.Primitive is ScatterAdd { Axis: 0, AreChecked: true };

    // No decay, and the gradient as it is: a factor is known to be finite only if it is a constant, and one that clips has seen the whole gradient.
    private static bool IsPlain(Operation scalars)
    {
        if (scalars.Constant is { } numbers)
            return numbers.ToArray<double>() is [0, 1, ..];
        return scalars.Primitive is Concatenate && scalars.Inputs.Count >= UpdateRule.CommonScalars && IsNumber(scalars.Inputs[0], 0) && IsNumber(scalars.Inputs[1], 1);
    }

    private static bool IsNumber(Operation operation, double number) => operation.Constant is { Length: 1 } constant && constant.ToDouble() == number;
}
