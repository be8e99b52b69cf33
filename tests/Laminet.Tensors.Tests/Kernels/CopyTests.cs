namespace Laminet.Tensors.Tests.Kernels;

/// <summary>Copies of views and into windows, element by element against the place that each element comes from.</summary>
public sealed class CopyTests
{
    public static TheoryData<DType> Types => [DType.UInt8, DType.Float16, DType.Float32, DType.Float64];

    [Theory]
    [MemberData(nameof(Types))]
    public void A_transposed_copy_has_each_element_in_its_place(DType dtype)
    {
        foreach ((int rows, int columns) in ((int, int)[])[(16, 16), (17, 33), (64, 16), (70, 131), (15, 40), (300, 5)])
        {
            Tensor x = Numbered([rows, columns], dtype);
            AssertPlaces(x.Transpose(), [1, 0], x);
            // Every second row of a part, so that the steps are larger than the rows.
            Tensor part = x.Slice(1, rows, 2).Slice(2, columns, 1, axis: 1);
            AssertPlaces(part.Transpose(), [1, 0], part);
        }

        Tensor volume = Numbered([3, 18, 2, 21], dtype);
        foreach (int[] order in (int[][])[[0, 3, 2, 1], [3, 0, 1, 2], [2, 3, 0, 1], [1, 0, 3, 2]])
            AssertPlaces(volume.Transpose(order), order, volume);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Joined_tensors_have_each_element_in_its_place(DType dtype)
    {
        foreach (int inner in (int[])[1, 4, 17, 50])
        {
            Tensor first = Numbered([40, 2, 13, inner], dtype), second = Numbered([40, 13, 3, inner], dtype).Transpose(0, 2, 1, 3);
            double[] joined = Tensor.Concatenate([first, second], axis: 1).Cast(DType.Float64).ToArray<double>(), one = first.Cast(DType.Float64).ToArray<double>(), other = second.Cast(DType.Float64).ToArray<double>();
            int size = 13 * inner;
            for (int i = 0; i < joined.Length; i++)
            {
                (int row, int within) = Math.DivRem(i, 5 * size);
                double expected = within < 2 * size ? one[(row * 2 * size) + within] : other[(row * 3 * size) + within - (2 * size)];
                Assert.Equal(expected, joined[i]);
            }
        }
    }

    // Numbers that even a byte and a half hold.
    private static Tensor Numbered(Shape shape, DType dtype) => Tensor.Range(0, shape.ElementCount).Mod(251).Reshape(shape).Cast(dtype);

    // The copy's axes are the source's in that order. Reading an element by index copies nothing.
    private static void AssertPlaces(Tensor view, int[] order, Tensor source)
    {
        double[] copied = view.Contiguous().Cast(DType.Float64).ToArray<double>(), from = source.Cast(DType.Float64).ToArray<double>();
        int[] index = new int[order.Length];
        for (int i = 0; i < copied.Length; i++)
        {
            for (int axis = order.Length - 1, rest = i; axis >= 0; axis--)
                (rest, index[order[axis]]) = Math.DivRem(rest, view.Shape[axis]);
            int place = 0;
            for (int axis = 0; axis < index.Length; axis++)
                place = (place * source.Shape[axis]) + index[axis];
            Assert.Equal(from[place], copied[i]);
        }
    }
}
