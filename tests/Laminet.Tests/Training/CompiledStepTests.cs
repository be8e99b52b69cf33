using Laminet.Layers;
using Laminet.Losses;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Tensors.Compilation;
using Laminet.Training;
using Laminet.Verification.Golden;

namespace Laminet.Tests.Training;

/// <summary>Compiled steps against eager ones, what can be known of them, and training within a budget of memory.</summary>
public class CompiledStepTests
{
    private static readonly Tensor X = new Lcg(1).Tensor([20, 8, 8, 2], minus: 0.5, DType.Float32);
    private static readonly Tensor Y = (new Lcg(2).Tensor([20]) * 3).Cast(DType.Int32);

    private static Sequential Network(bool random = true, Optimizer? optimizer = null, Loss? loss = null)
    {
        Sequential model = new(3, new Input([8, 8, 2]), new Conv2D(4, 3, activation: "relu"), random ? new BatchNormalization() : new Rescaling(2),
            new MaxPooling2D(), new Flatten(), new Dropout(random ? 0.3 : 0), new Dense(6, "tanh", kernelRegularizer: new Laminet.Regularizers.L2(0.01)), new Dense(3, "softmax"));
        model.Compile(optimizer ?? new Adam(0.01), loss ?? "sparse_categorical_crossentropy", ["accuracy"]);
        return model;
    }

    private static float[] Weights(Model model) => [.. model.Weights.SelectMany(weight => weight.Value.ToArray<float>())];

    public static TheoryData<string> Optimizers => ["sgd", "rmsprop", "adagrad", "adadelta", "adam", "adamw"];

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Compiled_training_ends_in_the_bits_of_eager(string optimizer)
    {
        Sequential eager = Network(optimizer: optimizer), compiled = Network(optimizer: optimizer);
        eager.RunEagerly = true;
        // 20 examples in batches of 8: the last one is smaller.
        History first = eager.Fit(X, Y, batchSize: 8, epochs: 3, validationSplit: 0.1), second = compiled.Fit(X, Y, batchSize: 8, epochs: 3, validationSplit: 0.1);
        Assert.Equal(Weights(eager), Weights(compiled));
        Assert.Equal(first["loss"], second["loss"]);
        Assert.Equal(first["val_accuracy"], second["val_accuracy"]);
        Assert.Equal(eager.Predict(X, 8).ToArray<float>(), compiled.Predict(X, 8).ToArray<float>());
        Assert.Equal(0, eager.Traces);
    }

    [Theory]
    [InlineData("value")]
    [InlineData("norm")]
    [InlineData("global")]
    public void Clipping_is_the_same_compiled(string kind)
    {
        Sequential[] models = [.. Enumerable.Range(0, 2).Select(_ => Network(optimizer: kind switch
        {
            "value" => new SGD(0.5) { ClipValue = 0.01 },
            "norm" => new SGD(0.5) { ClipNorm = 0.1 },
            _ => new SGD(0.5) { GlobalClipNorm = 0.1 },
        }))];
        models[0].RunEagerly = true;
        foreach (Sequential model in models)
            model.Fit(X, Y, batchSize: 8, epochs: 2);
        Assert.Equal(Weights(models[0]), Weights(models[1]));
    }

    [Fact]
    public void A_step_is_traced_once_for_each_shape_and_again_when_a_layer_is_frozen()
    {
        Sequential model = Network();
        List<string> told = [];
        model.Traced += (kind, specs) => told.Add($"{kind} {specs[0].Shape}");
        model.Fit(X, Y, batchSize: 8, epochs: 3);
        Assert.Equal(["Train (8, 8, 8, 2)", "Train (4, 8, 8, 2)"], told);
        model.Evaluate(X, Y, batchSize: 10);
        model.Predict(X, batchSize: 20);
        Assert.Equal(["Test (10, 8, 8, 2)", "Predict (20, 8, 8, 2)"], told[2..]);
        model.Layers[1].Trainable = false;
        float[] frozen = model.Layers[1].Weights[0].Value.ToArray<float>();
        model.Fit(X, Y, batchSize: 20, epochs: 1);
        Assert.Equal(5, model.Traces);
        Assert.Equal(frozen, model.Layers[1].Weights[0].Value.ToArray<float>());
    }

