using System.Text.Json.Nodes;
using Laminet.Layers;
using Laminet.Losses;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;
using Laminet.Tensors.Compilation;
using Laminet.Training;
using Laminet.Zoo.Datasets;
using Laminet.Zoo.Models;

namespace Laminet.Zoo.Tests.Models;

public class NTMCellTests
{
    private static readonly string[] WeightNames = ["kernel", "bias", "heads_kernel", "heads_bias", "first_reads", "first_weightings"];

    // Trap A72: by hand. The shifts are -1, 0, 1; backwards, or without the wrap, other numbers come out.
    [Theory]
    [InlineData(new double[] { 1, 0, 0, 0 }, new double[] { 0, 0, 1 }, new double[] { 0, 1, 0, 0 })]
    [InlineData(new double[] { 0, 0, 0, 1 }, new double[] { 0, 0, 1 }, new double[] { 1, 0, 0, 0 })]
    [InlineData(new double[] { 1, 0, 0, 0 }, new double[] { 1, 0, 0 }, new double[] { 0, 0, 0, 1 })]
    [InlineData(new double[] { 0.1, 0.2, 0.3, 0.4 }, new double[] { 0.1, 0.2, 0.7 }, new double[] { 0.32, 0.14, 0.24, 0.30 })]
    [InlineData(new double[] { 1, 0, 0, 0, 0 }, new double[] { 0, 0, 0, 0.25, 0.75 }, new double[] { 0, 0.25, 0.75, 0, 0 })]
    public void Shifts_go_forwards_and_round(double[] weighting, double[] shifts, double[] expected) =>
        Near(expected, MemoryAddressing.Shift(Row(weighting), Row(shifts)), 1e-12);

    [Fact]
    public void Sharpening_takes_powers()
    {
        Near([0.01, 0.08, 0.27, 0.64], MemoryAddressing.Sharpen(Row(0.1, 0.2, 0.3, 0.4), Row(3)), 1e-12);
        Near([0.1, 0.2, 0.3, 0.4], MemoryAddressing.Sharpen(Row(0.1, 0.2, 0.3, 0.4), Row(1)), 1e-12);
        Near([0, 0, 1, 0], MemoryAddressing.Sharpen(Row(0, 0, 1, 0), Row(1)), 1e-12);
    }

    // exp(β cos): the cosines are 1, 0 and 0.6, whatever the lengths.
    [Fact]
    public void Content_is_found_by_the_cosine()
    {
        Tensor memory = Tensor.From(new double[,,] { { { 0.01, 0 }, { 0, 5 }, { 3, 4 } } });
        double[] shares = [Math.Exp(2), 1, Math.Exp(1.2)];
        Near([.. shares.Select(share => share / shares.Sum())], MemoryAddressing.Content(Row(7, 0), Row(2), memory), 1e-9);
        // A key or a slot of zeros is like nothing, and no division by 0.
        Near([1 / 3.0, 1 / 3.0, 1 / 3.0], MemoryAddressing.Content(Row(0, 0), Row(2), memory), 1e-9);
        Near([0.25, 0.4, 0.35], MemoryAddressing.Interpolate(Row(0, 0.4, 0.6), Row(0.5, 0.4, 0.1), Row(0.5)), 1e-12);
    }

