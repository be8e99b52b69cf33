using System.Text.Json.Nodes;
using Laminet.Layers;
using Laminet.Tensors.Autodiff;
using Laminet.Verification.Golden;

namespace Laminet.Verification.Layers;

/// <summary>Recurrent layers against PyTorch's numbers and Keras's formulas (Golden/make_recurrent_golden.py).</summary>
internal static class RecurrentGoldens
{
    private const int Batch = 3, Time = 5, Features = 2, Units = 4;
    private static readonly JsonObject Expected = GoldenFile.Json("recurrent.json");

    private static readonly Tensor Mask = Tensor.From<bool>(
        [true, true, true, false, false, true, false, true, true, false, false, true, true, true, true], new Shape(Batch, Time));

    [Verifies(typeof(SimpleRNN), "simple_rnn", DType.Float32)]
    [Verifies(typeof(SimpleRNN), "simple_rnn", DType.Float64)]
    [Verifies(typeof(LSTM), "lstm", DType.Float32)]
    [Verifies(typeof(LSTM), "lstm", DType.Float64)]
    [Verifies(typeof(GRU), "gru", DType.Float32)]
    [Verifies(typeof(GRU), "gru", DType.Float64)]
    public static void Outputs_states_and_gradients_are_PyTorchs(string kind, DType type)
    {
        RecurrentLayer layer = WithWeights(Make(kind, type, returnSequences: true, returnState: true), 10);
        JsonNode golden = Expected[kind]!;
        Tensor x = X(type);
        Bundle<Tensor> outputs = layer.Call([x]);
        Close(golden["output"], outputs[0], type);
        for (int state = 0; state < outputs.Count - 1; state++)
            Close(golden["states"]![state], outputs[1 + state], type);
        // The last output alone is the last of all.
        Expect.Sequence(outputs[0].At(-1, axis: 1).Cast(DType.Float64).ToArray<double>(), WithWeights(Make(kind, type), 10).Call(x).Cast(DType.Float64).ToArray<double>());

        Variable input = new(x, "x");
        (_, IReadOnlyList<Tensor> gradients) = Gradient.ValueAndGradients(() => layer.Call([input.Value])[0].Square().Sum(), [input, .. layer.Weights]);
        foreach ((string name, Tensor gradient) in ((string[])["by_x", "by_kernel", "by_recurrent", "by_bias"]).Zip(gradients))
            Close(golden[name], gradient, type);
    }

    [Verifies(typeof(SimpleRNN), "simple_rnn", DType.Float32)]
    [Verifies(typeof(SimpleRNN), "simple_rnn", DType.Float64)]
    [Verifies(typeof(LSTM), "lstm", DType.Float32)]
    [Verifies(typeof(LSTM), "lstm", DType.Float64)]
    [Verifies(typeof(GRU), "gru", DType.Float32)]
    [Verifies(typeof(GRU), "gru", DType.Float64)]
    public static void Masked_steps_repeat_the_output_and_leave_the_states(string kind, DType type)
    {
        JsonNode golden = Expected[kind + "_masked"]!;
        RecurrentLayer layer = WithWeights(Make(kind, type, returnSequences: true, returnState: true), 10);
        Bundle<Tensor> outputs = Run(layer, FirstStates(kind, type), out Tensor? mask);
        Close(golden["output"], outputs[0], type);
        for (int state = 0; state < outputs.Count - 1; state++)
            Close(golden["states"]![state], outputs[1 + state], type);
        Expect.Sequence(Mask.ToArray<bool>(), mask!.ToArray<bool>());
        // The last output alone, and no mask with it.
        Bundle<Tensor> last = Run(WithWeights(Make(kind, type), 10), FirstStates(kind, type), out mask);
        Expect.Sequence(outputs[0].At(-1, axis: 1).Cast(DType.Float64).ToArray<double>(), last.Only.Cast(DType.Float64).ToArray<double>());
        Expect.True(mask is null, "expected no mask, received one");
    }

