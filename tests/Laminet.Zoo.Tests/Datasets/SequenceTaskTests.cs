using Laminet.Tensors;
using Laminet.Zoo.Datasets;

namespace Laminet.Zoo.Tests.Datasets;

public class SequenceTaskTests
{
    [Fact]
    public void Copy_asks_for_the_vectors_after_a_mark()
    {
        SequenceBatch batch = new CopyTask(bits: 4, seed: 1, multiple: 8).Draw(3, length: 5);
        Assert.Equal(new Shape(3, 16, 5), batch.Inputs.Shape);
        Assert.Equal(new Shape(3, 16, 4), batch.Targets.Shape);
        float[] vectors = Numbers(batch.Inputs[.., ..5, ..4]);
        Assert.Equal(vectors, Numbers(batch.Targets[.., 6..11]));
        Assert.InRange(vectors.Average(), 0.25, 0.75);
        Assert.Equal([0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], Numbers(batch.Inputs.At(1).At(4, axis: -1)));
        Assert.Equal(0, batch.Inputs[.., 6..].Sum().ToDouble());
        Assert.Equal([0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0], Numbers(batch.Weights.At(2)));
        Assert.Equal(3 * 5 * 4, batch.AnswerBits);
    }

    // 7 times where 1 to 10 are known: (7 - 5.5) / √(99 / 12) = 0.52223.
    [Fact]
    public void Repeat_copy_asks_for_them_as_often_as_it_says_and_then_for_the_end()
    {
        SequenceBatch batch = new RepeatCopyTask(bits: 2, seed: 1, multiple: 1).Draw(2, length: 3, count: 7);
        Assert.Equal(new Shape(2, 3 + 1 + 21 + 1, 4), batch.Inputs.Shape);
        Assert.Equal([0, 0, 1, 0.52223297f], Numbers(batch.Inputs.At(0).At(3)));
        for (int time = 0; time < 7; time++)
            Assert.Equal(Numbers(batch.Inputs[.., ..3, ..2]), Numbers(batch.Targets[.., (4 + (3 * time))..(7 + (3 * time)), ..2]));
        Assert.Equal([0, 0, 1], Numbers(batch.Targets.At(1).At(-1)));
        Assert.Equal(2, batch.Targets.At(2, axis: -1).Sum().ToDouble());
        Assert.Equal(2 * 22, batch.Weights.Sum().ToDouble());
    }

    [Fact]
    public void Associative_recall_asks_for_the_item_after_the_one_that_is_named()
    {
        const int Items = 4, Length = 3, Bits = 6;
        SequenceBatch batch = new AssociativeRecallTask(seed: 1).Draw(50, Items);
        int steps = ((Length + 1) * Items) + Length + 2;
        Assert.Equal(new Shape(50, steps + Length, Bits + 2), batch.Inputs.Shape);
        HashSet<int> asked = [];
        for (int example = 0; example < 50; example++)
        {
            Tensor inputs = batch.Inputs.At(example);
            float[][] items = [.. Enumerable.Range(0, Items).Select(item => Numbers(inputs[(((Length + 1) * item) + 1)..((Length + 1) * (item + 1)), ..Bits]))];
            float[] named = Numbers(inputs[(steps - Length - 1)..(steps - 1), ..Bits]), answer = Numbers(batch.Targets.At(example)[steps..]);
            int place = Array.FindIndex(items, item => item.AsSpan().SequenceEqual(named));
            Assert.InRange(place, 0, Items - 2);
            Assert.Equal(items[place + 1], answer);
            asked.Add(place);
        }

        Assert.Equal([0, 1, 2], asked.Order());
        float[] marks = Numbers(batch.Inputs.At(0).At(Bits, axis: -1)), questions = Numbers(batch.Inputs.At(0).At(Bits + 1, axis: -1));
        Assert.Equal([0, 4, 8, 12], marks.Index().Where(mark => mark.Item == 1).Select(mark => mark.Index));
        Assert.Equal([16, 20], questions.Index().Where(mark => mark.Item == 1).Select(mark => mark.Index));
    }