    // The reference goes by the paper's equations, one slot at a time. Two heads read, two write; all weights and the input have a gradient.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Outputs_and_gradients_are_those_of_PyTorch(bool compiled)
    {
        JsonNode golden = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", "ntm.json")))!;
        int[] sizes = [.. Numbers("sizes").Select(number => (int)number)];
        NTMCell cell = new(sizes[3], sizes[4], sizes[5], sizes[6], sizes[7], sizes[8]) { DType = DType.Float64 };
        RNN layer = new(cell, returnSequences: true, returnState: true) { DType = DType.Float64 };
        Variable x = new(Tensor.From(Numbers("x"), sizes[..3]), "x");
        layer.Call([x.Value]);
        foreach (string name in WeightNames.Skip(1))
            Weight(cell, name).Assign(Tensor.From(Numbers(name), Weight(cell, name).Shape));
        // The rows for h are those after the rows for x and r.
        Weight(cell, "kernel").Assign(Tensor.From([.. Numbers("kernel"), .. Numbers("recurrent_kernel")], Weight(cell, "kernel").Shape));

        IReadOnlyList<Variable> watched = [x, .. WeightNames.Select(name => Weight(cell, name))];
        Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> function = _ =>
        {
            Bundle<Tensor> outputs = [];
            IReadOnlyList<Tensor> gradients = Gradient.ValueAndGradients(() =>
            {
                outputs = layer.Call([x.Value]);
                Tensor factors = Tensor.Range(0, outputs[0].Length, DType.Float64).Cos().Reshape(outputs[0].Shape);
                return (outputs[0] * factors).Sum() + outputs[^1].Square().Sum();
            }, watched).Gradients;
            return [outputs[0].Detach(), outputs[^2].Detach(), outputs[^1].Detach(), .. gradients];
        };
        IReadOnlyList<Tensor> results = compiled ? [.. Function.Compile(function).Call()] : function([]);
        Near(Numbers("outputs"), results[0], 1e-9);
        Near(Numbers("weightings"), results[1], 1e-9);
        Near(Numbers("memory"), results[2], 1e-9);
        Near(Numbers("of_x"), results[3], 1e-7);
        Near([.. Numbers("of_kernel"), .. Numbers("of_recurrent_kernel")], results[4], 1e-7);
        foreach ((int place, string name) in WeightNames.Index().Skip(1))
            Near(Numbers($"of_{name}"), results[4 + place], 1e-7);

        double[] Numbers(string name) => [.. golden[name]!.AsArray().Select(number => number!.GetValue<double>())];
    }

    [Fact]
    public void Gradients_are_those_of_finite_differences()
    {
        NTMCell cell = new(units: 3, slots: 5, width: 2) { DType = DType.Float64 };
        RNN layer = new(cell, returnSequences: true) { DType = DType.Float64 };
        Tensor x = new RandomKey(1).Normal([2, 4, 3], dtype: DType.Float64);
        layer.Call(x);
        layer.Initialize(new RandomKey(2));
        Tensor factors = new RandomKey(3).Normal([2, 4, 5], dtype: DType.Float64);
        foreach (Variable weight in cell.Weights)
            weight.Assign(weight.Value + new RandomKey(4).Normal(weight.Shape, dtype: DType.Float64));
        IReadOnlyList<Tensor> gradients = Gradient.ValueAndGradients(() => (layer.Call(x) * factors).Sum(), cell.Weights).Gradients;
        Assert.Equal(6, gradients.Count);
        foreach ((Variable weight, Tensor gradient) in cell.Weights.Zip(gradients))
            Near(FiniteDifferences.Of(weight, () => (layer.Call(x) * factors).Sum().ToDouble()), gradient, 1e-6);
    }

    [Fact]
    public void Steps_one_by_one_are_the_loop_and_weightings_stay_shares()
    {
        NTMCell cell = new(units: 8, slots: 10, width: 4, readHeads: 2);
        Tensor x = new RandomKey(1).Normal([3, 6, 2]);
        Bundle<Tensor> whole = new RNN(cell, returnState: true).Call([x]), now = [];
        for (int step = 0; step < 6; step++)
        {
            now = cell.Call([x.At(step, axis: 1), .. now.Skip(1)]);
            Near(Enumerable.Repeat(1.0, 9), now[^2].Sum(-1), 1e-5);
            Assert.True(now[^2].Min().ToDouble() >= 0);
        }

        Assert.Equal(new Shape(3, 8 + (2 * 4)), whole[0].Shape);
        foreach ((Tensor expected, Tensor received) in whole.Zip(now))
            Near(expected.ToArray<float>().Select(number => (double)number), received, 1e-6);
    }

    [Fact]
    public void Heads_begin_at_the_first_slot_and_the_memory_alike()
    {
        NTMCell cell = new(units: 4, slots: 6, width: 3, writeHeads: 2);
        cell.Call([Tensor.Zeros([2, 1])]);
        Bundle<Tensor> first = cell.InitialStates([2, 1]);
        Assert.Equal(cell.StateShapes([2, 1]).Select(shape => new Shape([2, .. shape])), first.Select(state => state.Shape));
        Assert.All(first[3].At(0, axis: -1).ToArray<float>(), weight => Assert.InRange(weight, 0.999f, 1f));
        Assert.Equal([1e-6f], first[4].ToArray<float>().Distinct());
        Assert.Equal(first[2].At(0).ToArray<float>(), first[2].At(1).ToArray<float>());
    }

