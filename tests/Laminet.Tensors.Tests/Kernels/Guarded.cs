using System.Numerics;
using System.Runtime.InteropServices;

namespace Laminet.Tensors.Tests.Kernels;

/// <summary>An operand between margins of NaN: what is read past its ends poisons a result, what is written there is found.</summary>
internal sealed unsafe class Guarded<T> : IDisposable where T : unmanaged, INumber<T>
{
    private const int Margin = 67;
    private static readonly T Poison = T.CreateSaturating(double.NaN);

    private readonly T* memory;

    public Guarded(int length, int seed = -1)
    {
        Length = length;
        memory = (T*)NativeMemory.Alloc((nuint)(length + (2 * Margin)), (nuint)sizeof(T));
        new Span<T>(memory, length + (2 * Margin)).Fill(Poison);
        var random = new Random(seed);
        for (int i = 0; seed >= 0 && i < length; i++)
            Pointer[i] = Draw(random);
    }

    public int Length { get; }

    public T* Pointer => memory + Margin;

    public Span<T> Values => new(Pointer, Length);

    /// <summary>Small integers for integers, values in [-1, 1) otherwise.</summary>
    private static T Draw(Random random) => T.One / (T.One + T.One) == T.Zero
        ? T.CreateTruncating(random.Next(0, 5))
        : T.CreateTruncating((random.NextDouble() * 2) - 1);

    public T[] Checked()
    {
        Assert.All(new Span<T>(memory, Margin).ToArray(), AssertPoison);
        Assert.All(new Span<T>(Pointer + Length, Margin).ToArray(), AssertPoison);
        return Values.ToArray();
    }

    public void Dispose() => NativeMemory.Free(memory);

    private static void AssertPoison(T value) => Assert.True(value == Poison || T.IsNaN(value), "written outside the result");
}
