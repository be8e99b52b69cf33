using Laminet.Data;
using Laminet.Tensors;

namespace Laminet.Tests.Data;

public class DataSplitTests
{
    [Fact]
    public void Shuffled_parts_cover_everything_once_and_come_again()
    {
        DataSplit split = DataSplit.Shuffled(1000, 0.1, seed: 3);
        Assert.Equal(100, split.Validation.Count);
        Assert.Equal(Enumerable.Range(0, 1000), split.Train.Concat(split.Validation).Order());
        Assert.Equal(split.Validation, DataSplit.Shuffled(1000, 0.1, 3).Validation);
        Assert.NotEqual(split.Validation, DataSplit.Shuffled(1000, 0.1, 4).Validation);
        // Neither head nor tail: the hundred lie all over.
        Assert.InRange(split.Validation.Average(), 400, 600);
    }

    [Fact]
    public void Each_side_keeps_at_least_one()
    {
        Assert.Single(DataSplit.Shuffled(2, 0.01, 1).Validation);
        Assert.Single(DataSplit.Shuffled(2, 0.99, 1).Train);
    }

    [Fact]
    public void Stratified_keeps_the_proportions_of_each_class()
    {
        int[] labels = [.. Enumerable.Range(0, 1000).Select(i => i < 900 ? 0 : i < 990 ? 5 : -7)];
        DataSplit split = DataSplit.Stratified(labels, 0.2, seed: 1);
        Assert.Equal(180, split.Validation.Count(i => labels[i] == 0));
        Assert.Equal(18, split.Validation.Count(i => labels[i] == 5));
        Assert.Equal(2, split.Validation.Count(i => labels[i] == -7));
        Assert.Equal(Enumerable.Range(0, 1000), split.Train.Concat(split.Validation).Order());
        Assert.Equal(split.Validation, DataSplit.Stratified(Tensor.From(labels), 0.2, 1).Validation);
        Assert.NotEqual(split.Validation, DataSplit.Stratified(labels, 0.2, 2).Validation);
    }

    [Fact]
    public void Grouped_never_splits_a_group()
    {
        string[] patients = [.. Enumerable.Range(0, 500).Select(i => $"patient {i * 31 % 47}")];
        DataSplit split = DataSplit.Grouped(patients, 0.25, seed: 2);
        Assert.Empty(split.Train.Select(i => patients[i]).Intersect(split.Validation.Select(i => patients[i])));
        Assert.InRange(split.Validation.Count, 115, 135);
        Assert.Equal(500, split.Train.Count + split.Validation.Count);
    }

    [Theory, InlineData(0.01), InlineData(0.5), InlineData(0.99)]
    public void Grouped_leaves_no_side_empty(double fraction)
    {
        for (ulong seed = 0; seed < 8; seed++)
        {
            DataSplit split = DataSplit.Grouped(Enumerable.Range(0, 100).Select(i => i < 90 ? 1 : 2).ToArray(), fraction, seed);
            Assert.NotEmpty(split.Train);
            Assert.NotEmpty(split.Validation);
        }
    }

    [Fact]
    public void By_time_the_latest_validate()
    {
        Assert.Equal([8, 9], DataSplit.ByTime(10, 0.2).Validation);
        DateTime start = new(2026, 1, 1);
        DateTime[] times = [start.AddDays(5), start, start.AddDays(9), start.AddDays(1)];
        Assert.Equal([2], DataSplit.ByTime(times, 0.25).Validation);
        Assert.Equal([0, 1, 3], DataSplit.ByTime(times, 0.25).Train);
    }

    [Fact]
    public void Apply_keeps_inputs_targets_and_weights_together()
    {
        Tensor weight = Tensor.Range(0, 30, DType.Float32) * 0.5;
        DataSplit split = DataSplit.Shuffled(30, 0.3, 1);
        (Batch train, Batch validation) = split.Apply(Examples.X(30), Examples.Y(30), weight);
        Assert.Equal(split.Train, Examples.Numbers(train));
        Assert.Equal(split.Validation, Examples.Numbers(validation));
        Assert.Equal(split.Train, Examples.Flat(Dataset.FromTensors(train).Batch(4).Batches()));
    }

    [Fact]
    public void Mistakes_are_told()
    {
        foreach (double fraction in new[] { 0, 1, -0.1, 20, double.NaN })
        {
            Assert.StartsWith($"Received the validation fraction {fraction}; expected a number between 0 and 1, such as 0.1 for a tenth.",
                Assert.Throws<ArgumentOutOfRangeException>(() => DataSplit.Shuffled(10, fraction, 1)).Message, StringComparison.Ordinal);
        }

        Assert.StartsWith("Received class 7 with 1 example (position 2); a stratified split needs at least 2 of each class, one to train and one to validate.",
            Assert.Throws<ArgumentException>(() => DataSplit.Stratified([3, 3, 7], 0.5, 1)).Message, StringComparison.Ordinal);
        Assert.StartsWith("Received 0 examples to split;",
            Assert.Throws<ArgumentException>(() => DataSplit.Stratified([], 0.5, 1)).Message, StringComparison.Ordinal);
        Assert.StartsWith("Received 1 group; a grouped split needs at least 2",
            Assert.Throws<ArgumentException>(() => DataSplit.Grouped(["a", "a"], 0.5, 1)).Message, StringComparison.Ordinal);
        Assert.StartsWith("Received 1 examples to split; at least 2 are needed",
            Assert.Throws<ArgumentException>(() => DataSplit.Shuffled(1, 0.5, 1)).Message, StringComparison.Ordinal);
        Assert.StartsWith("Received data with 9 examples (X has shape (9, 2)); the split was made for 10.",
            Assert.Throws<ShapeException>(() => DataSplit.Shuffled(10, 0.5, 1).Apply(Examples.X(9))).Message, StringComparison.Ordinal);
        Assert.StartsWith("A stratified split needs one integer class for each example; received labels of Float32 (10, 3).",
            Assert.Throws<DTypeException>(() => DataSplit.Stratified(Tensor.Zeros([10, 3]), 0.5, 1)).Message, StringComparison.Ordinal);
    }
}
