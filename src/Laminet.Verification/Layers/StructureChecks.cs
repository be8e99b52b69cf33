using Laminet.Layers;
using Laminet.Training;
using Laminet.Verification.Golden;

namespace Laminet.Verification.Layers;

/// <summary>Layers that move numbers, look them up or hold other layers, against plain loops and layers that have numbers of their own.</summary>
internal static class StructureChecks
{
    private static Tensor X => new Lcg(1).Tensor([2, 3, 4], 0.5);

    [Verifies(typeof(Input), DType.Float64)]
    [Verifies(typeof(Input), DType.Int32)]
    [Verifies(typeof(Input), DType.Bool)]
    public static void An_input_is_handed_on(DType type)
    {
        Tensor x = (X * 5).Cast(type), y = new Input([null, 4], type).Call(x);
        Expect.Equal(x.Spec, y.Spec);
        Expect.Sequence(x.Cast(DType.Float64).ToArray<double>(), y.Cast(DType.Float64).ToArray<double>());
    }

    [Verifies(typeof(Flatten))]
    public static void Numbers_keep_their_order_in_one_axis()
    {
        Tensor flat = new Flatten().Call(X);
        Expect.Equal(new Shape(2, 12), flat.Shape);
        Expect.Sequence(X.ToArray<double>(), flat.ToArray<double>());
        Expect.Equal(new Shape(2, 1), new Flatten().Call(Tensor.Ones([2])).Shape, "of examples without axes");
    }

    [Verifies(typeof(Reshape))]
    public static void Numbers_keep_their_order_in_other_axes()
    {
        Tensor turned = new Reshape(2, -1).Call(X);
        Expect.Equal(new Shape(2, 2, 6), turned.Shape);
        Expect.Sequence(X.ToArray<double>(), turned.ToArray<double>());
    }

    [Verifies(typeof(Concatenate))]
    public static void Parts_follow_one_another_along_the_axis()
    {
        double[] x = X.ToArray<double>();
        Tensor last = new Concatenate().Call([X, X * 2]), first = new Concatenate(axis: 1).Call([X, X * 2]);
        for (int example = 0; example < 2; example++)
        {
            for (int row = 0; row < 3; row++)
            {
                for (int column = 0; column < 4; column++)
                {
                    double value = x[(((example * 3) + row) * 4) + column];
                    string at = $"element ({example}, {row}, {column})";
                    Expect.Equal((value, 2 * value), (last[example, row, column].ToDouble(), last[example, row, 4 + column].ToDouble()), $"along the last axis, {at}");
                    Expect.Equal((value, 2 * value), (first[example, row, column].ToDouble(), first[example, 3 + row, column].ToDouble()), $"along axis 1, {at}");
                }
            }
        }
    }

    [Verifies(typeof(ClassToken))]
    public static void A_token_of_its_own_stands_before_the_others()
    {
        ClassToken layer = new() { DType = DType.Float64 };
        layer.Call(X);
        layer.Weights[0].Assign(new Lcg(3).Tensor(layer.Weights[0].Shape, 0.5));
        double[] token = layer.Weights[0].Value.ToArray<double>(), x = X.ToArray<double>();
        Expect.Sequence([.. token, .. x[..12], .. token, .. x[12..]], layer.Call(X).ToArray<double>());
    }

    [Verifies(typeof(LayerScale))]
    public static void Each_feature_is_multiplied_by_its_own_weight()
    {
        LayerScale layer = new() { DType = DType.Float64 };
        layer.Call(X);
        layer.Weights[0].Assign(new Lcg(3).Tensor([4], 0.5));
        double[] scales = layer.Weights[0].Value.ToArray<double>();
        Expect.Sequence(X.ToArray<double>().Select((value, i) => value * scales[i % 4]), layer.Call(X).ToArray<double>());
    }