    [Verifies(typeof(SimpleRNN), "simple_rnn", DType.Float32)]
    [Verifies(typeof(SimpleRNN), "simple_rnn", DType.Float64)]
    [Verifies(typeof(LSTM), "lstm", DType.Float32)]
    [Verifies(typeof(LSTM), "lstm", DType.Float64)]
    [Verifies(typeof(GRU), "gru", DType.Float32)]
    [Verifies(typeof(GRU), "gru", DType.Float64)]
    public static void Backwards_the_mask_goes_backwards_too(string kind, DType type)
    {
        JsonNode golden = Expected[kind + "_masked_backwards"]!;
        Bundle<Tensor> outputs = Run(WithWeights(Make(kind, type, returnSequences: true, returnState: true, goBackwards: true), 10), [], out Tensor? mask);
        Close(golden["output"], outputs[0], type);
        Close(golden["states"]![0], outputs[1], type);
        // In the order of the outputs.
        Expect.Sequence(Mask.Flip(1).ToArray<bool>(), mask!.ToArray<bool>());
    }

    [Verifies(typeof(SimpleRNN), "simple_rnn", DType.Float32)]
    [Verifies(typeof(SimpleRNN), "simple_rnn", DType.Float64)]
    [Verifies(typeof(LSTM), "lstm", DType.Float32)]
    [Verifies(typeof(LSTM), "lstm", DType.Float64)]
    [Verifies(typeof(GRU), "gru", DType.Float32)]
    [Verifies(typeof(GRU), "gru", DType.Float64)]
    public static void Masked_steps_give_zeros_on_request(string kind, DType type)
    {
        Bundle<Tensor> outputs = Run(WithWeights(Make(kind, type, returnSequences: true, zeroOutputForMask: true), 10), [], out _);
        Close(Expected[kind + "_masked_zeroes"]!["output"], outputs[0], type);
        // The last output is that of the last step, counted or not.
        Tensor last = Run(WithWeights(Make(kind, type, zeroOutputForMask: true), 10), [], out _)[0];
        Expect.Sequence(outputs[0].At(-1, axis: 1).Cast(DType.Float64).ToArray<double>(), last.Cast(DType.Float64).ToArray<double>());
    }

    [Verifies(typeof(Bidirectional), "simple_rnn", DType.Float32)]
    [Verifies(typeof(Bidirectional), "simple_rnn", DType.Float64)]
    [Verifies(typeof(Bidirectional), "lstm", DType.Float32)]
    [Verifies(typeof(Bidirectional), "lstm", DType.Float64)]
    [Verifies(typeof(Bidirectional), "gru", DType.Float32)]
    [Verifies(typeof(Bidirectional), "gru", DType.Float64)]
    public static void Both_directions_are_PyTorchs(string kind, DType type)
    {
        JsonNode golden = Expected[kind + "_bidirectional"]!;
        Close(golden["output"], WithWeights(new Bidirectional(Make(kind, type, returnSequences: true)), 10, type).Call(X(type)), type);
        Close(golden["last"], WithWeights(new Bidirectional(Make(kind, type)), 10, type).Call(X(type)), type);
    }

