using Laminet.Tensors;
using Laminet.Tensors.Compilation;

namespace Laminet.Cli.Inspection;

/// <summary>How long the operations of a step took.</summary>
/// <param name="Step">Which step.</param>
/// <param name="Calls">How many calls were measured.</param>
/// <param name="PeakGflopsPerSecond">The most this machine does, measured beside it.</param>
/// <param name="Operations">The operations in the order they run.</param>
internal sealed record StepProfile(ModelStep Step, int Calls, double PeakGflopsPerSecond, IReadOnlyList<OperationTiming> Operations)
{
    // What the engine writes down for an action without a result.
    private static readonly TensorSpec Nothing = new(Shape.Scalar, DType.Bool);
    private readonly double milliseconds = Operations.Sum(operation => operation.Milliseconds);

    /// <summary>Runs the step on made-up numbers. A training step trains the model, which is not saved.</summary>
    public static StepProfile Measure(ModelStep step, int calls)
    {
        (Bundle<Tensor> x, Bundle<Tensor>? y) = BatchForm.Of(step.Model, step.Batch, step.Length).MakeUp();
        return new StepProfile(step, calls, Engine.MeasurePeak(), step.Model.Profile(step.Kind, x, y, calls));
    }

    /// <summary>The whole step.</summary>
    public Cost Total => CostOf(Operations);

    public double ImagesPerSecond => Step.Batch / (milliseconds / 1e3);

    /// <summary>The operations, the slowest first.</summary>
    public IEnumerable<(OperationTiming Operation, Cost Cost)> Slowest =>
        Operations.OrderByDescending(operation => operation.Milliseconds).Select(operation => (operation, CostOf([operation])));

    /// <summary>The layers, the slowest first; "" for what belongs to none.</summary>
    public IEnumerable<(string Layer, int Operations, Cost Cost)> Layers =>
        Operations.GroupBy(operation => operation.Scope).Select(group => (group.Key, group.Count(), CostOf([.. group]))).OrderByDescending(row => row.Item3.Milliseconds);

    /// <summary>What an operation gives; null for one that only does something, as an optimizer's step.</summary>
    public static TensorSpec? OutputOf(OperationTiming operation) => operation.Output == Nothing ? null : operation.Output;

    private Cost CostOf(IReadOnlyList<OperationTiming> operations) => Cost.Of(operations, milliseconds, PeakGflopsPerSecond);
}
