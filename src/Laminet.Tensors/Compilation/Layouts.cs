namespace Laminet.Tensors.Compilation;

/// <summary>How a tensor of a graph lies in memory: in whose buffer, and with which offset and strides.</summary>
/// <param name="Owner">The operation whose buffer it is; views have none of their own.</param>
/// <param name="View">Shape, strides and offset, without numbers.</param>
internal sealed record Layout(Operation Owner, Tensor View)
{
    /// <summary>True if the tensor is its owner's whole buffer as it is.</summary>
    public bool IsWhole => View.IsContiguous && View.Offset == 0 && View.Length == Owner.Spec.Shape.ElementCount;
}

/// <summary>The layouts of a graph's tensors. What is given with a call is made contiguous, so all strides are known beforehand.</summary>
internal static class Layouts
{
    public static Dictionary<Operation, Layout> Of(Graph graph)
    {
        Dictionary<Operation, Layout> layouts = [];
        foreach (Operation operation in graph.Operations)
            layouts[operation] = Of(operation, layouts);
        return layouts;
    }

    public static Layout Of(Operation operation, Dictionary<Operation, Layout> known)
    {
        if (operation.IsView)
        {
            Layout source = known[operation.Producer.Inputs[0]];
            // A view of several outputs is read through its parts alone; itself it is no tensor, but its source's buffer.
            return operation.OutputCount > 1 ? source : new Layout(source.Owner, operation.Producer.Primitive!.TryViews(source.View)![operation.Index]);
        }

        Tensor whole = Tensor.ShapeOnly(operation.Spec.Shape, operation.Spec.DType);
        return new Layout(operation, operation.Constant is { } constant ? whole.View(constant.Shape, constant.Strides, 0) : whole);
    }
}
