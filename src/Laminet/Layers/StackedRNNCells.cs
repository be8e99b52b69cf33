using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// Cells one above the other: the output of each is the input of the next, y = c2(c1(x)) for two. The states are those of the first cell, then those of the second, and so on.
/// Keras: <c>StackedRNNCells</c>.
/// </summary>
public sealed class StackedRNNCells : RecurrentCell
{
    /// <param name="cells">The cells, the one that reads the input first.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public StackedRNNCells(params IReadOnlyList<RecurrentCell> cells)
    {
        ArgumentNullException.ThrowIfNull(cells);
        if (cells.Count == 0)
            throw new ArgumentException("Received no cells; expected one or more.", nameof(cells));
        Cells = [.. cells.Select(Track)];
    }

    public IReadOnlyList<RecurrentCell> Cells { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<Shape> StateShapes(Shape step)
    {
        List<Shape> shapes = [];
        foreach ((RecurrentCell cell, TensorSpec own) in StepsOf(new TensorSpec(step, DType)))
            shapes.AddRange(cell.StateShapes(own.Shape));
        return shapes;
    }

    /// <inheritdoc/>
    public override Bundle<Tensor> InitialStates(Shape step) => [.. StepsOf(new TensorSpec(step, DType)).SelectMany(own => own.Cell.InitialStates(own.Step.Shape))];

    /// <inheritdoc/>
    protected override (Tensor Output, Bundle<Tensor> States) Step(Tensor input, Bundle<Tensor> states, CallContext context) => Begin(input.Spec, context)(input, states);

    internal override StepFunction Begin(TensorSpec step, CallContext context)
    {
        List<(StepFunction Step, int States)> steps = [];
        foreach ((RecurrentCell cell, TensorSpec own) in StepsOf(step))
            steps.Add((cell.Begin(own, context), cell.StateShapes(own.Shape).Count));
        return (input, states) =>
        {
            List<Tensor> next = [];
            foreach ((StepFunction advance, int count) in steps)
            {
                (input, Bundle<Tensor> own) = advance(input, [.. states.Skip(next.Count).Take(count)]);
                next.AddRange(own);
            }

            return (input, [.. next]);
        };
    }

    // What each cell reads.
    private IEnumerable<(RecurrentCell Cell, TensorSpec Step)> StepsOf(TensorSpec step)
    {
        foreach (RecurrentCell cell in Cells)
        {
            yield return (cell, step);
            step = cell.OutputOf(step);
        }
    }
}