    [Verifies(typeof(Bidirectional), "simple_rnn", DType.Float32)]
    [Verifies(typeof(Bidirectional), "simple_rnn", DType.Float64)]
    [Verifies(typeof(Bidirectional), "lstm", DType.Float32)]
    [Verifies(typeof(Bidirectional), "lstm", DType.Float64)]
    [Verifies(typeof(Bidirectional), "gru", DType.Float32)]
    [Verifies(typeof(Bidirectional), "gru", DType.Float64)]
    public static void In_both_directions_masked_steps_give_zeros(string kind, DType type)
    {
        Bidirectional both = WithWeights(new Bidirectional(Make(kind, type, returnSequences: true), mergeMode: null), 10, type);
        foreach ((Variable backward, Variable forward) in both.Weights.Skip(3).Zip(both.Weights.Take(3)))
            backward.Assign(forward.Value);
        Tensor x = X(type);
        CallContext context = new();
        context.SetMask(x, Mask);
        Bundle<Tensor> outputs = both.Call([x], context);
        Close(Expected[kind + "_masked_zeroes"]!["output"], outputs[0], type);
        Expect.True(ReferenceEquals(Mask, context.MaskOf(outputs[1])), "expected the mask of the input, received another");
        // The other direction, in the order of the input: at steps that count it is the layer backwards.
        Bundle<Tensor> backwards = Run(WithWeights(Make(kind, type, returnSequences: true, goBackwards: true), 10), [], out _);
        Tensor expected = Tensor.Where(Mask.ExpandDims(-1), backwards[0].Flip(1), Tensor.Scalar(0, type));
        Expect.Sequence(expected.Cast(DType.Float64).ToArray<double>(), outputs[1].Cast(DType.Float64).ToArray<double>());
    }

    [Verifies(typeof(GRU), DType.Float32)]
    [Verifies(typeof(GRU), DType.Float64)]
    public static void A_GRU_that_resets_before_the_product_is_Kerass(DType type)
    {
        RecurrentLayer layer = WithWeights(new GRU(Units, resetAfter: false, returnSequences: true, returnState: true) { DType = type }, 10);
        Bundle<Tensor> outputs = layer.Call([X(type), .. FirstStates("gru", type)]);
        Close(Expected["gru_reset_before"]!["output"], outputs[0], type);
        Close(Expected["gru_reset_before"]!["states"]![0], outputs[1], type);
        Close(Expected["gru_reset_before_masked"]!["output"], Run(layer, FirstStates("gru", type), out _)[0], type);
    }

    [Verifies(typeof(SimpleRNNCell), "simple_rnn", DType.Float32)]
    [Verifies(typeof(SimpleRNNCell), "simple_rnn", DType.Float64)]
    [Verifies(typeof(LSTMCell), "lstm", DType.Float32)]
    [Verifies(typeof(LSTMCell), "lstm", DType.Float64)]
    [Verifies(typeof(GRUCell), "gru", DType.Float32)]
    [Verifies(typeof(GRUCell), "gru", DType.Float64)]
    [Verifies(typeof(RNN), "simple_rnn", DType.Float64)]
    [Verifies(typeof(RNN), "lstm", DType.Float64)]
    [Verifies(typeof(RNN), "gru", DType.Float64)]
    public static void A_cell_in_RNN_is_the_layer(string kind, DType type)
    {
        RecurrentCell cell = kind switch
        {
            "simple_rnn" => new SimpleRNNCell(Units) { DType = type },
            "lstm" => new LSTMCell(Units) { DType = type },
            _ => new GRUCell(Units) { DType = type },
        };
        RNN layer = WithWeights(new RNN(cell, returnSequences: true), 10, type);
        Close(Expected[kind]!["output"], layer.Call(X(type)), type);
        // Step by step, too.
        Bundle<Tensor> result = [X(type).At(0, axis: 1)];
        for (int step = 0; step < Time; step++)
            result = cell.Call([X(type).At(step, axis: 1), .. result.Skip(1)]);
        Close(Expected[kind]!["states"]![0], result[0], type);
    }

