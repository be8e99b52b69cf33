using System.Numerics;
using System.Runtime.CompilerServices;
using Laminet.Tensors.Kernels;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Laminet.Tensors.Blocks;

/// <summary>A variable and its slots while a rule changes them: each as it is and as it will be, most often the same memory.</summary>
internal struct UpdatedParts<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly UpdateRule rule;
    private readonly Tensor scalars;
    private readonly int count;
    private Places places;

    /// <param name="rule">The rule.</param>
    /// <param name="arguments">The value and the slots come first among inputs and outputs, the scalars last among the inputs.</param>
    public UpdatedParts(UpdateRule rule, in KernelArguments arguments)
    {
        (this.rule, count, scalars) = (rule, arguments.OutputCount, arguments.InputTensor(arguments.Count - 1));
        for (int i = 0; i < count; i++)
        {
            // What nothing reads is written aside.
            TensorSpec spec = arguments.InputSpec(i);
            places[i] = (arguments.InputTensor(i), arguments.HasOutput(i) ? arguments.OutputTensorAt(i) : Tensor.Empty(spec.Shape, spec.DType));
        }
    }

    /// <summary>True if some next value lies elsewhere than the old one.</summary>
    public readonly bool AreApart
    {
        get
        {
            foreach ((Tensor old, Tensor changed) in places[..count])
            {
                if (IsApart(old, changed))
                    return true;
            }

            return false;
        }
    }

    /// <summary>Copies the old numbers of a stretch to where the next ones will be.</summary>
    public readonly void Copy(int start, int length)
    {
        foreach ((Tensor old, Tensor changed) in places[..count])
        {
            if (IsApart(old, changed))
                old.AsSpan<T>().Slice(start, length).CopyTo(changed.AsSpan<T>()[start..]);
        }
    }

    /// <summary>Asks for a stretch that is changed soon.</summary>
    public readonly void PrefetchStretch(int start, int length)
    {
        for (int part = 0; part < count; part++)
            Prefetch.Row<T>(Part(part, start, length));
    }

    /// <summary>Changes a stretch that has been copied, of at most <see cref="TileProgram.TileLength"/> elements.</summary>
    /// <param name="start">Where it begins.</param>
    /// <param name="gradient">Its gradient.</param>
    /// <param name="scaled">Room for as many numbers.</param>
    public readonly void Change(int start, ReadOnlySpan<T> gradient, Span<T> scaled)
    {
        ReadOnlySpan<double> numbers = scalars.AsSpan<double>();
        if (numbers[2] == 0)
            return;
        if (numbers[0] != 0)
        {
            Span<T> value = Part(0, start, gradient.Length);
            TensorPrimitives.Multiply(value, T.CreateTruncating(1 - numbers[0]), value);
        }

        if (numbers[1] != 1)
        {
            scaled = scaled[..gradient.Length];
            TensorPrimitives.Multiply(gradient, T.CreateTruncating(numbers[1]), scaled);
            gradient = scaled;
        }

        numbers = numbers[UpdateRule.CommonScalars..];
        int whole = gradient.Length / Vector<T>.Count * Vector<T>.Count;
        if (whole > 0)
        {
            rule.Change(new UpdateTile<T>(
                numbers, gradient[..whole], Part(0, start, whole), Part(1, start, whole), Part(2, start, whole), Part(3, start, whole)));
        }

        if (whole < gradient.Length)
            ChangeEdge(start + whole, gradient[whole..], numbers);
    }

    /// <summary>Keeps what is written aside alive until the work is done.</summary>
    public readonly void KeepAlive()
    {
        foreach ((_, Tensor changed) in places[..count])
            GC.KeepAlive(changed);
    }

    // The few elements that do not fill a vector go through one at the edge, so that a rule is written once.
    private readonly void ChangeEdge(int start, ReadOnlySpan<T> gradient, ReadOnlySpan<double> numbers)
    {
        int width = Vector<T>.Count, rest = gradient.Length;
        Span<T> edge = stackalloc T[(UpdateRule.MaxSlots + 2) * Vector<T>.Count];
        edge.Clear();
        gradient.CopyTo(edge);
        for (int part = 0; part < count; part++)
            Part(part, start, rest).CopyTo(edge[((part + 1) * width)..]);
        rule.Change(new UpdateTile<T>(numbers, Edge(edge, 0), Edge(edge, 1), Edge(edge, 2), Edge(edge, 3), Edge(edge, 4)));
        for (int part = 0; part < count; part++)
            Edge(edge, part + 1)[..rest].CopyTo(Part(part, start, rest));
    }

    private readonly Span<T> Part(int part, int from, int length) => part < count ? places[part].New.AsSpan<T>().Slice(from, length) : [];

    private static Span<T> Edge(Span<T> edge, int part) => edge.Slice(part * Vector<T>.Count, Vector<T>.Count);

    private static bool IsApart(Tensor old, Tensor changed) => old.Storage != changed.Storage || old.Offset != changed.Offset;

    /// <summary>Room for a variable and its slots.</summary>
    [InlineArray(UpdateRule.MaxSlots + 1)]
    private struct Places
    {
        private (Tensor Old, Tensor New) first;
    }
}