    [Verifies(typeof(Embedding))]
    public static void A_token_is_its_row_of_the_table_and_0_is_masked()
    {
        Embedding layer = new(5, 3, maskZero: true) { DType = DType.Float64 };
        Tensor tokens = Tensor.From(new[,] { { 4, 1, 0 }, { 1, 1, 3 } });
        layer.Call(tokens);
        layer.Weights[0].Assign(new Lcg(2).Tensor([5, 3], 0.5));
        double[] table = layer.Weights[0].Value.ToArray<double>();
        CallContext context = new();
        Tensor rows = layer.Call(tokens, context);
        Expect.Sequence(tokens.ToArray<int>().SelectMany(token => table[(3 * token)..((3 * token) + 3)]), rows.ToArray<double>());
        Expect.Sequence([true, true, false, true, true, true], context.MaskOf(rows)!.ToArray<bool>(), "mask");
    }

    [Verifies(typeof(PositionEmbedding))]
    public static void A_step_is_its_row_of_the_table()
    {
        PositionEmbedding layer = new(5) { DType = DType.Float64 };
        layer.Call(X);
        layer.Weights[0].Assign(new Lcg(2).Tensor([5, 4], 0.5));
        double[] table = layer.Weights[0].Value.ToArray<double>();
        Expect.Sequence([.. table[..12], .. table[..12]], layer.Call(X).ToArray<double>());
    }

    [Verifies(typeof(Masking), 0.0)]
    [Verifies(typeof(Masking), -1.0)]
    [Verifies(typeof(Masking), 0.25)]
    public static void Steps_of_the_mask_value_alone_are_masked_and_zero(double value)
    {
        Tensor x = Tensor.From(new[, ,] { { { 1, 2 }, { value, 3 }, { value, value } } });
        CallContext context = new();
        Tensor y = new Masking(value) { DType = DType.Float64 }.Call(x, context);
        Expect.Sequence([1, 2, value, 3, 0, 0], y.ToArray<double>());
        Expect.Sequence([true, true, false], context.MaskOf(y)!.ToArray<bool>(), "mask");
    }

    // The loss of a network that gives zeros is the penalty alone: l1 (1 + 2) + l2 (1 + 4).
    [Verifies(typeof(ActivityRegularization), 0.5, 0.25)]
    [Verifies(typeof(ActivityRegularization), 0.5, 0.0)]
    [Verifies(typeof(ActivityRegularization), 0.0, 0.125)]
    public static void The_penalty_is_a_part_of_the_loss(double l1, double l2)
    {
        Sequential model = new(0, new Input([2]), new ActivityRegularization(l1, l2), new Dense(1, kernelInitializer: "zeros"));
        model.Compile("sgd", "mse");
        Tensor x = Tensor.From(new float[,] { { 1, -2 } });
        Near.Equal((3 * l1) + (5 * l2), model.TrainOnBatch(x, Tensor.Zeros([1, 1]))["loss"], 1e-6, "loss: ");
        Expect.Sequence([1f, -2], new ActivityRegularization(l1, l2).Call(x).ToArray<float>(), "output");
    }

    [Verifies(typeof(TimeDistributed))]
    public static void Each_step_is_the_layers_output()
    {
        Dense dense = new(5, "tanh") { DType = DType.Float64 };
        TimeDistributed layer = new(dense) { DType = DType.Float64 };
        Tensor y = layer.Call(X);
        for (int step = 0; step < 3; step++)
            Near.Equal(DenseByHand(dense, X.At(step, axis: 1), Math.Tanh), y.At(step, axis: 1).Reshape([-1]), 1e-14, $"step {step}, ");
    }

    [Verifies(typeof(Checkpointed))]
    public static void The_output_is_the_layers_in_training_too()
    {
        Dense dense = new(5, "tanh") { DType = DType.Float64 };
        Checkpointed layer = new(dense) { DType = DType.Float64 };
        Tensor x = X.At(0, axis: 1);
        layer.Call(x);
        foreach (bool training in (bool[])[false, true])
            Near.Equal(DenseByHand(dense, x, Math.Tanh), layer.Call(x, training: training).Reshape([-1]), 1e-14, training ? "in training, " : "in inference, ");
    }