    [Verifies(typeof(ConvLSTM1D), nameof(ConvLSTM1D), DType.Float32)]
    [Verifies(typeof(ConvLSTM1D), nameof(ConvLSTM1D), DType.Float64)]
    [Verifies(typeof(ConvLSTM2D), nameof(ConvLSTM2D), DType.Float32)]
    [Verifies(typeof(ConvLSTM2D), nameof(ConvLSTM2D), DType.Float64)]
    [Verifies(typeof(ConvLSTM3D), nameof(ConvLSTM3D), DType.Float32)]
    [Verifies(typeof(ConvLSTM3D), nameof(ConvLSTM3D), DType.Float64)]
    public static void Convolutions_over_time_are_Kerass(string layer, DType type)
    {
        Tensor images = new Lcg(60).Tensor([2, 3, 5, 4, 2], 0.5, type), series = new Lcg(61).Tensor([2, 3, 6, 2], 0.5, type);
        switch (layer)
        {
            case nameof(ConvLSTM1D):
                Matches("conv_lstm_1d", new ConvLSTM1D(3, 3, strides: 2, returnSequences: true, returnState: true) { DType = type }, series);
                break;
            case nameof(ConvLSTM2D):
                Matches("conv_lstm_2d", new ConvLSTM2D(3, (3, 2), returnSequences: true, returnState: true) { DType = type }, images);
                Matches("conv_lstm_2d_same", new ConvLSTM2D(3, (3, 2), (2, 1), Padding.Same, returnSequences: true, returnState: true) { DType = type }, images);
                break;
            default:
                Matches("conv_lstm_3d", new ConvLSTM3D(1, 2, padding: Padding.Same, returnSequences: true, returnState: true) { DType = type }, new Lcg(62).Tensor([1, 2, 3, 3, 2, 2], 0.5, type));
                break;
        }

        void Matches(string name, RecurrentLayer layer, Tensor x)
        {
            layer.Call([x]);
            foreach ((int place, Variable weight) in layer.Weights.Index())
                weight.Assign(new Lcg(10 + place).Tensor(weight.Shape, 0.5, type));
            Bundle<Tensor> outputs = layer.Call([x]);
            Close(Expected[name]!["output"], outputs[0], type);
            Close(Expected[name]!["cell"], outputs[2], type);
        }
    }

    private static Tensor X(DType type) => new Lcg(1).Tensor([Batch, Time, Features], 0.5, type);

    private static Bundle<Tensor> FirstStates(string kind, DType type) =>
        [.. Enumerable.Range(0, kind == "lstm" ? 2 : 1).Select(state => new Lcg(40 + state).Tensor([Batch, Units], 0.5, type))];

    private static RecurrentLayer Make(
        string kind, DType type, bool returnSequences = false, bool returnState = false, bool goBackwards = false, bool zeroOutputForMask = false) => kind switch
        {
            "simple_rnn" => new SimpleRNN(Units, returnSequences: returnSequences, returnState: returnState, goBackwards: goBackwards, zeroOutputForMask: zeroOutputForMask) { DType = type },
            "lstm" => new LSTM(Units, returnSequences: returnSequences, returnState: returnState, goBackwards: goBackwards, zeroOutputForMask: zeroOutputForMask) { DType = type },
            _ => new GRU(Units, returnSequences: returnSequences, returnState: returnState, goBackwards: goBackwards, zeroOutputForMask: zeroOutputForMask) { DType = type },
        };

    private static TLayer WithWeights<TLayer>(TLayer layer, int seed, DType? type = null) where TLayer : Layer
    {
        layer.Call([X(type ?? layer.DType)]);
        foreach ((int place, Variable weight) in layer.Weights.Index())
            weight.Assign(new Lcg(seed + place).Tensor(weight.Shape, 0.5, weight.DType));
        return layer;
    }

    private static Bundle<Tensor> Run(RecurrentLayer layer, Bundle<Tensor> states, out Tensor? mask)
    {
        Tensor x = X(layer.DType);
        CallContext context = new();
        context.SetMask(x, Mask);
        Bundle<Tensor> outputs = layer.Call([x, .. states], context);
        mask = context.MaskOf(outputs[0]);
        return outputs;
    }

    private static void Close(JsonNode? expected, Tensor actual, DType type)
    {
        Expect.Equal(type, actual.DType, "element type");
        Near.Equal(GoldenFile.Numbers(expected), actual, type == DType.Float64 ? 1e-12 : 2e-6);
    }
}
