using Laminet.Tensors;
using Laminet.Zoo.Tasks;

namespace Laminet.Zoo.Tests.Tasks;

/// <summary>How well it learns, <c>laminet train turing-small</c> is tested for.</summary>
public class TuringMachineTests
{
    [Theory]
    [InlineData(TuringTask.SmallCopy, 16, 6.0, 18.0)]
    [InlineData(TuringTask.RepeatCopy, 1, null, null)]
    public void It_goes_on_in_the_same_bits(TuringTask task, int batch, double? bits, double? longer)
    {
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.checkpoint");
        try
        {
            TuringMachine whole = New(), half = New();
            Assert.Equal(batch, whole.BatchSize);
            whole.Learn(2);
            half.NewCheckpoint().Save(path);
            half = New();
            half.NewCheckpoint().Restore(path);
            half.Learn(2);
            half.NewCheckpoint().Save(path);
            double loss = whole.Learn(3);
            half = New();
            half.NewCheckpoint().Restore(path);
            Assert.Equal(loss, half.Learn(3));
            Assert.All(whole.Model.Weights.Zip(half.Model.Weights), pair => Assert.Equal(pair.First.Value.ToArray<float>(), pair.Second.Value.ToArray<float>()));
            if (bits is null)
                return;
            // The same sequences at each call.
            Assert.Equal(whole.Validate(), whole.Validate());
            Assert.Equal([bits, longer], whole.Test().Select(one => (double?)one.AnswerBits));
            Assert.All(whole.Test(), one => Assert.InRange(one.WrongShare, 0.2, 0.8));
            // Five panels: 4 numbers read, 3 bits right, 3 told, 16 slots twice, and lines between them.
            Assert.Equal(new Shape((4 + 3 + 3 + 16 + 16 + 4) * 25, 8 * 25, 1), whole.Picture().Shape);
        }
        finally
        {
            File.Delete(path);
        }

        TuringMachine New() => new(task, steps: 10, seed: 3);
    }

    [Fact]
    public void Wrong_use_is_told()
    {
        Assert.Contains("Received batchSize = 0; expected 1 or more", Assert.Throws<ArgumentOutOfRangeException>(() => new TuringMachine(TuringTask.Copy, 10, batchSize: 0)).Message, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Received steps = 0; expected 1 or more", Assert.Throws<ArgumentOutOfRangeException>(() => new TuringMachine(TuringTask.Copy, 0)).Message, StringComparison.Ordinal);
        Assert.Contains("Received steps = 0; expected 1 or more", Assert.Throws<ArgumentOutOfRangeException>(() => new TuringMachine(TuringTask.SmallCopy, 10).Learn(0)).Message, StringComparison.Ordinal);
        Assert.Contains("received the task 9; expected a value of the enumeration", Assert.Throws<ArgumentOutOfRangeException>(() => new TuringMachine((TuringTask)9, 10)).Message, StringComparison.Ordinal);
        using CancellationTokenSource stop = new();
        stop.Cancel();
        Assert.Throws<OperationCanceledException>(() => new TuringMachine(TuringTask.SmallCopy, 10).Learn(1, stop.Token));
    }
}
