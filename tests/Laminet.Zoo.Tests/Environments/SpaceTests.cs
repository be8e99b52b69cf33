using Laminet.Tensors;
using Laminet.Zoo.Environments;

namespace Laminet.Zoo.Tests.Environments;

public class SpaceTests
{
    [Fact]
    public void A_discrete_space_gives_each_of_its_numbers()
    {
        Discrete space = new(3);
        int[] counts = new int[3];
        for (ulong draw = 0; draw < 3000; draw++)
            counts[space.Sample(new RandomKey(draw))]++;
        Assert.All(counts, count => Assert.InRange(count, 900, 1100));
        Assert.Equal([false, true, true, false], ((int[])[-1, 0, 2, 3]).Select(space.Contains));
    }

    [Fact]
    public void A_box_holds_what_is_within_its_bounds()
    {
        Box box = new([0, float.NegativeInfinity], [1, float.PositiveInfinity]);
        Assert.True(box.Contains([1, -1e30f]));
        Assert.False(box.Contains([1.0001f, 0]));
        Assert.False(box.Contains([float.NaN, 0]));
        Assert.False(box.Contains([0]));
        Assert.Equal(new Shape(2, 3), new Box(-1, 1, [2, 3]).Shape);
    }

    // Means of a uniform number, an exponential one above and below a bound, and a normal one.
    [Fact]
    public void A_box_draws_by_its_bounds()
    {
        Box box = new([2, 1, float.NegativeInfinity, -float.MaxValue], [4, float.PositiveInfinity, 1, float.MaxValue]);
        float[][] draws = [.. Enumerable.Range(0, 4000).Select(draw => box.Sample(new RandomKey((ulong)draw)))];
        Assert.All(draws, draw => Assert.True(box.Contains(draw)));
        double[] means = [.. Enumerable.Range(0, 4).Select(place => draws.Average(draw => draw[place]))], squares = [.. Enumerable.Range(0, 4).Select(place => draws.Average(draw => Math.Pow(draw[place] - means[place], 2)))];
        Assert.Equal([3, 2, 0, 0], means, (one, other) => Math.Abs(one - other) < 0.07);
        Assert.Equal([1 / 3.0, 1, 1, 1], squares, (one, other) => Math.Abs(one - other) < 0.12);
    }

    [Fact]
    public void Wrong_spaces_are_explained()
    {
        Assert.StartsWith("Received count = 0; expected 1 or more.", Assert.Throws<ArgumentOutOfRangeException>(() => new Discrete(0)).Message, StringComparison.Ordinal);
        Assert.Equal("Box: received 1 lower and 2 upper bounds for the shape (2,); expected 2 of each.", Assert.Throws<ShapeException>(() => new Box([0], [1, 1], [2])).Message);
        Assert.StartsWith("Box: received the bounds 2 to 1 at place 1; expected the lower one first.", Assert.Throws<ArgumentException>(() => new Box([0, 2], [1, 1])).Message, StringComparison.Ordinal);
    }
}
