using System.Numerics;

namespace Laminet.Tensors.Kernels;

/// <summary>One step of a recurrence on one row.</summary>
internal unsafe interface IRecurrenceStep<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Computes the next states and the gates from the input, the product and the states.</summary>
    static abstract void Forward<TSimd, TVector>(in RecurrenceRow<T> row)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged;

    /// <summary>Computes the gradients by x and by h U + b, and makes those by the states those by the states before, without the part through h U.</summary>
    static abstract void Backward<TSimd, TVector>(in RecurrenceRow<T> row)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged;
}

/// <summary>h' = tanh(x + h U).</summary>
internal readonly unsafe struct SimpleStep<T> : IRecurrenceStep<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public static void Forward<TSimd, TVector>(in RecurrenceRow<T> row)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        int i = RecurrenceMath<TSimd, TVector, T>.Add(row.Input, row.Product, row.Product, row.Units);
        RecurrenceMath<SimdScalar<T>, T, T>.Add(row.Input + i, row.Product + i, row.Product + i, row.Units - i);
        HyperbolicTangent.Of(new ReadOnlySpan<T>(row.Product, row.Units), new Span<T>(row.NextState, row.Units));
    }

    public static void Backward<TSimd, TVector>(in RecurrenceRow<T> row)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        int i = Part<TSimd, TVector>(row, 0);
        Part<SimdScalar<T>, T>(row, i);
    }

    private static int Part<TSimd, TVector>(in RecurrenceRow<T> row, int i)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        TVector one = TSimd.Broadcast(T.One), zero = TSimd.Broadcast(T.Zero);
        for (; i <= row.Units - TSimd.Count; i += TSimd.Count)
        {
            TVector h = TSimd.Load(row.Output + i), gradient = TSimd.Multiply(TSimd.Load(row.ByState + i), RecurrenceMath<TSimd, TVector, T>.LessProduct(one, h, h));
            TSimd.Store(gradient, row.BySums + i);
            TSimd.Store(gradient, row.ByProduct + i);
            TSimd.Store(zero, row.ByState + i);
        }

        return i;
    }
}