    // New sequences of one or two vectors: 6 bits, of which 3 would be wrong by chance. The paper's sizes take minutes: samples/turing_machine.cs.
    [Fact]
    public void Learns_to_copy_and_is_saved()
    {
        CopyTask task = new(bits: 3, maxLength: 2, seed: 1, multiple: 5);
        Sequential model = new(seed: 1, new Input([null, task.Inputs]), new RNN(new NTMCell(units: 24, slots: 16, width: 6), returnSequences: true), new Dense(task.Outputs));
        model.Compile(new Adam(5e-3) { GlobalClipNorm = 1 }, new BinaryCrossentropy(fromLogits: true, reduction: LossReduction.MeanWithSampleWeight));
        for (int step = 0; step < 500; step++)
        {
            SequenceBatch batch = task.Next(16);
            model.TrainOnBatch(batch.Inputs, batch.Targets, batch.Weights);
        }

        SequenceBatch known = task.Draw(200, 2);
        double wrong = known.WrongBits(model.PredictOnBatch(known.Inputs));
        Assert.True(wrong <= 0.3, $"{wrong} of 6 bits wrong");

        ModelCatalog.RegisterLayers();
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.laminet");
        try
        {
            model.Save(path);
            Assert.Equal(model.Predict(known.Inputs).ToArray<float>(), Model.Load(path).Predict(known.Inputs).ToArray<float>());
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Wrong_use_is_told()
    {
        Assert.Equal("Received units = 0; expected 1 or more. (Parameter 'units')", Told(() => new NTMCell(0)));
        Assert.Equal("Received slots = 0; expected 1 or more. (Parameter 'slots')", Told(() => new NTMCell(4, slots: 0)));
        Assert.Equal("Received width = -1; expected 1 or more. (Parameter 'width')", Told(() => new NTMCell(4, width: -1)));
        Assert.Equal("Received readHeads = 0; expected 1 or more. (Parameter 'readHeads')", Told(() => new NTMCell(4, readHeads: 0)));
        Assert.Equal("Received writeHeads = 0; expected 1 or more. (Parameter 'writeHeads')", Told(() => new NTMCell(4, writeHeads: 0)));
        Assert.Equal("Received shiftRange = 2; expected 0 or more, with 2 x shiftRange + 1 at most the 4 slots. (Parameter 'shiftRange')", Told(() => new NTMCell(4, slots: 4, shiftRange: 2)));

        NTMCell cell = new(units: 4, slots: 6, width: 3);
        cell.Call([Tensor.Zeros([2, 5])]);
        Assert.Contains("received 4 features a step; the layer was built for 5. Give as many, or make a new layer.", Fails(() => cell.Call([Tensor.Zeros([2, 4])])), StringComparison.Ordinal);
        Assert.Contains("expected (2, 4), (2, 4), (2, 3), (2, 2, 6), (2, 6, 3). Give all states of the cell after the input, or none", Fails(() => cell.Call([Tensor.Zeros([2, 5]), Tensor.Zeros([2, 4])])), StringComparison.Ordinal);
        Assert.Contains("received steps of shape (2, 3, 4); expected (batch, features).", Fails(() => new NTMCell(4).Call([Tensor.Zeros([2, 3, 4])])), StringComparison.Ordinal);
        Assert.Contains("expected (batch, time, features)", Fails(() => new RNN(new NTMCell(4)).Call(Tensor.Zeros([3, 4]))), StringComparison.Ordinal);

        static string Told(Func<object> action) => Assert.Throws<ArgumentOutOfRangeException>(action).Message;
        static string Fails(Action action) => Assert.Throws<ShapeException>(action).Message;
    }

    private static Variable Weight(NTMCell cell, string name) => cell.Weights.Single(weight => weight.Name == name);

    // One head of one example.
    private static Tensor Row(params double[] numbers) => Tensor.From(numbers, [1, 1, numbers.Length]);

    private static void Near(IEnumerable<double> expected, Tensor received, double tolerance)
    {
        double[] numbers = received.Cast(DType.Float64).ToArray<double>();
        Assert.Equal(expected.Count(), numbers.Length);
        Assert.All(expected.Zip(numbers), pair => Assert.Equal(pair.First, pair.Second, tolerance));
    }
}