    [Fact]
    public void The_learning_rate_may_change_between_compiled_steps()
    {
        Sequential model = Network(optimizer: new SGD(0.1));
        model.TrainOnBatch(X, Y);
        float[] before = Weights(model);
        model.Optimizer!.LearningRate = 0;
        model.Layers[2].Trainable = false;
        model.TrainOnBatch(X, Y);
        Assert.Equal(before, Weights(model));
    }

    [Fact]
    public void A_step_that_reads_numbers_says_what_to_do_and_runs_eagerly()
    {
        Input input = new([2]);
        Peeking layer = new();
        Model model = new(input, new Dense(1).Call(layer.Call(input)));
        model.Compile("sgd", "mse");
        Tensor x = Tensor.Ones([4, 2]), y = Tensor.Ones([4, 1]);
        InvalidOperationException exception = Assert.Throws<InvalidOperationException>(() => model.TrainOnBatch(x, y));
        Assert.StartsWith("The numbers of this tensor of shape () are not known yet: a function is being compiled", exception.Message, StringComparison.Ordinal);
        Assert.EndsWith("or run eagerly (for a model: RunEagerly = true).", exception.Message, StringComparison.Ordinal);
        model.RunEagerly = true;
        model.TrainOnBatch(x, y);
        Assert.Equal(2, layer.Seen);
    }

    [Fact]
    public void A_failing_step_changes_nothing()
    {
        Sequential model = Network();
        model.TrainOnBatch(X, Y);
        float[] before = Weights(model);
        Assert.Throws<ArgumentOutOfRangeException>(() => model.TrainOnBatch(X, Y + 7));
        Assert.Equal(before, Weights(model));
        Assert.Equal(1, model.Optimizer!.Iterations);
    }

    [Fact]
    public void The_plan_is_the_memory_that_training_takes()
    {
        Sequential model = Network();
        ModelMemory plan = model.Plan(64), larger = model.Plan(128);
        Assert.Equal(4 * model.ParameterCount, plan.WeightBytes);
        // Adam remembers two numbers of each that it trains.
        Assert.Equal(2 * 4 * model.TrainableWeights.Sum(weight => weight.Shape.ElementCount), plan.OptimizerBytes);
        Assert.True(larger.TrainingBytes > plan.TrainingBytes && plan.TrainingBytes > plan.InferenceBytes);
        Assert.Equal(plan.WeightBytes, plan.Layers.Sum(layer => layer.WeightBytes));
        long intermediates = plan.TrainingBytes!.Value - plan.WeightBytes - plan.OptimizerBytes - (64 * 8 * 8 * 2 * 4) - (64 * 4);
        Assert.InRange(plan.Layers.Sum(layer => layer.TrainingPeakBytes), intermediates / 2, intermediates);
        Assert.Null(new Sequential(new Input([2]), new Dense(1)).Plan(1).TrainingBytes);
        // Planning has not touched the model.
        Assert.Equal(0, model.Traces);
    }

