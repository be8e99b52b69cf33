using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Compilation;

/// <summary>A tensor that comes from outside with each call, and the views of it that steps read and write through.</summary>
internal sealed class External(Operation operation)
{
    private readonly List<(Tensor View, int Offset)> views = [];
    private Tensor? bound;

    public Operation Operation { get; } = operation;

    /// <summary>A new view, which each call moves to that call's tensor.</summary>
    public Tensor Look(Layout layout)
    {
        Tensor view = Tensor.Unplaced(layout.View);
        views.Add((view, layout.View.Offset));
        return view;
    }

    public void Bind(Tensor tensor)
    {
        // A variable that was updated in place is the same tensor as in the last call.
        if (ReferenceEquals(bound, tensor))
            return;
        bound = tensor;
        Bind(tensor.Storage, tensor.Offset);
    }

    /// <summary>Moves the views to a place in a buffer; the offset counts elements.</summary>
    public void Bind(Storage storage, int start)
    {
        foreach ((Tensor view, int offset) in views)
            view.MoveTo(storage, start + offset);
    }

    public void Release()
    {
        bound = null;
        foreach ((Tensor view, _) in views)
            view.MoveTo(null, 0);
    }
}