/// <summary>Long short-term memory; kept are i, f, g, o.</summary>
internal readonly unsafe struct LongShortTermMemoryStep<T> : IRecurrenceStep<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public static void Forward<TSimd, TVector>(in RecurrenceRow<T> row)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        int units = row.Units;
        int i = RecurrenceMath<TSimd, TVector, T>.Add(row.Input, row.Product, row.Product, 4 * units);
        RecurrenceMath<SimdScalar<T>, T, T>.Add(row.Input + i, row.Product + i, row.Product + i, (4 * units) - i);
        Logistic.Of(new ReadOnlySpan<T>(row.Product, 2 * units), new Span<T>(row.Kept, 2 * units));
        HyperbolicTangent.Of(new ReadOnlySpan<T>(row.Product + (2 * units), units), new Span<T>(row.Kept + (2 * units), units));
        Logistic.Of(new ReadOnlySpan<T>(row.Product + (3 * units), units), new Span<T>(row.Kept + (3 * units), units));
        i = Cells<TSimd, TVector>(row, 0);
        Cells<SimdScalar<T>, T>(row, i);
        HyperbolicTangent.Of(new ReadOnlySpan<T>(row.NextCell, units), new Span<T>(row.Scratch, units));
        i = States<TSimd, TVector>(row, 0);
        States<SimdScalar<T>, T>(row, i);
    }

    public static void Backward<TSimd, TVector>(in RecurrenceRow<T> row)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        HyperbolicTangent.Of(new ReadOnlySpan<T>(row.NextCell, row.Units), new Span<T>(row.Scratch, row.Units));
        int i = Part<TSimd, TVector>(row, 0);
        Part<SimdScalar<T>, T>(row, i);
        Buffer.MemoryCopy(row.ByProduct, row.BySums, 4L * row.Units * sizeof(T), 4L * row.Units * sizeof(T));
    }

    private static int Cells<TSimd, TVector>(in RecurrenceRow<T> row, int i)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        T* input = row.Kept, forget = input + row.Units, candidate = forget + row.Units;
        for (; i <= row.Units - TSimd.Count; i += TSimd.Count)
        {
            TVector added = TSimd.Multiply(TSimd.Load(input + i), TSimd.Load(candidate + i));
            TSimd.Store(TSimd.MultiplyAdd(TSimd.Load(forget + i), TSimd.Load(row.Cell + i), added), row.NextCell + i);
        }

        return i;
    }

    private static int States<TSimd, TVector>(in RecurrenceRow<T> row, int i)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        T* output = row.Kept + (3 * row.Units);
        for (; i <= row.Units - TSimd.Count; i += TSimd.Count)
            TSimd.Store(TSimd.Multiply(TSimd.Load(output + i), TSimd.Load(row.Scratch + i)), row.NextState + i);
        return i;
    }

    private static int Part<TSimd, TVector>(in RecurrenceRow<T> row, int i)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        int units = row.Units;
        T* kept = row.Kept, sums = row.ByProduct;
        TVector one = TSimd.Broadcast(T.One), zero = TSimd.Broadcast(T.Zero);
        for (; i <= units - TSimd.Count; i += TSimd.Count)
        {
            TVector input = TSimd.Load(kept + i), forget = TSimd.Load(kept + units + i), candidate = TSimd.Load(kept + (2 * units) + i), output = TSimd.Load(kept + (3 * units) + i);
            TVector squashed = TSimd.Load(row.Scratch + i), byState = TSimd.Load(row.ByState + i);
            TVector byCell = TSimd.MultiplyAdd(TSimd.Multiply(byState, output), RecurrenceMath<TSimd, TVector, T>.LessProduct(one, squashed, squashed), TSimd.Load(row.ByCell + i));
            TSimd.Store(TSimd.Multiply(TSimd.Multiply(byCell, candidate), RecurrenceMath<TSimd, TVector, T>.LessProduct(input, input, input)), sums + i);
            TSimd.Store(TSimd.Multiply(TSimd.Multiply(byCell, TSimd.Load(row.Cell + i)), RecurrenceMath<TSimd, TVector, T>.LessProduct(forget, forget, forget)), sums + units + i);
            TSimd.Store(TSimd.Multiply(TSimd.Multiply(byCell, input), RecurrenceMath<TSimd, TVector, T>.LessProduct(one, candidate, candidate)), sums + (2 * units) + i);
            TSimd.Store(TSimd.Multiply(TSimd.Multiply(byState, squashed), RecurrenceMath<TSimd, TVector, T>.LessProduct(output, output, output)), sums + (3 * units) + i);
            TSimd.Store(TSimd.Multiply(byCell, forget), row.ByCell + i);
            TSimd.Store(zero, row.ByState + i);
        }

        return i;
    }
}

