using Laminet.Data;
using Laminet.Tensors;

namespace Laminet.Tests.Data;

/// <summary>Small data whose every example can be told by its number.</summary>
internal static class Examples
{
    /// <summary>x[i] = (i, -i), y[i] = 10 i, weight[i] = i / 2.</summary>
    public static Dataset Numbered(int count) => Dataset.FromTensors(X(count), Y(count), Tensor.Range(0, count, DType.Float32) * 0.5);

    public static Tensor X(int count) => Tensor.Stack([Tensor.Range(0, count, DType.Float32), -Tensor.Range(0, count, DType.Float32)], axis: 1);

    public static Tensor Y(int count) => Tensor.Range(0, count) * 10;

    /// <summary>The same examples from something that can only be enumerated.</summary>
    public static Dataset Stream(int count, int parallelism = 1) => Dataset.From(Endlessly().Take(count), Convert, parallelism);

    public static Dataset List(int count, int parallelism = 1) => Dataset.From(Enumerable.Range(0, count).ToArray(), Convert, parallelism);

    public static (Tensor X, Tensor? Y) Convert(int i) => (Tensor.From((float)i, -i), Tensor.Scalar(i * 10));

    /// <summary>Which examples a batch holds; checks that inputs, targets and weights still belong together.</summary>
    public static int[] Numbers(Batch batch)
    {
        float[] x = batch.X.ToArray<float>();
        int[] numbers = [.. batch.Y!.ToArray<int>().Select(y => y / 10)];
        for (int i = 0; i < numbers.Length; i++)
        {
            Assert.Equal(numbers[i], x[2 * i]);
            Assert.Equal(-numbers[i], x[(2 * i) + 1]);
            if (batch.SampleWeight is { } weight)
                Assert.Equal(numbers[i] / 2f, weight.ToArray<float>()[i]);
        }

        return numbers;
    }

    /// <summary>An epoch as text: 0 1 2|3 4.</summary>
    public static string Text(IEnumerable<Batch> batches) => string.Join('|', batches.Select(batch => string.Join(' ', Numbers(batch))));

    /// <summary>All numbers of an epoch in the order they come.</summary>
    public static int[] Flat(IEnumerable<Batch> batches) => [.. batches.SelectMany(Numbers)];

    private static IEnumerable<int> Endlessly()
    {
        for (int i = 0; ; i++)
            yield return i;
    }
}