    [Fact]
    public void Stages_end_with_fewer_operations_than_they_begin()
    {
        IReadOnlyList<GraphStage> stages = Network().Stages(StepKind.Train, 8);
        Assert.True(stages[^1].Operations < stages[0].Operations * 3 / 4);
        Assert.True(stages[^1].Bytes < stages[0].Bytes);
        Assert.Contains("[conv2d]", stages[^1].ToText(), StringComparison.Ordinal);
        Assert.Contains("Adam step", stages[^1].ToText(), StringComparison.Ordinal);
        Assert.StartsWith("digraph {", stages[0].ToDot(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_profile_names_the_work_of_each_layer()
    {
        Sequential model = Network();
        IReadOnlyList<OperationTiming> profile = model.Profile(StepKind.Train, X, Y, calls: 3);
        OperationTiming forward = Assert.Single(profile, timing => timing.Name == "Convolution");
        Assert.Equal("conv2d", forward.Scope);
        Assert.Equal(2.0 * 20 * 6 * 6 * 4 * 3 * 3 * 2, forward.Work);
        Assert.All(profile, timing => Assert.True(timing.Milliseconds >= 0 && timing.Bytes >= 0));
        Assert.Equal(profile.Select(timing => timing.Start).Order(), profile.Select(timing => timing.Start));
    }

    [Fact]
    public void In_inference_batch_normalisation_is_folded_into_the_convolution_and_follows_the_weights()
    {
        Input input = new([8, 8, 2]);
        SymbolicTensor maps = new BatchNormalization().Call(new Conv2D(4, 3, padding: Padding.Same).Call(input));
        SymbolicTensor joined = new Activation("relu").Call(new Add().Call([new BatchNormalization().Call(new Conv2D(4, 1, useBias: false).Call(maps)), maps]));
        Model model = new(input, new Dense(3).Call(new GlobalAveragePooling2D().Call(joined)), seed: 4);
        model.Compile(new SGD(0.1), new SparseCategoricalCrossentropy(fromLogits: true));
        for (int i = 0; i < 3; i++)
        {
            // The statistics and the weights change, and what was folded with them.
            model.TrainOnBatch(X, Y);
            float[] compiled = model.Predict(X).ToArray<float>(), eager = model.Call(X).ToArray<float>();
            foreach ((float expected, float actual) in eager.Zip(compiled))
                Assert.Equal(expected, actual, 1e-5f);
        }

        string text = model.Stages(StepKind.Predict, 20)[^1].ToText();
        Assert.DoesNotContain("Normalize", text, StringComparison.Ordinal);
        Assert.Contains("Convolution+Scale+Residual+Bias+Relu", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(LossReduction.SumOverBatchSize)]
    [InlineData(LossReduction.Sum)]
    public void Training_within_a_budget_is_that_without_but_for_rounding(LossReduction reduction)
    {
        Sequential whole = Network(random: false, loss: new SparseCategoricalCrossentropy(reduction: reduction)), parts = Network(random: false, loss: new SparseCategoricalCrossentropy(reduction: reduction));
        long budget = parts.Plan(7).TrainingBytes!.Value + parts.Plan(7).WeightBytes;
        Assert.True(budget < parts.Plan(20).TrainingBytes);
        History first = whole.Fit(X, Y, batchSize: 20, epochs: 5), second = parts.Fit(X, Y, batchSize: 20, epochs: 5, memoryBudget: budget);
        Assert.Equal(whole.Optimizer!.Iterations, parts.Optimizer!.Iterations);
        foreach ((float expected, float actual) in Weights(whole).Zip(Weights(parts)))
            Assert.Equal(expected, actual, 1e-4f);
        Assert.Equal(first["accuracy"], second["accuracy"]);
    }

    [Fact]
    public void A_budget_warns_of_layers_that_look_across_the_batch_and_names_the_largest_if_nothing_fits()
    {
        Sequential model = Network();
        List<string> warnings = [];
        model.Warned += warnings.Add;
        ArgumentException exception = Assert.Throws<ArgumentException>(() => model.Fit(X, Y, memoryBudget: 1000));
        Assert.StartsWith("Fit: with a memory budget the layer 'batch_normalization' (BatchNormalization) sees parts of a batch", Assert.Single(warnings), StringComparison.Ordinal);
        Assert.Matches("^Fit: received a memory budget of 1,000 bytes; one example at a time takes [0-9,]+\\. The layer that takes most is 'dense': ", exception.Message);
    }

    private sealed class Peeking : Layer
    {
        public double Seen { get; private set; }

        protected override Tensor Forward(Tensor input, CallContext context)
        {
            if (!input.IsShapeOnly)
                Seen = input.Sum().ToDouble() / 4;
            return input;
        }
    }
}