    // Two cells without a recurrent part: each step is tanh(2 tanh(x)).
    [Verifies(typeof(StackedRNNCells))]
    public static void Cells_feed_one_another_and_states_are_in_their_order()
    {
        RNN layer = new(new StackedRNNCells(new SimpleRNNCell(1) { DType = DType.Float64 }, new SimpleRNNCell(1) { DType = DType.Float64 }) { DType = DType.Float64 }, returnState: true) { DType = DType.Float64 };
        Tensor x = Tensor.Ones([1, 1, 1], DType.Float64);
        layer.Call([x]);
        foreach ((Variable weight, double value) in layer.Weights.Zip([1.0, 0, 0, 2, 0, 0]))
            weight.Assign(Tensor.Full(weight.Shape, value, DType.Float64));
        Bundle<Tensor> outputs = layer.Call([x]);
        double first = Math.Tanh(1), second = Math.Tanh(2 * first);
        Near.Equal([second, first, second], [.. outputs.Select(output => output.Sum().ToDouble())], 1e-14, "output and states, ");
    }

    [Verifies(typeof(Sequential), 1)]
    [Verifies(typeof(Sequential), 2)]
    [Verifies(typeof(Sequential), 4)]
    public static void Layers_follow_one_another(int count)
    {
        Dense[] layers = [.. Enumerable.Range(1, count).Select(units => new Dense(units, "tanh") { DType = DType.Float64 })];
        Tensor x = X.At(0, axis: 1), y = new Sequential(0, layers) { DType = DType.Float64 }.Call(x), expected = x;
        foreach (Dense layer in layers)
            expected = Tensor.From(DenseByHand(layer, expected, Math.Tanh), [2, layer.Units]);
        Near.Equal(expected.ToArray<double>(), y, 1e-13);
    }

    // The input and tanh of a layer of it, added.
    [Verifies(typeof(Model))]
    public static void A_graph_of_layers_is_computed_as_it_was_built()
    {
        Dense dense = new(4, "tanh") { DType = DType.Float64 };
        Input input = new([4], DType.Float64);
        Model model = new(input, new Add { DType = DType.Float64 }.Call([input, dense.Call(input)]));
        Tensor x = X.At(0, axis: 1), y = model.Call(x);
        Near.Equal([.. x.Reshape([-1]).ToArray<double>().Zip(DenseByHand(dense, x, Math.Tanh), (left, right) => left + right)], y.Reshape([-1]), 1e-14);
    }

    [Verifies(typeof(Model))]
    public static void A_layer_that_is_called_twice_has_the_same_weights_both_times()
    {
        Dense dense = new(4, "tanh") { DType = DType.Float64 };
        Input input = new([4], DType.Float64);
        Tensor x = X.At(0, axis: 1), y = new Model(input, dense.Call(dense.Call(input))).Call(x);
        Near.Equal(DenseByHand(dense, Tensor.From(DenseByHand(dense, x, Math.Tanh), [2, 4]), Math.Tanh), y.Reshape([-1]), 1e-13);
    }

    [Verifies(typeof(Model))]
    public static void A_graph_has_several_inputs_and_outputs_in_their_order()
    {
        Dense first = new(3, "tanh") { DType = DType.Float64 }, second = new(2) { DType = DType.Float64 };
        Input left = new([4], DType.Float64), right = new([4], DType.Float64);
        Model model = new([left, right], [second.Call(right), first.Call(left)]);
        Tensor x = X.At(0, axis: 1), z = X.At(1, axis: 1);
        Bundle<Tensor> outputs = model.Call([x, z]);
        Near.Equal(DenseByHand(second, z, value => value), outputs[0].Reshape([-1]), 1e-14);
        Near.Equal(DenseByHand(first, x, Math.Tanh), outputs[1].Reshape([-1]), 1e-14);
    }

    // f(x kernel + bias) of a matrix in plain loops.
    private static double[] DenseByHand(Dense layer, Tensor x, Func<double, double> function)
    {
        double[] rows = x.Reshape([-1]).ToArray<double>(), kernel = layer.Weights[0].Value.Reshape([-1]).ToArray<double>(), bias = layer.Weights[1].Value.ToArray<double>();
        int width = x.Shape[-1];
        return
        [
            .. from row in Enumerable.Range(0, x.Shape[0])
               from unit in Enumerable.Range(0, bias.Length)
               select function(bias[unit] + Enumerable.Range(0, width).Sum(place => rows[(row * width) + place] * kernel[(place * bias.Length) + unit])),
        ];
    }
}
