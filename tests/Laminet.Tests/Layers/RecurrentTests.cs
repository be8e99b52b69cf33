using Laminet.Constraints;
using Laminet.Initializers;
using Laminet.Layers;
using Laminet.Optimizers;
using Laminet.Regularizers;
using Laminet.Tensors;
using Laminet.Tests.Saving;
using Laminet.Training;
using Laminet.Verification;

namespace Laminet.Tests.Layers;

/// <summary>What recurrent layers do beyond the numbers of Laminet.Verification: known traps, state, wrappers, cells of a user's own, errors.</summary>
public sealed class RecurrentTests : IDisposable
{
    private readonly Scratch scratch = new();

    public RecurrentTests() => Layer.Registry.Register<Decay>();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void GRU_gates_are_in_the_order_z_r_g_and_the_two_biases_stay_apart()
    {
        GRU layer = Weighted(new GRU(1), [[0.1f, 0.2f, 0.3f], [0.4f, 0.5f, 0.6f], [0, 0, 0, 0, 0, 1]]);
        Near.Equal([0.62693194], layer.Call([Sequence(1), Tensor.Full([1, 1], 0.5)])[0], 1e-6);
    }

    [Fact]
    public void A_GRU_of_PyTorch_in_the_order_of_Keras_is_the_same()
    {
        // W_ih (1, 2, 3), W_hh (.5, -.5, 1), b_ih (.1, .2, .3), b_hh (.4, .5, .6) in the order r, z, n.
        GRU layer = Weighted(new GRU(1), [[2, 1, 3], [-0.5f, 0.5f, 1], [0.2f, 0.1f, 0.3f, 0.5f, 0.4f, 0.6f]]);
        Near.Equal([0.376051], layer.Call([Sequence(0.5f), Tensor.Full([1, 1], 0.25)])[0], 1e-6);
    }

    [Fact]
    public void A_masked_step_repeats_the_output_and_leaves_the_state()
    {
        Bundle<Tensor> outputs = Masked(Simple(returnSequences: true, returnState: true), [true, false, true]);
        Near.Equal([0.76159416, 0.76159416, 0.99768791], outputs[0], 1e-6);
        Near.Equal([0.99768791], outputs[1], 1e-6);
    }

    [Fact]
    public void Backwards_the_mask_is_reversed_with_the_input() =>
        Near.Equal([0.90184460], Masked(Simple(goBackwards: true), [true, true, false])[0], 1e-6);

    [Fact]
    public void Backwards_the_outputs_come_in_the_order_in_which_they_were_computed() =>
        Near.Equal([0.99505475, 0.98654838, 0.90392543], Simple(returnSequences: true, goBackwards: true).Call(Sequence(1, 2, 3)), 1e-6);

    [Fact]
    public void A_bidirectional_layer_puts_the_outputs_of_a_step_together()
    {
        Bidirectional both = new(new SimpleRNN(1, returnSequences: true), mergeMode: null);
        both.Call([Sequence(1, 2, 3)]);
        foreach ((int place, Variable weight) in both.Weights.Index())
            weight.Assign(Tensor.Full(weight.Shape, (place % 3) switch { 0 => 1, 1 => 0.5, _ => 0 }));
        Bundle<Tensor> outputs = both.Call([Sequence(1, 2, 3)]);
        Near.Equal([0.90392543, 0.98654838, 0.99505475], outputs[1], 1e-6);
        Near.Equal([0.76159416, 0.98320412, 0.99805915], outputs[0], 1e-3);
    }

