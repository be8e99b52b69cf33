using System.Numerics;
using System.Runtime.CompilerServices;

namespace Laminet.Tensors.Kernels;

/// <summary>Blocks of four random numbers.</summary>
internal static unsafe class RandomBlocks<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The numbers of blocks from <paramref name="first"/> on.</summary>
    public static void Draw(RandomKind kind, ulong key, ulong first, T* numbers, int blocks)
    {
        Draw(kind, key, first, 0, numbers, blocks);
        if (kind != RandomKind.TruncatedNormal)
            return;
        for (int block = 0; block < blocks; block++)
            Redraw(key, first + (ulong)block, numbers + (4 * block));
    }

    // Attempt a draws from counters (position, a << 2 ...): every attempt is a stream of its own.
    private static void Redraw(ulong key, ulong position, T* block)
    {
        T* again = stackalloc T[4];
        T two = T.One + T.One;
        for (ulong attempt = 1; ; attempt++)
        {
            bool done = true;
            for (int i = 0; i < 4; i++)
                done &= T.Abs(block[i]) <= two;
            if (done)
                return;
            Draw(RandomKind.TruncatedNormal, key, position, attempt, again, 1);
            for (int i = 0; i < 4; i++)
            {
                if (T.Abs(block[i]) > two)
                    block[i] = again[i];
            }
        }
    }

    private static void Draw(RandomKind kind, ulong key, ulong first, ulong attempt, T* numbers, int blocks)
    {
        if (typeof(T) == typeof(float))
            Units24(key, first, attempt << 2, (float*)numbers, blocks);
        else
            Units53(key, first, attempt << 2, (double*)numbers, blocks);
        if (kind == RandomKind.Uniform)
            return;
        if (typeof(T) == typeof(float))
        {
            NormalPairs.OfUniform((float*)numbers, 4 * blocks);
            return;
        }

        for (int i = 0; i < 4 * blocks; i += 2)
        {
            // Box and Muller. 1 - u lies in (0, 1], where the logarithm is finite.
            T radius = T.Sqrt(T.CreateChecked(-2) * T.Log(T.One - numbers[i]));
            (T sine, T cosine) = T.SinCosPi(numbers[i + 1] * T.CreateChecked(2));
            (numbers[i], numbers[i + 1]) = (radius * cosine, radius * sine);
        }
    }

    // As many of the upper bits as the mantissa holds, so that 1 is never reached by rounding. The words lie where the numbers go.
    private static void Units24(ulong key, ulong first, ulong high, float* numbers, int blocks)
    {
        const float unit = 1f / (1 << 24);
        uint* words = (uint*)numbers;
        RandomWords.Fill(key, first, high, words, blocks);
        int i = 0;
        for (; i <= (4 * blocks) - Vector<uint>.Count; i += Vector<uint>.Count)
            (Vector.ConvertToSingle(Vector.AsVectorInt32(Vector.Load(words + i) >>> 8)) * unit).Store(numbers + i);
        for (; i < 4 * blocks; i++)
            numbers[i] = (words[i] >> 8) * unit;
    }

    // Two words a number: the first two numbers of four from one block, the others from a second.
    [SkipLocalsInit]
    private static void Units53(ulong key, ulong first, ulong high, double* numbers, int blocks)
    {
        const double unit = 1.0 / (1UL << 53);
        const int most = 64;
        ulong* words = stackalloc ulong[4 * most];
        for (int done = 0; done < blocks; done += most)
        {
            int count = Math.Min(most, blocks - done);
            RandomWords.Fill(key, first + (ulong)done, high, (uint*)words, count);
            RandomWords.Fill(key, first + (ulong)done, high | 2, (uint*)(words + (2 * most)), count);
            for (int block = 0; block < count; block++)
            {
                double* four = numbers + (4 * (done + block));
                ulong* one = words + (2 * block), other = one + (2 * most);
                (four[0], four[1]) = ((long)(one[0] >> 11) * unit, (long)(one[1] >> 11) * unit);
                (four[2], four[3]) = ((long)(other[0] >> 11) * unit, (long)(other[1] >> 11) * unit);
            }
        }
    }
}
