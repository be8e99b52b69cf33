using System.Text.Json.Nodes;
using Laminet.Formats.Weights.Mapping;
using Laminet.Formats.Weights.NumPy;
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Tests.Saving;
using Laminet.Training;

namespace Laminet.Formats.Tests.Weights;

/// <summary>Models with weights of PyTorch and Keras give what those give (Golden/make_weights.py), and what does not fit is refused.</summary>
public sealed class ImportTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Convolutions_norms_and_dense_layers_behind_a_flattened_map()
    {
        Sequential model = new(
            new Input([6, 5, 3]), new Conv2D(4, 3, padding: Padding.Same), new BatchNormalization(epsilon: 1e-5), new ReLU(), new DepthwiseConv2D(3, depthMultiplier: 2),
            new Conv2DTranspose(5, 3, strides: 2), new Flatten(), new Dropout(0.5), new Dense(6, "relu"), new Dense(4));
        ImportReport report = AssertSame("convnet", model);
        Assert.Equal("by order", report.Matching);
        Assert.Contains(report.Tensors, tensor => tensor is { Source: "module.classifier.1.weight", Target: "dense/kernel" } && tensor.Remark.Contains("flattened map", StringComparison.Ordinal));
        Assert.DoesNotContain("flattened", Assert.Single(report.Tensors, tensor => tensor.Target == "dense_1/kernel").Remark, StringComparison.Ordinal);
        // The counter of batches is not needed; the epsilon is not in the file.
        Assert.Equal("a count of batches", Assert.Single(report.With(ImportStatus.NotNeeded)).Remark);
        Assert.Contains("1E-05", Assert.Single(report.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void A_norm_behind_a_flattened_map_has_its_numbers_in_that_order() => AssertSame("flattened_norm", new Sequential(
        new Input([3, 4, 1]), new Conv2D(2, 2), new Flatten(), new BatchNormalization(epsilon: 1e-5), new Dense(3)));

    [Fact]
    public void Flattened_within_models_is_seen_from_outside()
    {
        Sequential features = new(new Input([3, 4, 1]), new Conv2D(2, 2), new Flatten());
        AssertSame("flattened_norm", new Sequential(new Input([3, 4, 1]), features, new Sequential(new Input([12]), new BatchNormalization(epsilon: 1e-5), new Dense(3))));
    }

    [Fact]
    public void A_flattened_map_in_channels_first_order_stays() => Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7], KernelAfter(new Permute(3, 1, 2), new Flatten()));

    // Between what permutes and what flattens, layers that change no order.
    [Fact]
    public void A_channels_first_map_stays_one_behind_layers_that_keep_the_order()
    {
        foreach (Layer between in (Layer[])[new ReLU(), new Activation("tanh"), new Dropout(0.5), new LeakyReLU(), new SpatialDropout2D(0.5), new GaussianNoise(1), new AlphaDropout(0.5), new Identity()])
            Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7], KernelAfter(new Permute(3, 1, 2), between, new Flatten()));
    }

    [Fact]
    public void A_map_with_the_channels_first_and_last_again_is_a_map() =>
        Assert.Equal([0, 4, 1, 5, 2, 6, 3, 7], KernelAfter(new Permute(3, 1, 2), new ReLU(), new Permute(2, 3, 1), new Dropout(0.5), new Flatten(), new ReLU()));

    [Fact]
    public void A_flattened_map_that_is_made_a_map_again_is_one() => Assert.Equal([0, 4, 1, 5, 2, 6, 3, 7], KernelAfter(new Flatten(), new Reshape(2, 2, 2), new Flatten()));

    [Fact]
    public void A_convolution_makes_a_new_map_of_what_was_permuted() =>
        Assert.Equal([0, 4, 1, 5, 2, 6, 3, 7], KernelAfter(new Permute(3, 1, 2), new MaxPooling2D(1), new Flatten()));

    [Fact]
    public void A_flattened_sequence_has_the_order_of_PyTorch() => Assert.DoesNotContain("another order", AssertSame("sequence", new Sequential(
        new Input([5, 3]), new LSTM(4, returnSequences: true), new Dropout(0.5), new Flatten(), new Dense(2))).ToString(), StringComparison.Ordinal);

    [Fact]
    public void Learned_slopes_for_channels_for_a_flattened_map_and_for_all() => AssertSame("prelu", new Sequential(
        new Input([3, 4, 2]), new Conv2D(3, 2), new PReLU(sharedAxes: [1, 2]), new Flatten(), new PReLU(), new Dense(2), new PReLU(sharedAxes: [1])));

    [Fact]
    public void A_map_made_of_a_vector_is_right_with_the_channels_first_and_doubted_with_them_last()
    {
        ImportReport right = AssertSame("generator", new Sequential(new Input([3]), new Dense(16), new Reshape(4, 2, 2), new Permute(2, 3, 1), new Conv2DTranspose(2, 2, strides: 2)));
        Assert.Empty(right.Notes);
        Sequential wrong = new(new Input([3]), new Dense(16), new Reshape(2, 2, 4), new ReLU(), new Conv2DTranspose(2, 2, strides: 2));
        string note = Assert.Single(wrong.ImportWeights(WeightGolden.Path("generator.pt")).Notes);
        Assert.True(note.StartsWith("The weights of 'conv2d_transpose' may stand in another order in PyTorch: a map with the channels last, (2, 2, 4), is made of a vector", StringComparison.Ordinal), note);
        Assert.Contains("with Permute", note, StringComparison.Ordinal);
    }

    [Fact]
    public void Flattened_maps_that_are_passed_on_are_doubted_until_the_order_is_said()
    {
        (Layer[] Layers, string Why)[] passed =
        [
            ([new Flatten(), new Lambda(x => x)], "'lambda' takes the flattened map (2, 2, 2), whose numbers PyTorch has channel by channel, and passes it on"),
            ([new Flatten(), new Reshape(2, 4), new Flatten()], "'reshape' takes the flattened map (2, 2, 2)"),
            ([new Flatten(), new LayerScale()], "'layer_scale' takes the flattened map (2, 2, 2), whose numbers PyTorch has channel by channel, and its weights keep their order"),
            ([new Permute(2, 1, 3), new ReLU(), new Flatten()], "'flatten' flattens a map whose axes were permuted"),
            ([new Lambda(x => x), new Flatten()], "'flatten' flattens (2, 2, 2), of which the layers before do not say"),
            ([new Reshape(4, 2), new Dropout(0.5), new Flatten()], "'flatten' flattens (4, 2), of which the layers before do not say"),
        ];
        foreach ((Layer[] layers, string why) in passed)
        {
            (Sequential model, ImportReport report) = ImportedAfter(null, layers);
            Assert.True(Assert.Single(report.Notes).Contains(why, StringComparison.Ordinal), report.Notes[0]);
            if (layers.Any(layer => layer is LayerScale))
                continue;
            // A map of one axis: the order is the same.
            (model, report) = ImportedAfter(new WeightMap().Flattened("fc", [8]), layers);
            Assert.Empty(report.Notes);
            Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7], WeightGolden.Flat(model.GetLayer("fc").Weights[0].Value));
            (model, report) = ImportedAfter(new WeightMap().Flattened("fc", [2, 2, 2]), layers);
            Assert.Empty(report.Notes);
            Assert.Equal([0, 4, 1, 5, 2, 6, 3, 7], WeightGolden.Flat(model.GetLayer("fc").Weights[0].Value));
        }
    }

    [Fact]
    public void Flattened_maps_that_are_joined_are_doubted_and_their_sum_is_not()
    {
        foreach ((Merge merge, int length, bool isDoubted) in ((Merge, int, bool)[])[(new Add(), 8, false), (new Maximum(), 8, false), (new Concatenate(), 16, true)])
        {
            Npz.Write(scratch.Path("fc.npz"), new Dictionary<string, Tensor> { ["fc.weight"] = Tensor.Range(0, length).Cast(DType.Float32).Reshape(1, length) });
            Input x = new([2, 2, 2]);
            SymbolicTensor joined = merge.Call([new Flatten().Call(x), new Flatten().Call(new ReLU().Call(x))]);
            Model model = new(x, new Dense(1, useBias: false) { Name = "fc" }.Call(joined));
            ImportReport report = model.ImportWeights(scratch.Path("fc.npz"));
            Assert.True(isDoubted == report.Notes.Any(note => note.Contains("'concatenate' takes the flattened map (2, 2, 2)", StringComparison.Ordinal)), string.Concat(report.Notes));
            Assert.Equal(isDoubted ? 1 : 4, model.Weights[0].Value[1, 0].Item<float>());
        }
    }

    [Fact]
    public void Names_of_the_map_that_the_model_does_not_have_are_errors_with_the_nearest()
    {
        Npz.Write(scratch.Path("w.npz"), new Dictionary<string, Tensor> { ["head.weight"] = Tensor.Ones([2, 8]), ["head.bias"] = Tensor.Zeros([2]) });
        Sequential model = new(new Input([2, 2, 2]), new Flatten(), new Dense(2) { Name = "head" });
        float[] before = model.Weights[0].Value.ToArray<float>();
        foreach ((WeightMap map, string expected) in ((WeightMap, string)[])
        [
            (new WeightMap().Keep("hed/.*"), "WeightMap.Keep received 'hed/.*', which is the name of no weight of the model. Did you mean 'head'? The model has 'head/kernel', 'head/bias'."),
            (new WeightMap().Keep("head/kernal"), "Did you mean 'head/kernel'?"),
            (new WeightMap().Keep("head"), "Did you mean 'head/kernel'?"),
            (new WeightMap().Flattened("haed", [2, 2, 2]), "WeightMap.Flattened received 'haed', which is no layer of the model with weights. Did you mean 'head'?"),
            (new WeightMap().Flattened("head", [2, 2, 3]), "with a map (2, 2, 3) of 12 numbers. The layer's first weight is Float32 (8, 2)"),
        ])
        {
            Assert.Contains(expected, Assert.Throws<ArgumentException>(() => model.ImportWeights(scratch.Path("w.npz"), map)).Message, StringComparison.Ordinal);
            Assert.Equal(before, model.Weights[0].Value.ToArray<float>());
        }

        ImportReport report = model.ImportWeights(scratch.Path("w.npz"), new WeightMap().Skip("num_batches").Rename("haed", "head"));
        Assert.Equal(["WeightMap.Skip('num_batches') fits no tensor of the file.", "WeightMap.Rename('haed', ...) fits no layer of the file."], report.Notes);
    }

    [Fact]
    public void Row_r_of_a_dense_kernel_takes_the_column_of_the_same_cell() => Assert.Equal([0, 4, 1, 5, 2, 6, 3, 7], KernelAfter(new Flatten()));

    [Fact]
    public void Recurrent_layers()
    {
        AssertSame("lstm", new Sequential(new Input([5, 3]), new Bidirectional(new LSTM(4, returnSequences: true)), new Bidirectional(new LSTM(4, returnSequences: true))));
        AssertSame("gru", new Sequential(new Input([5, 3]), new GRU(4, returnSequences: true)));
        AssertSame("rnn", new Sequential(new Input([5, 3]), new SimpleRNN(4, returnSequences: true)));
        Sequential classic = new(new Input([5, 3]), new GRU(4, resetAfter: false));
        Assert.Contains("resetAfter: true", Assert.Throws<NotSupportedException>(() => classic.ImportWeights(WeightGolden.Path("gru.pt"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_gates_of_a_gru_and_its_two_biases_by_hand()
    {
        Npz.Write(scratch.Path("gru.npz"), new Dictionary<string, Tensor>
        {
            ["weight_ih_l0"] = Tensor.From([1f, 2, 3], [3, 1]),
            ["weight_hh_l0"] = Tensor.From([0.5f, -0.5f, 1], [3, 1]),
            ["bias_ih_l0"] = Tensor.From(0.1f, 0.2f, 0.3f),
            ["bias_hh_l0"] = Tensor.From(0.4f, 0.5f, 0.6f),
        });
        (Input x, Input h) = (new Input([1, 1]), new Input([1]));
        Model model = new([x, h], new GRU(1).Call([x, h]));
        model.ImportWeights(scratch.Path("gru.npz"), new WeightMap(WeightLayout.PyTorch));
        WeightGolden.AssertClose([0.376051], model.Predict([Tensor.From([0.5f], [1, 1, 1]), Tensor.From([0.25f], [1, 1])])[0], 1e-6);
    }

    [Fact]
    public void Transposed_convolution_of_sequences() => AssertSame("conv1d_transpose", new Sequential(new Input([4, 2]), new Conv1DTranspose(3, 3, strides: 2)));

    [Fact]
    public void Attention_by_name()
    {
        Input x = new([3, 8]);
        SymbolicTensor y = new LayerNormalization(epsilon: 1e-5) { Name = "norm" }.Call(x);
        Assert.Equal("by name", AssertSame("attention", new Model(x, new MultiHeadAttention(2, 4) { Name = "attn" }.Call(y))).Matching);
    }

    [Fact]
    public void Branches_that_order_cannot_tell_apart_need_names()
    {
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => Branches("one", "two").ImportWeights(WeightGolden.Path("branches.pt")));
        Assert.Contains("could be meant in several ways: 'one' and 'two'", error.Message, StringComparison.Ordinal);
        Assert.Contains("Rename", error.Message, StringComparison.Ordinal);
        AssertSame("branches", Branches("left", "right"));
        AssertSame("branches", Branches("net_left", "net_right"), new WeightMap().Rename("(left|right)", "net_$1"));

        static Model Branches(string left, string right)
        {
            Input x = new([3]);
            return new Model(x, new Subtract().Call([new Dense(3) { Name = left }.Call(x), new Dense(3) { Name = right }.Call(x)]));
        }
    }

    [Fact]
    public void Shapes_that_occur_once_are_matched_whatever_their_order()
    {
        Npz.Write(scratch.Path("w.npz"), new Dictionary<string, Tensor>
        {
            ["head.weight"] = Tensor.Ones([2, 3]),
            ["head.bias"] = Tensor.Zeros([2]),
            ["body.weight"] = Tensor.Full([3, 4], 2.0),
            ["body.bias"] = Tensor.Zeros([3]),
        });
        Sequential model = new(new Input([4]), new Dense(3), new Dense(2));
        ImportReport report = model.ImportWeights(scratch.Path("w.npz"));
        Assert.Equal("by shape", report.Matching);
        Assert.Equal(2, model.Weights[0].Value.Max().Item<float>());
    }

    [Fact]
    public void What_differs_is_listed_with_the_nearest_names_and_nothing_is_loaded()
    {
        Npz.Write(scratch.Path("w.npz"), new Dictionary<string, Tensor>
        {
            ["body/kernel"] = Tensor.Ones([4, 3]),
            ["body/bias"] = Tensor.Ones([3]),
            ["head1/kernel"] = Tensor.Ones([3, 5]),
            ["head1/bias"] = Tensor.Ones([5]),
        });
        Sequential model = new(new Input([4]), new Dense(3) { Name = "body" }, new Dense(2) { Name = "head" });
        float[] before = model.Weights[0].Value.ToArray<float>();
        string message = Assert.Throws<InvalidDataException>(() => model.ImportWeights(scratch.Path("w.npz"))).Message;
        Assert.Contains("4 of 6 tensors differ. Nothing was loaded", message, StringComparison.Ordinal);
        Assert.Contains("Did you mean 'head/kernel'?", message, StringComparison.Ordinal);
        Assert.Equal(before, model.Weights[0].Value.ToArray<float>());

        ImportReport report = model.ImportWeights(scratch.Path("w.npz"), allowMissing: true, allowUnexpected: true);
        Assert.Equal((2, 2, 2), (report.With(ImportStatus.Loaded).Count(), report.With(ImportStatus.Missing).Count(), report.With(ImportStatus.Unused).Count()));
        Assert.Equal(1, model.Weights[0].Value.Min().Item<float>());

        report = model.ImportWeights(scratch.Path("w.npz"), new WeightMap().Skip("head1/.*").Keep("head/.*"));
        Assert.Equal((2, 2, 2), (report.With(ImportStatus.Loaded).Count(), report.With(ImportStatus.Kept).Count(), report.With(ImportStatus.Skipped).Count()));

        report = model.ImportWeights(scratch.Path("w.npz"), new WeightMap().Rename("head1", "head"), allowMismatch: true);
        Assert.Equal(["head/kernel", "head/bias"], report.With(ImportStatus.ShapeMismatch).Select(tensor => tensor.Target));
        Assert.StartsWith(scratch.Path("w.npz") + ": 2 loaded, 2 other shape; matched by name\n", report.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("(?=a)b")]
    [InlineData("(a)\\1")]
    [InlineData("(a")]
    public void A_pattern_that_cannot_be_used_is_refused_where_it_is_given(string pattern)
    {
        foreach (Action give in (Action[])[() => new WeightMap().Rename(pattern, "x"), () => new WeightMap().Skip(pattern), () => new WeightMap().Keep(pattern)])
        {
            ArgumentException error = Assert.Throws<ArgumentException>(give);
            Assert.Equal("pattern", error.ParamName);
            Assert.Contains($"Received the pattern '{pattern}'; expected", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Whole_numbers_are_no_weights()
    {
        Npz.Write(scratch.Path("w.npz"), new Dictionary<string, Tensor> { ["dense/kernel"] = Tensor.Ones([2, 1], DType.Int32), ["dense/bias"] = Tensor.Zeros([1], DType.Float64) });
        Assert.Contains("not floating-point numbers", Assert.Throws<InvalidDataException>(() => new Sequential(new Input([2]), new Dense(1)).ImportWeights(scratch.Path("w.npz"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_that_say_nothing_of_the_layout_are_asked_about()
    {
        Npz.Write(scratch.Path("w.npz"), new Dictionary<string, Tensor> { ["a"] = Tensor.Ones([2, 2]) });
        Sequential model = new(new Input([2]), new Dense(2, useBias: false));
        Assert.Contains("WeightLayout.PyTorch", Assert.Throws<InvalidDataException>(() => model.ImportWeights(scratch.Path("w.npz"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tied_weight_is_there_once_and_its_second_name_is_not_needed()
    {
        Input tokens = new([2], DType.Int32);
        Model model = new(tokens, new ReversibleEmbedding(6, 3) { Name = "embedding" }.Call(tokens));
        ImportReport report = model.ImportWeights(WeightGolden.Path("tied.pt"));
        Assert.Equal(("embedding.weight", "embedding/embeddings"), Assert.Single(report.With(ImportStatus.Loaded)) is var loaded ? (loaded.Source, loaded.Target) : default);
        Assert.Equal(("head.weight", "the same numbers as embedding.weight"), Assert.Single(report.With(ImportStatus.NotNeeded)) is var second ? (second.Source, second.Remark) : default);
        Assert.Equal(2, report.Tensors.Count);
        Assert.Equal(WeightGolden.Numbers("tied"), WeightGolden.Flat(model.Weights[0].Value));
        // The same names with numbers of their own are two weights.
        Npz.Write(scratch.Path("apart.npz"), new Dictionary<string, Tensor> { ["embedding.weight"] = Tensor.Ones([6, 3]), ["head.weight"] = Tensor.Ones([6, 3]) });
        Assert.Contains("head.weight", Assert.Throws<InvalidDataException>(() => model.ImportWeights(scratch.Path("apart.npz"))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("keras2_model.h5", "by order")]
    [InlineData("keras2_split.h5", "by order")]
    [InlineData("keras2_variable.h5", "by order")]
    [InlineData("keras3.weights.h5", "by order")]
    [InlineData("keras213.weights.h5", "by order")]
    [InlineData("keras3_latest.weights.h5", "by order")]
    [InlineData("functional.keras", "by order")]
    public void Keras(string file, string how)
    {
        Sequential model = new(new Input([3]), new Dense(5, "relu"), new Dense(5, "relu"), new Dropout(0.5), new Dense(2));
        Assert.Equal(how, AssertSame("dense", model, file: file).Matching);
    }

    [Fact]
    public void Keras_2_and_a_gru() => AssertSame("gru", new Sequential(new Input([5, 3]), new GRU(4, returnSequences: true)), file: "keras2_gru.h5");

    [Theory]
    [InlineData("bilstm.pt")]
    [InlineData("keras2_bilstm.h5")]
    [InlineData("keras3_bilstm.weights.h5")]
    public void Both_directions(string file) => AssertSame("bilstm", new Sequential(new Input([5, 3]), new Bidirectional(new LSTM(4, returnSequences: true))), file: file);

    [Theory]
    [InlineData("keras2_attention.h5")]
    [InlineData("keras3_attention.weights.h5")]
    public void Keras_and_a_model_in_a_model_with_attention(string file)
    {
        Input x = new([3, 8]), inner = new([3, 8]);
        Model attention = new(inner, new MultiHeadAttention(2, 4) { Name = "mha" }.Call(inner)) { Name = "functional_3" };
        AssertSame("attention", new Model(x, attention.Call(new LayerNormalization(epsilon: 1e-5).Call(x))), file: file);
    }

    // The model's first layer is called dense, as the file's second.
    [Fact]
    public void Names_that_the_model_made_up_do_not_outdo_the_order_of_the_file()
    {
        Npz.Write(scratch.Path("w.npz"), new Dictionary<string, Tensor> { ["dense_1/kernel"] = Tensor.Ones([3, 3]), ["dense/kernel"] = Tensor.Zeros([3, 3]) });
        Sequential made = new(new Input([3]), new Dense(3, useBias: false), new Dense(3, useBias: false));
        Assert.Contains("made up the name 'dense'", Assert.Throws<InvalidDataException>(() => made.ImportWeights(scratch.Path("w.npz"))).Message, StringComparison.Ordinal);
        Sequential named = new(new Input([3]), new Dense(3, useBias: false) { Name = "dense" }, new Dense(3, useBias: false) { Name = "dense_1" });
        Assert.Equal("by name", named.ImportWeights(scratch.Path("w.npz")).Matching);
        Assert.Equal(1, named.Weights[1].Value.Min().Item<float>());
    }

    private double[] KernelAfter(params Layer[] layers)
    {
        (Sequential model, ImportReport report) = ImportedAfter(null, layers);
        Assert.Empty(report.Notes);
        return WeightGolden.Flat(model.Weights[0].Value);
    }

    // A map of two channels, layers, and a dense layer whose weights number what it reads.
    private (Sequential Model, ImportReport Report) ImportedAfter(WeightMap? map, params Layer[] layers)
    {
        Dictionary<string, Tensor> weights = new() { ["fc.weight"] = Tensor.Range(0, 8).Cast(DType.Float32).Reshape(1, 8) };
        if (layers.Any(layer => layer is LayerScale))
            weights["layer_scale.gamma"] = Tensor.Ones([8]);
        Npz.Write(scratch.Path("fc.npz"), weights);
        Sequential model = new([new Input([2, 2, 2]), .. layers, new Dense(1, useBias: false) { Name = "fc" }]);
        return (model, model.ImportWeights(scratch.Path("fc.npz"), map ?? new WeightMap(WeightLayout.PyTorch)));
    }

    // PyTorch's inputs and outputs have channels before the map; here they are last.
    private static ImportReport AssertSame(string golden, Model model, WeightMap? map = null, string? file = null)
    {
        ImportReport report = model.ImportWeights(WeightGolden.Path(file ?? golden + ".pt"), map);
        JsonObject numbers = WeightGolden.Of(golden);
        Shape shape = [.. WeightGolden.Values(numbers["shape"]).Select(length => (int)length)];
        Tensor input = ChannelsLast(Tensor.From(WeightGolden.Values(numbers["inputs"]![0]), shape).Cast(DType.Float32), model.InputShape);
        Tensor output = model.Predict(input);
        Shape expected = [.. WeightGolden.Values(numbers["output_shape"]).Select(length => (int)length)];
        if (expected != output.Shape)
            output = output.Transpose([0, output.Rank - 1, .. Enumerable.Range(1, output.Rank - 2)]);
        Assert.Equal(expected, output.Shape);
        WeightGolden.AssertClose(WeightGolden.Values(numbers["output"]), output, 2e-6);
        return report;
    }

    private static Tensor ChannelsLast(Tensor input, Shape example) =>
        input.Shape[1..] == example ? input : input.Transpose([0, .. Enumerable.Range(2, input.Rank - 2), 1]);
}
