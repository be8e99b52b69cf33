using System.Runtime.CompilerServices;
using Laminet.Tensors.Devices;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Compilation;

/// <summary>
/// A graph that runs within an operation: the body of a loop, or a branch. It is compiled like a separate function. Its intermediates use
/// memory of the enclosing operation, and each run moves the views of outside tensors, so a run allocates nothing. Two regions are
/// equal only if they are the same object. Its kernels are those of the CPU.
/// </summary>
public sealed class Region : IEquatable<Region>
{
    private readonly Lazy<ProgramSteps> steps;

    internal Region(Graph graph)
    {
        Graph = graph;
        steps = new(() => new ProgramSteps(Compiler.Optimize(graph, Device.Cpu), Device.Cpu));
    }

    /// <summary>The graph as it was traced, before any pass.</summary>
    public Graph Graph { get; }

    /// <summary>The bytes of memory that a run needs. Never none: tensors without elements lie somewhere, too.</summary>
    internal long Bytes => Math.Max(Lifetimes.Aligned(1), KeptStart + steps.Value.Plan.KeptBytes);

    /// <summary>How many operations run in a turn.</summary>
    internal int Operations => steps.Value.Steps.Count;

    /// <summary>Whether a kernel within may throw because of the numbers it reads.</summary>
    internal bool MayThrow => Graph.Operations.Any(operation => operation.Primitive is { MayThrow: true });

    private long KeptStart => Lifetimes.Aligned(steps.Value.Plan.Bytes);

    /// <summary>Whether a carried value is written over the one of the turn before.</summary>
    internal bool IsInPlace(int carry) => steps.Value.Plan.HomeOf(steps.Value.Outputs[carry].Operation) is not null;

    /// <summary>Runs one after the other on threads that share the region.</summary>
    internal Lock Gate { get; } = new();

    /// <summary>Says where the intermediates lie.</summary>
    internal void Place(WorkSpace space) => steps.Value.Place(space.Storage, space.Start, space.Storage, space.Start + KeptStart);

    /// <summary>Says where a parameter lies.</summary>
    internal void BindParameter(int index, Place place) => steps.Value.Parameters[index].Bind(place.Storage, place.Start);

    /// <summary>Says where a result goes.</summary>
    internal void BindOutput(int index, Place place) => steps.Value.Outputs[index].Bind(place.Storage, place.Start);

    /// <summary>Computes what depends on fixed parameters alone.</summary>
    internal void RunKept() => steps.Value.RunKept();

    /// <summary>Computes the results.</summary>
    internal void Run() => steps.Value.Run();

    /// <summary>Lets go of all memory.</summary>
    internal void Release()
    {
        foreach (External external in steps.Value.Parameters)
            external.Release();
        foreach (External external in steps.Value.Outputs)
            external.Release();
        steps.Value.Place(null, 0, null, 0);
    }

    /// <inheritdoc/>
    public bool Equals(Region? other) => ReferenceEquals(this, other);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => ReferenceEquals(this, obj);

    /// <inheritdoc/>
    public override int GetHashCode() => RuntimeHelpers.GetHashCode(this);
}

/// <summary>Where a tensor lies.</summary>
/// <param name="Storage">The buffer.</param>
/// <param name="Start">Where in it the tensor begins, in elements.</param>
internal readonly record struct Place(Storage Storage, int Start)
{
    public static Place Of(Tensor tensor) => new(tensor.Storage, tensor.Offset);

    public Place Moved(int elements) => this with { Start = checked(Start + elements) };
}