    [Theory]
    [InlineData(0.5, 0)]
    [InlineData(0, 0.5)]
    public void Dropout_is_the_same_in_all_steps_of_a_call_and_another_in_the_next(double dropout, double recurrentDropout)
    {
        // Without recurrence every step sees the same input, or with it the same state from a fixed point.
        SimpleRNN layer = new(16, dropout: dropout, recurrentDropout: recurrentDropout, returnSequences: true,
            recurrentInitializer: dropout > 0 ? new Zeros() : new Laminet.Initializers.Identity(), kernelInitializer: dropout > 0 ? new GlorotUniform() : new Zeros());
        Tensor x = Tensor.Ones([2, 6, 8]), state = Tensor.Full([2, 16], 0.001);
        float[][] calls = [.. Enumerable.Range(0, 2).Select(_ => layer.Call([x, state], training: true)[0].ToArray<float>())];
        Assert.NotEqual(calls[0], calls[1]);
        for (int unit = 0; unit < 16; unit++)
        {
            float[] steps = [.. Enumerable.Range(0, 6).Select(step => calls[0][(step * 16) + unit])];
            if (dropout > 0)
                Assert.All(steps, step => Assert.Equal(steps[0], step));
            else
                Assert.True(steps.All(step => step == 0) || steps.All(step => step > 0), "A unit is dropped in all steps or in none.");
        }

        // Inference drops nothing: it is that of a layer without dropout.
        SimpleRNN without = new(16, returnSequences: true);
        without.Call([x, state]);
        foreach ((Variable target, Variable source) in without.Weights.Zip(layer.Weights))
            target.Assign(source.Value);
        Assert.All(without.Call([x, state])[0].ToArray<float>().Zip(layer.Call([x, state])[0].ToArray<float>()), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
    }

    [Fact]
    public void The_states_of_stacked_cells_are_in_the_order_of_the_cells()
    {
        RNN layer = Weighted(new RNN(new StackedRNNCells(new SimpleRNNCell(1), new SimpleRNNCell(1)), returnState: true), [[1], [0], [0], [2], [0], [0]]);
        Bundle<Tensor> outputs = layer.Call([Sequence(1)]);
        Near.Equal([0.90925167], outputs[0], 1e-6);
        Near.Equal([0.76159416], outputs[1], 1e-6);
        Near.Equal([0.90925167], outputs[2], 1e-6);
    }

    [Fact]
    public void A_mask_of_another_length_is_an_error()
    {
        TimeDistributed layer = new(new Dense(2));
        ShapeException exception = Assert.Throws<ShapeException>(() => layer.Call(Tensor.Ones([4, 5, 3]), mask: Tensor.Ones([4, 6]).Greater(0)));
        Assert.Equal("received a mask of shape (4, 6) for a tensor of shape (4, 5, 3); expected its first axes, (batch, time).", exception.Message);
        exception = Assert.Throws<ShapeException>(() => new LSTM(2).Call(Tensor.Ones([4, 5, 3]), mask: Tensor.Ones([4, 6]).Greater(0)));
        Assert.Equal("received a mask of shape (4, 6) for a tensor of shape (4, 5, 3); expected its first axes, (batch, time).", exception.Message);
    }

    [Fact]
    public void TimeDistributed_is_the_layer_on_each_step_and_passes_the_mask()
    {
        Conv2D convolution = new(2, 3);
        TimeDistributed layer = new(convolution);
        Tensor x = new RandomKey(1).Normal([2, 3, 5, 5, 1]), mask = Tensor.Ones([2, 3]).Greater(0);
        CallContext context = new();
        context.SetMask(x, mask);
        Tensor output = layer.Call(x, context);
        Assert.Same(mask, context.MaskOf(output));
        Assert.Equal(new Shape(2, 3, 3, 3, 2), output.Shape);
        for (int step = 0; step < 3; step++)
            Assert.Equal(convolution.Call(x.At(step, axis: 1)).ToArray<float>(), output.At(step, axis: 1).ToArray<float>());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_stateful_layer_goes_on_where_the_batch_before_ended(bool eagerly)
    {
        LSTM layer = new(3, stateful: true, returnState: true, returnSequences: true), whole = new(3, returnSequences: true);
        Input input = new([2, 2]);
        Bundle<SymbolicTensor> outputs = layer.Call((Bundle<SymbolicTensor>)(SymbolicTensor)input);
        Model model = new(input, outputs[0], seed: 1) { RunEagerly = eagerly };
        Tensor x = new RandomKey(1).Normal([2, 6, 2]);
        model.PredictOnBatch(x[.., ..2]);
        ShapeException exception = Assert.Throws<ShapeException>(() => layer.Call([Tensor.Ones([3, 2, 2])]));
        Assert.Equal($"Layer '{layer.Name}' (LSTM): received a batch of 3 after one of 2; a stateful layer goes on with row i of the batch before, so all must be of one size. "
            + "Leave out a smaller last batch (dropRemainder), or call ResetStates before.", exception.Message);
        layer.ResetStates();
        float[] parts = [.. Enumerable.Range(0, 3).SelectMany(part => model.PredictOnBatch(x[.., (2 * part)..((2 * part) + 2)]).Transpose(1, 0, 2).Contiguous().ToArray<float>())];
        whole.Call(x);
        foreach ((Variable target, Variable source) in whole.Weights.Zip(layer.Weights))
            target.Assign(source.Value);
        Near.Equal([.. whole.Call(x).Transpose(1, 0, 2).Contiguous().ToArray<float>().Select(number => (double)number)], [.. parts.Select(number => (double)number)], 1e-6);

        layer.ResetStates();
        Tensor first = layer.Call([Tensor.Ones([3, 2, 2])])[0];
        layer.ResetStates();
        Assert.Equal(first.ToArray<float>(), layer.Call([Tensor.Ones([3, 2, 2])])[0].ToArray<float>());
        Assert.NotEqual(first.ToArray<float>(), layer.Call([Tensor.Ones([3, 2, 2])])[0].ToArray<float>());
        Assert.Equal("Layer LSTM keeps no states, so there are none to reset. Make it with stateful: true.",
            Assert.Throws<InvalidOperationException>(() => new LSTM(3).ResetStates()).Message);
    }

    [Fact]
    public void A_cell_of_a_users_own_runs_learns_and_is_saved()
    {
        Sequential model = new(3, new Input([6, 2]), new RNN(new StackedRNNCells(new Decay(4), new GRUCell(3)), returnSequences: true), new Bidirectional(new RNN(new Decay(4))), new Dense(1));
        model.Compile(new Adam(0.02), "mse");
        Tensor x = new RandomKey(1).Normal([32, 6, 2]), y = x.Sum([1, 2]).Reshape(32, 1);
        double before = model.TrainOnBatch(x, y)["loss"];
        for (int step = 0; step < 60; step++)
            model.TrainOnBatch(x, y);
        Assert.True(model.TrainOnBatch(x, y)["loss"] < 0.5 * before);

        string path = scratch.Path("cells.laminet");
        model.Save(path);
        Assert.Equal(model.Call(x).ToArray<float>(), Model.Load(path).Call(x).ToArray<float>());
        Assert.Contains(model.Weights, weight => weight.Name == "recurrent_kernel");
    }

    [Fact]
    public void A_cell_by_itself_draws_the_weights_of_layers_inside()
    {
        RNN layer = new(new Nested());
        Assert.Equal(new Shape(2, 3), layer.Call(Tensor.Ones([2, 4, 2])).Shape);
        Assert.Equal(2, layer.Weights.Count);
    }

    [Fact]
    public void States_of_an_encoder_begin_a_decoder_in_a_functional_model()
    {
        Input source = new([null, 3]), target = new([null, 2]);
        Bundle<SymbolicTensor> encoded = new LSTM(4, returnState: true).Call((Bundle<SymbolicTensor>)(SymbolicTensor)source);
        SymbolicTensor decoded = new LSTM(4, returnSequences: true).Call([target, encoded[1], encoded[2]])[0];
        Model model = new([source.Output, target.Output], new TimeDistributed(new Dense(5)).Call(decoded), seed: 1);
        Assert.Equal("(None, None, 5)", model.Outputs[0].ToString());
        Assert.Equal(new Shape(2, 6, 5), model.Call([Tensor.Ones([2, 4, 3]), Tensor.Ones([2, 6, 2])])[0].Shape);
        string path = scratch.Path("decoder.laminet");
        model.Save(path);
        Assert.Equal(model.Call([Tensor.Ones([2, 4, 3]), Tensor.Ones([2, 6, 2])])[0].ToArray<float>(),
            Model.Load(path).Call([Tensor.Ones([2, 4, 3]), Tensor.Ones([2, 6, 2])])[0].ToArray<float>());
    }

    [Fact]
    public void Wrong_inputs_are_told()
    {
        Assert.Equal("Layer LSTM: received an input of shape (2, 3); expected (batch, time, features). One sequence alone needs a batch axis, ExpandDims(0); "
            + "steps without features need that axis, ExpandDims(-1).", Assert.Throws<ShapeException>(() => new LSTM(2).Call(Tensor.Ones([2, 3]))).Message);
        Assert.Equal("Layer LSTM: received states of shape (2, 4); expected (2, 4), (2, 4). Give all states of the cell after the input, or none for zeros.",
            Assert.Throws<ShapeException>(() => new LSTM(4).Call([Tensor.Ones([2, 3, 1]), Tensor.Ones([2, 4])])).Message);
        Assert.StartsWith("Layer ConvLSTM2D: received an input of shape (2, 3, 4, 4); expected (batch, time, height, width, channels).",
            Assert.Throws<ShapeException>(() => new ConvLSTM2D(2, 3).Call(Tensor.Ones([2, 3, 4, 4]))).Message, StringComparison.Ordinal);
        LSTM built = new(4);
        built.Call(Tensor.Ones([2, 3, 1]));
        Assert.Equal("Layer LSTM: received 2 features a step; the layer was built for 1. Give as many, or make a new layer.",
            Assert.Throws<ShapeException>(() => built.Call(Tensor.Ones([2, 3, 2]))).Message);
        Assert.Equal("Received dropout = 1; expected 0 up to but not 1. (Parameter 'dropout')", Assert.Throws<ArgumentOutOfRangeException>(() => new GRU(4, dropout: 1)).Message);
        Assert.Equal("Received no cells; expected one or more. (Parameter 'cells')", Assert.Throws<ArgumentException>(() => new StackedRNNCells()).Message);
        Assert.Equal("Both layers have goBackwards = False; expected one that goes forwards and one that goes backwards. (Parameter 'backwardLayer')",
            Assert.Throws<ArgumentException>(() => new Bidirectional(new LSTM(2), backwardLayer: new GRU(2))).Message);
        Assert.Equal("The layer has returnSequences, returnState, stateful = (True, False, False) and the backward layer (False, False, False); expected the same. (Parameter 'backwardLayer')",
            Assert.Throws<ArgumentException>(() => new Bidirectional(new LSTM(2, returnSequences: true), backwardLayer: new LSTM(2, goBackwards: true))).Message);
        Assert.Equal("Layer Bidirectional: received 1 states; expected as many for each direction. Give those of the first direction, then those of the second.",
            Assert.Throws<ShapeException>(() => new Bidirectional(new GRU(2)).Call([Tensor.Ones([2, 3, 1]), Tensor.Ones([2, 2])])).Message);
        Assert.Equal("Layer TimeDistributed: received an input of shape (2, 3); expected (batch, time, ...) with at least three axes. Without time, call the layer inside directly.",
            Assert.Throws<ShapeException>(() => new TimeDistributed(new Dense(2)).Call(Tensor.Ones([2, 3]))).Message);
    }

    [Fact]
    public void Constraints_and_penalties_reach_the_weights_of_the_cell()
    {
        Sequential model = new(1, new Input([4, 2]), new LSTM(3, kernelConstraint: new NonNeg(), recurrentRegularizer: new L2(1)), new Dense(1));
        model.Compile(new SGD(0.1), "mse");
        model.TrainOnBatch(Tensor.Ones([8, 4, 2]), Tensor.Ones([8, 1]));
        Assert.True(model.Weights[0].Value.Min().ToDouble() >= 0);
        Assert.True(model.TrainOnBatch(Tensor.Zeros([8, 4, 2]), Tensor.Zeros([8, 1]))["loss"] > 1);
    }

    [Fact]
    public void The_forget_gate_begins_with_a_bias_of_one()
    {
        LSTM layer = new(2, biasInitializer: new Constant(3));
        layer.Call(Tensor.Ones([1, 1, 1]));
        Assert.Equal([3f, 3, 1, 1, 3, 3, 3, 3], layer.Weights[2].Value.ToArray<float>());
        layer = new LSTM(2, unitForgetBias: false);
        layer.Call(Tensor.Ones([1, 1, 1]));
        Assert.Equal(new float[8], layer.Weights[2].Value.ToArray<float>());
    }

    [Fact]
    public void Masks_and_padding_of_an_embedding_reach_the_layers_after_it()
    {
        Sequential model = new(1, new Input([null], DType.Int32), new Embedding(10, 4, maskZero: true), new Bidirectional(new LSTM(3, returnSequences: true)), new LSTM(2));
        Tensor padded = Tensor.From(new[,] { { 4, 5, 6, 0, 0 } }), plain = Tensor.From(new[,] { { 4, 5, 6 } });
        Near.Equal([.. model.Call(plain).ToArray<float>().Select(number => (double)number)], model.Call(padded), 1e-6);
    }

    private static Tensor Sequence(params float[] numbers) => Tensor.From(numbers, [1, numbers.Length, 1]);

    private static SimpleRNN Simple(bool returnSequences = false, bool returnState = false, bool goBackwards = false) =>
        Weighted(new SimpleRNN(1, returnSequences: returnSequences, returnState: returnState, goBackwards: goBackwards), [[1], [0.5f], [0]]);

    private static TLayer Weighted<TLayer>(TLayer layer, float[][] weights) where TLayer : Layer
    {
        layer.Call([Sequence(1)]);
        foreach ((Variable weight, float[] numbers) in layer.Weights.Zip(weights))
            weight.Assign(Tensor.From(numbers, weight.Shape));
        return layer;
    }

    private static Bundle<Tensor> Masked(Layer layer, bool[] mask)
    {
        CallContext context = new();
        Tensor x = Sequence(1, 2, 3);
        context.SetMask(x, Tensor.From(mask, [1, 3]));
        return layer.Call([x], context);
    }

    private sealed class Decay(int units) : RecurrentCell
    {
        private Variable? kernel;

        public int Units { get; } = units;

        public override IReadOnlyList<Shape> StateShapes(Shape step) => [[Units]];

        protected override void Build(Shape input) => kernel = AddWeight("kernel", [input[-1], Units], new GlorotUniform());

        protected override (Tensor Output, Bundle<Tensor> States) Step(Tensor input, Bundle<Tensor> states, CallContext context)
        {
            Tensor next = (states[0] * 0.9) + input.MatMul(kernel!.Value);
            return (next.Tanh(), next);
        }
    }

    private sealed class Nested : RecurrentCell
    {
        private readonly Dense inner;

        public Nested() => inner = Track(new Dense(3));

        public override IReadOnlyList<Shape> StateShapes(Shape step) => [[3]];

        protected override (Tensor Output, Bundle<Tensor> States) Step(Tensor input, Bundle<Tensor> states, CallContext context)
        {
            Tensor next = states[0] + inner.Call(input, context);
            return (next, next);
        }
    }
}