    [Fact]
    public void Sizes_are_drawn_within_the_bounds_and_a_seed_names_all()
    {
        CopyTask copy = new(minLength: 2, maxLength: 5, seed: 3, multiple: 1), again = new(minLength: 2, maxLength: 5, seed: 3, multiple: 1), other = new(minLength: 2, maxLength: 5, seed: 4, multiple: 1);
        SequenceBatch[] batches = [.. Enumerable.Range(0, 60).Select(_ => copy.Next(2))];
        Assert.Equal([5, 7, 9, 11], batches.Select(batch => batch.Inputs.Shape[1]).Distinct().Order());
        Assert.All(batches, batch => Assert.Equal(Numbers(batch.Inputs), Numbers(again.Next(2).Inputs)));
        Assert.NotEqual(Numbers(copy.Draw(2, 5).Inputs), Numbers(copy.Draw(2, 5).Inputs));
        Assert.NotEqual(Numbers(again.Draw(2, 5).Inputs), Numbers(other.Draw(2, 5).Inputs));
        AssociativeRecallTask recall = new(seed: 1);
        Assert.Equal([16, 20, 24, 28, 32], Enumerable.Range(0, 60).Select(_ => recall.Next(1).Inputs.Shape[1]).Distinct().Order());
        RepeatCopyTask repeat = new(maxLength: 2, maxCount: 3, seed: 1, multiple: 1);
        Assert.Equal([4, 5, 6, 8, 10], Enumerable.Range(0, 60).Select(_ => repeat.Next(1).Inputs.Shape[1]).Distinct().Order());
    }

    // Logits of the right signs, of which 3 are turned, and one where nothing counts.
    [Fact]
    public void Wrong_bits_are_counted_where_the_answer_counts()
    {
        SequenceBatch batch = new CopyTask(bits: 2, seed: 1, multiple: 1).Draw(2, length: 3);
        float[] logits = Numbers((batch.Targets * 2) - 1);
        Assert.Equal(0, batch.WrongBits(Tensor.From(logits, batch.Targets.Shape)));
        foreach (int place in (int[])[0, 8, 13, 27])
            logits[place] = -logits[place];
        Assert.Equal(1.5, batch.WrongBits(Tensor.From(logits, batch.Targets.Shape)));
        Assert.Equal("SequenceBatch: received logits of shape (2, 3, 2); expected (2, 7, 2), as the targets.", Assert.Throws<ShapeException>(() => batch.WrongBits(Tensor.Zeros([2, 3, 2]))).Message);
    }

    [Fact]
    public void Wrong_use_is_told()
    {
        Assert.Equal("Received bits = 0; expected 1 or more. (Parameter 'bits')", Told(() => new CopyTask(bits: 0)));
        Assert.Equal("Received minLength = 0; expected 1 or more. (Parameter 'minLength')", Told(() => new CopyTask(minLength: 0)));
        Assert.Equal("Received maxLength = 3; expected minLength = 4 or more. (Parameter 'maxLength')", Told(() => new CopyTask(minLength: 4, maxLength: 3)));
        Assert.Equal("Received multiple = 0; expected 1 or more. (Parameter 'multiple')", Told(() => new CopyTask(multiple: 0)));
        Assert.Equal("Received length = 0; expected 1 or more. (Parameter 'length')", Told(() => new CopyTask().Draw(1, 0)));
        Assert.Equal("Received batch = 0; expected 1 or more. (Parameter 'batch')", Told(() => new CopyTask().Next(0)));
        Assert.Equal("Received maxCount = 1; expected 2 or more. (Parameter 'maxCount')", Told(() => new RepeatCopyTask(maxCount: 1)));
        Assert.Equal("Received count = 0; expected 1 or more. (Parameter 'count')", Told(() => new RepeatCopyTask().Draw(1, 1, 0)));
        Assert.Equal("Received minItems = 1; expected 2 or more: the last item has none after it. (Parameter 'minItems')", Told(() => new AssociativeRecallTask(minItems: 1)));
        Assert.Equal("Received items = 1; expected 2 or more: the last item has none after it. (Parameter 'items')", Told(() => new AssociativeRecallTask().Draw(1, 1)));

        static string Told(Func<object> action) => Assert.Throws<ArgumentOutOfRangeException>(action).Message;
    }

    private static float[] Numbers(Tensor tensor) => tensor.Contiguous().ToArray<float>();
}
