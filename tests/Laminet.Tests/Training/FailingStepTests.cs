using Laminet.Data;
using Laminet.Layers;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;
using Laminet.Tensors.Compilation;
using Laminet.Training;

namespace Laminet.Tests.Training;

/// <summary>A step that fails changes nothing, compiled or not, wherever in the step it fails.</summary>
public class FailingStepTests
{
    private static readonly Tensor X = new RandomKey(1).Normal([12, 6, 6, 2]);
    private static readonly Tensor Y = (new RandomKey(2).Uniform([12]) * 3).Cast(DType.Int32);
    private static readonly Tensor Bad = Tensor.From(0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 3);

    public static TheoryData<bool, string> Kinds
    {
        get
        {
            TheoryData<bool, string> kinds = [];
            foreach (string optimizer in (string[])["sgd", "rmsprop", "adagrad", "adadelta", "adam", "adamw"])
            {
                kinds.Add(false, optimizer);
                kinds.Add(true, optimizer);
            }

            return kinds;
        }
    }

    private static T Compiled<T>(T model, bool eagerly, Optimizer optimizer) where T : Model
    {
        model.RunEagerly = eagerly;
        optimizer.GlobalClipNorm = 1;
        model.Compile(optimizer, "sparse_categorical_crossentropy", ["accuracy", "sparse_top_k_categorical_accuracy"]);
        model.Initialize(new RandomKey(3));
        return model;
    }

    private static (Input Input, SymbolicTensor Output) Layers()
    {
        Input input = new([6, 6, 2]);
        SymbolicTensor x = new BatchNormalization().Call(new Conv2D(4, 3, activation: "relu").Call(input));
        return (input, new Dense(3, "softmax").Call(new Dropout(0.3).Call(new Flatten().Call(x))));
    }

    private static Model Network()
    {
        (Input input, SymbolicTensor output) = Layers();
        return new Model(input, output);
    }

    private static double[][] State(Model model) => OwnStep.Numbers([.. model.Weights, .. model.Optimizer!.State]);

    // The second model never sees the bad label.
    [Theory]
    [MemberData(nameof(Kinds))]
    public void After_a_label_out_of_range_training_goes_on_as_if_that_batch_had_not_been(bool eagerly, string optimizer)
    {
        Model model = Compiled(Network(), eagerly, optimizer), other = Compiled(Network(), eagerly, optimizer);
        for (int step = 0; step < 3; step++)
        {
            Dictionary<string, double> figures = new(model.TrainOnBatch(X, Y)), expected = new(other.TrainOnBatch(X, Y));
            Assert.Equal(expected, figures);
            double[][] before = State(model);
            ArgumentOutOfRangeException exception = Assert.Throws<ArgumentOutOfRangeException>(() => model.TrainOnBatch(X, Bad));
            Assert.Contains("the label at index 11 is 3;", exception.Message, StringComparison.Ordinal);
            Assert.Equal(before, State(model));
            Assert.Equal(State(other), State(model));
        }

        Assert.Equal(3, model.Optimizer!.Iterations);
        Assert.Equal(other.Predict(X).ToArray<float>(), model.Predict(X).ToArray<float>());
    }

    // The check comes after the optimizer's step and reads the new weights.
    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_check_of_the_new_weights_that_fails_leaves_the_old_ones(bool eagerly, string optimizer)
    {
        (Input input, SymbolicTensor output) = Layers();
        CheckedModel model = Compiled(new CheckedModel(input, output), eagerly, optimizer);
        Model other = Compiled(Network(), eagerly, optimizer);
        for (int step = 0; step < 3; step++)
        {
            model.TrainOnBatch(X, Y);
            other.TrainOnBatch(X, Y);
            double[][] before = State(model);
            model.Fails = true;
            Assert.Equal("The weights are no good.", Assert.Throws<ArithmeticException>(() => model.TrainOnBatch(X, Y)).Message);
            model.Fails = false;
            Assert.Equal(before, State(model));
        }

        Assert.Equal(State(other), State(model));
        Assert.Equal(3, model.Optimizer!.Iterations);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_step_of_two_networks_that_fails_at_its_end_changes_neither(bool compiled)
    {
        OwnStep step = GanStep.Create(), other = GanStep.Create();
        bool fails = false;
        IReadOnlyList<Tensor> Body(IReadOnlyList<Tensor> inputs)
        {
            IReadOnlyList<Tensor> losses = step.Body(inputs);
            Function.HostCall(
                _ =>
                {
                    if (fails)
                        throw new ArithmeticException("no");
                },
                losses);
            return losses;
        }

        CompiledFunction function = Function.Compile(Body);
        Tensor Run()
        {
            if (compiled)
                return function.Call(GanStep.Images)[0];
            using StateScope scope = new();
            Tensor losses = Body([GanStep.Images])[0];
            scope.Commit();
            return losses;
        }

        for (int call = 0; call < 3; call++)
        {
            Assert.Equal(other.Body([GanStep.Images])[0].ToArray<float>(), Run().ToArray<float>());
            fails = true;
            Assert.Throws<ArithmeticException>(Run);
            fails = false;
            Assert.Equal(OwnStep.Numbers(other.State), OwnStep.Numbers(step.State));
        }
    }

    // A gradient that fails half-way, within an operation: what was assigned before it is dropped too.
    [Fact]
    public void A_compiled_step_that_fails_between_two_optimizers_changes_nothing()
    {
        Variable first = new(Tensor.From(1f, 2), "first"), second = new(Tensor.From(3f, 4), "second");
        Adam ofFirst = new(0.1);
        SGD ofSecond = new(0.1, momentum: 0.9);
        ofFirst.Build([first]);
        ofSecond.Build([second]);
        CompiledFunction step = Function.Compile(inputs =>
        {
            ofFirst.Apply(Gradient.ValueAndGradients(() => first.Value.Square().Sum(), [first]).Gradients, [first]);
            ofSecond.Apply(Gradient.ValueAndGradients(() => second.Value.Gather(inputs[0]).Sum(), [second]).Gradients, [second]);
            return [];
        });
        IReadOnlyList<Variable> state = [first, second, .. ofFirst.State, .. ofSecond.State];
        step.Call(Tensor.From(0, 1));
        double[][] before = OwnStep.Numbers(state);
        Assert.Throws<ArgumentOutOfRangeException>(() => step.Call(Tensor.From(0, 2)));
        Assert.Equal(before, OwnStep.Numbers(state));
        step.Call(Tensor.From(0, 1));
        Assert.Equal((2L, 2L), (ofFirst.Iterations, ofSecond.Iterations));
    }

    private sealed class CheckedModel(Input input, SymbolicTensor output) : Model(input, output)
    {
        public bool Fails { get; set; }

        protected override void TrainStep(Batch batch, CallContext context)
        {
            base.TrainStep(batch, context);
            Function.HostCall(
                _ =>
                {
                    if (Fails)
                        throw new ArithmeticException("The weights are no good.");
                },
                [.. TrainableWeights.Select(weight => weight.Value)]);
        }
    }
}
