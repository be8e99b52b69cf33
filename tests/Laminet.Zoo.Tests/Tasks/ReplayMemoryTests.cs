using Laminet.Tensors;
using Laminet.Zoo.Tasks;

namespace Laminet.Zoo.Tests.Tasks;

public class ReplayMemoryTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(64)]
    [InlineData(1000)]
    public void A_sum_tree_finds_what_a_running_sum_finds(int capacity)
    {
        SumTree tree = new(capacity);
        double[] numbers = [.. (new RandomKey(1).Uniform([capacity], dtype: DType.Float64) * 8).Floor().ToArray<double>()];
        numbers[capacity / 2] = 3;
        for (int place = 0; place < capacity; place++)
            tree[place] = numbers[place];
        Assert.Equal(numbers.Sum(), tree.Total);
        for (double mass = 0; mass < tree.Total; mass += 0.5)
        {
            double sum = 0;
            int expected = Array.FindIndex(numbers, number => (sum += number) > mass);
            Assert.Equal(expected, tree.Find(mass));
        }
    }

    // Rounding up of a mass near the whole sum must not end in an empty place.
    [Fact]
    public void A_sum_tree_never_finds_an_empty_place()
    {
        SumTree tree = new(5);
        (tree[0], tree[1]) = (0.1, 0.2);
        Assert.Equal(1, tree.Find(tree.Total));
        Assert.Equal(1, tree.Find(double.BitDecrement(tree.Total)));
    }

    [Fact]
    public void The_oldest_is_forgotten()
    {
        ReplayMemory memory = new(capacity: 3, observationSize: 2);
        for (int number = 0; number < 5; number++)
        {
            Assert.Equal(Math.Min(number, 3), memory.Count);
            memory.Add([number, 10 * number], number % 2, -number, [number + 1, 0], terminated: number == 4);
        }

        (int[] places, float[] batch, float[] weights) = Sampled(memory, 200, new RandomKey(1));
        Assert.Equal([0, 1, 2], places.Distinct().Order());
        Assert.All(weights, weight => Assert.Equal(1, weight));
        foreach (float[] row in batch.Chunk(memory.RowSize))
        {
            float number = row[0];
            Assert.InRange(number, 2, 4);
            Assert.Equal([number, 10 * number, number % 2, -number, number == 4 ? 1 : 0, number + 1, 0], row);
        }
    }

    [Fact]
    public void Without_priorities_all_are_drawn_alike()
    {
        ReplayMemory memory = Filled(8, 0);
        int[] counts = new int[8];
        for (ulong call = 0; call < 100; call++)
        {
            foreach (int place in Sampled(memory, 80, new RandomKey(call)).Places)
                counts[place]++;
        }

        Assert.All(counts, count => Assert.InRange(count, 880, 1120));
    }

    // Schaul et al., equations 1 and section 3.4, by hand: with the exponent 0.5 the errors 1, 4, 9 and 16 are drawn as 1 : 2 : 3 : 4.
    [Fact]
    public void Priorities_are_how_often_it_is_drawn()
    {
        ReplayMemory memory = Filled(4, 0.5);
        memory.SetErrors([0, 1, 2, 3], [1, -4, 9, -16]);
        double[] counts = new double[4];
        for (ulong call = 0; call < 500; call++)
        {
            (int[] places, _, float[] weights) = Sampled(memory, 40, new RandomKey(call), correction: 0.5);
            for (int i = 0; i < places.Length; i++)
            {
                counts[places[i]]++;
                // (N P)^-0.5 by the greatest, which is that of the rarest, as every batch of 40 has it.
                Assert.Equal(Math.Pow(1.0 / (places[i] + 1), 0.5), weights[i], 1e-5);
            }
        }

        for (int place = 0; place < 4; place++)
            Assert.Equal((place + 1) / 10.0, counts[place] / 20_000, 0.005);
    }

    // One draw from each tenth of the sum: an eighth part of it cannot be missed by ten draws.
    [Fact]
    public void Draws_by_priority_are_one_from_each_part_of_the_sum()
    {
        ReplayMemory memory = Filled(8, 1);
        for (ulong call = 0; call < 50; call++)
            Assert.Equal(8, Sampled(memory, 16, new RandomKey(call)).Places.Distinct().Count());
    }

    [Fact]
    public void What_is_new_has_the_greatest_priority()
    {
        ReplayMemory memory = Filled(3, 1, capacity: 4);
        memory.SetErrors([0, 1, 2], [0, 0, 9]);
        memory.Add([7], 0, 0, [8], false);
        int[] places = Sampled(memory, 1000, new RandomKey(1)).Places;
        Assert.InRange(places.Count(place => place == 3), 480, 520);
        Assert.InRange(places.Count(place => place == 2), 480, 520);
    }

    [Fact]
    public void Wrong_use_is_explained()
    {
        ReplayMemory memory = new(4, 2, 0.6);
        Assert.Equal("ReplayMemory: received a request for 3 transitions, but it is empty. Add at least one before.", Assert.Throws<InvalidOperationException>(() => Sampled(memory, 3, new RandomKey(1))).Message);
        Assert.StartsWith("ReplayMemory: received observations of 2 and 1 numbers; expected 2.", Assert.Throws<ArgumentException>(() => memory.Add([1, 2], 0, 0, [1], false)).Message, StringComparison.Ordinal);
        memory.Add([1, 2], 0, 0, [3, 4], false);
        Assert.StartsWith("ReplayMemory: received 2 places, 3 numbers for rows and 2 weights; expected 14 numbers, 7 for each place,", Assert.Throws<ArgumentException>(() => memory.Sample(new RandomKey(1), 0, new int[2], new float[3], new float[2])).Message, StringComparison.Ordinal);
        Assert.StartsWith("ReplayMemory: received 1 errors for 2 places; expected one for each.", Assert.Throws<ArgumentException>(() => memory.SetErrors([0, 0], [1])).Message, StringComparison.Ordinal);
        Assert.StartsWith("ReplayMemory: received the place 1; expected 0 to 0.", Assert.Throws<ArgumentException>(() => memory.SetErrors([1], [1])).Message, StringComparison.Ordinal);
        Assert.StartsWith("ReplayMemory: received the error NaN; expected finite numbers.", Assert.Throws<ArgumentException>(() => memory.SetErrors([0], [float.NaN])).Message, StringComparison.Ordinal);
        Assert.StartsWith("Received capacity = 2147483647; expected at most", Assert.Throws<ArgumentOutOfRangeException>(() => new ReplayMemory(int.MaxValue, 100)).Message, StringComparison.Ordinal);
        Assert.StartsWith("Received priorityExponent = 1.5; expected 0 to 1.", Assert.Throws<ArgumentOutOfRangeException>(() => new ReplayMemory(4, 2, 1.5)).Message, StringComparison.Ordinal);
    }

    private static ReplayMemory Filled(int count, double exponent, int? capacity = null)
    {
        ReplayMemory memory = new(capacity ?? count, 1, exponent);
        for (int number = 0; number < count; number++)
            memory.Add([number], 0, 0, [number + 1], false);
        return memory;
    }

    private static (int[] Places, float[] Batch, float[] Weights) Sampled(ReplayMemory memory, int count, RandomKey key, double correction = 1)
    {
        (int[] places, float[] batch, float[] weights) = (new int[count], new float[count * memory.RowSize], new float[count]);
        memory.Sample(key, correction, places, batch, weights);
        return (places, batch, weights);
    }
}