/// <summary>Gated units that reset after the product; kept are z, r, g and the product of g.</summary>
internal readonly unsafe struct GatedStep<T> : IRecurrenceStep<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public static void Forward<TSimd, TVector>(in RecurrenceRow<T> row)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        int units = row.Units;
        int i = RecurrenceMath<TSimd, TVector, T>.Add(row.Input, row.Product, row.Product, 2 * units);
        RecurrenceMath<SimdScalar<T>, T, T>.Add(row.Input + i, row.Product + i, row.Product + i, (2 * units) - i);
        Logistic.Of(new ReadOnlySpan<T>(row.Product, 2 * units), new Span<T>(row.Kept, 2 * units));
        i = Candidates<TSimd, TVector>(row, 0);
        Candidates<SimdScalar<T>, T>(row, i);
        HyperbolicTangent.Of(new ReadOnlySpan<T>(row.Scratch, units), new Span<T>(row.Kept + (2 * units), units));
        i = States<TSimd, TVector>(row, 0);
        States<SimdScalar<T>, T>(row, i);
    }

    public static void Backward<TSimd, TVector>(in RecurrenceRow<T> row)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        int i = Part<TSimd, TVector>(row, 0);
        Part<SimdScalar<T>, T>(row, i);
    }

    private static int Candidates<TSimd, TVector>(in RecurrenceRow<T> row, int i)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        T* reset = row.Kept + row.Units, kept = row.Kept + (3 * row.Units), input = row.Input + (2 * row.Units), product = row.Product + (2 * row.Units);
        for (; i <= row.Units - TSimd.Count; i += TSimd.Count)
        {
            TVector own = TSimd.Load(product + i);
            TSimd.Store(own, kept + i);
            TSimd.Store(TSimd.MultiplyAdd(TSimd.Load(reset + i), own, TSimd.Load(input + i)), row.Scratch + i);
        }

        return i;
    }

    private static int States<TSimd, TVector>(in RecurrenceRow<T> row, int i)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        TVector one = TSimd.Broadcast(T.One);
        for (; i <= row.Units - TSimd.Count; i += TSimd.Count)
        {
            TVector update = TSimd.Load(row.Kept + i), candidate = TSimd.Load(row.Kept + (2 * row.Units) + i);
            TVector added = TSimd.Multiply(RecurrenceMath<TSimd, TVector, T>.LessProduct(one, one, update), candidate);
            TSimd.Store(TSimd.MultiplyAdd(update, TSimd.Load(row.State + i), added), row.NextState + i);
        }

        return i;
    }

    private static int Part<TSimd, TVector>(in RecurrenceRow<T> row, int i)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        int units = row.Units;
        T* kept = row.Kept, sums = row.BySums, products = row.ByProduct;
        TVector one = TSimd.Broadcast(T.One);
        for (; i <= units - TSimd.Count; i += TSimd.Count)
        {
            TVector update = TSimd.Load(kept + i), reset = TSimd.Load(kept + units + i), candidate = TSimd.Load(kept + (2 * units) + i);
            TVector byState = TSimd.Load(row.ByState + i);
            TVector byUpdate = TSimd.Multiply(
                TSimd.Multiply(byState, RecurrenceMath<TSimd, TVector, T>.LessProduct(TSimd.Load(row.State + i), one, candidate)), RecurrenceMath<TSimd, TVector, T>.LessProduct(update, update, update));
            TVector byCandidate = TSimd.Multiply(
                TSimd.Multiply(byState, RecurrenceMath<TSimd, TVector, T>.LessProduct(one, one, update)), RecurrenceMath<TSimd, TVector, T>.LessProduct(one, candidate, candidate));
            TVector byReset = TSimd.Multiply(TSimd.Multiply(byCandidate, TSimd.Load(kept + (3 * units) + i)), RecurrenceMath<TSimd, TVector, T>.LessProduct(reset, reset, reset));
            TSimd.Store(byUpdate, sums + i);
            TSimd.Store(byReset, sums + units + i);
            TSimd.Store(byCandidate, sums + (2 * units) + i);
            TSimd.Store(byUpdate, products + i);
            TSimd.Store(byReset, products + units + i);
            TSimd.Store(TSimd.Multiply(byCandidate, reset), products + (2 * units) + i);
            TSimd.Store(TSimd.Multiply(byState, update), row.ByState + i);
        }

        return i;
    }
}

/// <summary>What the steps share.</summary>
internal static unsafe class RecurrenceMath<TSimd, TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged, INumber<T>
{
    /// <summary>x + y of whole vectors.</summary>
    /// <returns>How many numbers they have.</returns>
    public static int Add(T* x, T* y, T* sum, int count)
    {
        int i = 0;
        for (; i <= count - TSimd.Count; i += TSimd.Count)
            TSimd.Store(TSimd.Add(TSimd.Load(x + i), TSimd.Load(y + i)), sum + i);
        return i;
    }

    /// <summary>value - x y.</summary>
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.AggressiveInlining)]
    public static TVector LessProduct(TVector value, TVector x, TVector y) => TSimd.MultiplyAdd(TSimd.Multiply(x, TSimd.Broadcast(-T.One)), y, value);
}
