using Laminet.Tensors.Compilation;

namespace Laminet.Tensors.Tests;

public class VariableTests
{
    [Fact]
    public void Numbers_are_assigned_in_place_unless_somebody_holds_the_old_value()
    {
        Variable variable = new(Tensor.From(1f, 2), "weight");
        variable.Assign([3f, 4]);
        Tensor held = variable.Value;
        variable.Assign([5f, 6]);
        Assert.Equal([3f, 4], held.ToArray<float>());
        Assert.Equal([5f, 6], variable.Value.ToArray<float>());
        ShapeException shape = Assert.Throws<ShapeException>(() => variable.Assign([1f]));
        Assert.Equal("Variable 'weight' has shape (2,); received 1 numbers for its 2 elements.", shape.Message);
        Assert.Throws<DTypeException>(() => variable.Assign([1.0, 2]));
        Assert.Equal([5f, 6], variable.Value.ToArray<float>());
    }

    [Fact]
    public void A_single_number_is_read_without_holding_the_value()
    {
        Variable count = new(Tensor.Scalar(0L), "count");
        for (long step = 1; step < 4; step++)
        {
            count.Assign([count.Item<long>() + 1]);
            Assert.Equal(step, count.Item<long>());
        }

        Assert.Throws<DTypeException>(() => count.Item<int>());
        Assert.Throws<ShapeException>(() => new Variable(Tensor.From(1f, 2), "two").Item<float>());
        Assert.Throws<InvalidOperationException>(() => Function.Compile(x => x + count.Item<long>())(Tensor.Scalar(1L)));
    }

    [Fact]
    public void Numbers_of_any_type_are_copied_as_doubles()
    {
        double[] room = [7, 7, 7];
        foreach (DType type in Enum.GetValues<DType>())
        {
            Tensor.From(0, 1).Cast(type).CopyToDoubles(room);
            Assert.Equal([0.0, 1, 7], room);
        }

        Tensor.From(new[,] { { 1f, 2 }, { 3, 4 } }).Transpose().At(0).CopyToDoubles(room);
        Assert.Equal([1.0, 3, 7], room);
        Assert.Throws<ArgumentException>(() => Tensor.Zeros([4]).CopyToDoubles(room));
    }
}
