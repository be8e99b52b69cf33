using Laminet.Data;
using Laminet.Layers;
using Laminet.Losses;
using Laminet.Optimizers;
using Laminet.Optimizers.Schedules;
using Laminet.Tensors;
using Laminet.Tensors.Compilation;
using Laminet.Tests.Shared;
using Laminet.Training;
using Laminet.Verification.Golden;

namespace Laminet.Tests.Training;

/// <summary>In the steady state a compiled step asks the collector for nothing, so training and inference never wait for it.</summary>
[Collection("Engine settings")]
public class AllocationTests
{
    private static readonly Tensor X = new Lcg(1).Tensor([24, 12, 12, 2], minus: 0.5, DType.Float32);
    private static readonly Tensor Y = (new Lcg(2).Tensor([24]) * 3).Cast(DType.Int32);

    private static Sequential Network() => new(3, new Input([12, 12, 2]), new Conv2D(8, 3, activation: "relu"), new BatchNormalization(),
        new MaxPooling2D(), new Conv2D(6, 3, padding: Padding.Same), new AveragePooling2D(), new Flatten(), new Dropout(0.3),
        new Dense(16, "tanh", kernelRegularizer: new Laminet.Regularizers.L2(0.01)), new Dense(3, "softmax"));

    public static TheoryData<Optimizer> Optimizers => [new Adam(), new AdamW(), new SGD(0.01, momentum: 0.9), new SGD(), new RMSprop(), new Adagrad(), new Adadelta(),
        new Adamax(), new Nadam(), new Ftrl(), new Lion(), new Rprop(), new ScheduleFreeAdamW(), new Lamb(), new Adafactor(), new Muon(),
        new Adam(new OneCycle(0.01, 100)) { UseEma = true, EmaOverwriteFrequency = 2, GradientAccumulationSteps = 3, LossScaleFactor = 8, GlobalClipNorm = 1 },
        new LossScaleOptimizer(new Adam(new Warmup(0.001, 5))), new MultiOptimizer(new OptimizerMap(new SGD()) { ["conv2d/.*"] = new Adam() })];

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void A_training_step_allocates_nothing(Optimizer optimizer)
    {
        Sequential model = Network();
        model.Compile(optimizer, "sparse_categorical_crossentropy", ["accuracy"]);
        double loss = 0;
        Assert.Equal(0, Allocations.Of(_ => loss = model.TrainOnBatch(X, Y)["loss"]));
        Assert.True(loss > 0);
    }

    // Batches that are there: what is allocated between two of them is Fit's.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Fit_allocates_nothing_a_batch(int inputs)
    {
        const int steps = 40;
        var input = new Input([12, 12, 2]);
        var other = new Input([12, 12, 2]);
        SymbolicTensor joined = inputs == 1 ? new Flatten().Call(input) : new Flatten().Call(new Add().Call([input, other]));
        Model model = new(inputs == 1 ? (Bundle<SymbolicTensor>)[input] : [input, other], new Dense(3, "softmax").Call(joined), seed: 1);
        model.Compile("adam", "sparse_categorical_crossentropy", ["accuracy"]);
        Batch batch = new(inputs == 1 ? (Bundle<Tensor>)[X] : [X, X], Y, Tensor.Ones([24]));
        long least = long.MaxValue, before = 0;
        for (int epoch = 0; epoch < 8; epoch++)
            model.Fit(Batches());
        Assert.Equal(0, least);

        IEnumerable<Batch> Batches()
        {
            for (int step = 0; step < steps; step++)
            {
                if (step == steps / 4)
                    before = GC.GetAllocatedBytesForCurrentThread();
                if (step == 3 * steps / 4)
                    least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
                yield return batch;
            }
        }
    }

    [Fact]
    public void Figures_allocate_nothing()
    {
        Sequential model = Network();
        model.Compile("adam", new CategoricalCrossentropy(), ["accuracy", "auc", "precision", "recall", "mse", "top_k_categorical_accuracy"]);
        Tensor y = Y.OneHot(3);
        Assert.Equal(0, Allocations.Of(_ => model.TrainOnBatch(X, y)));
    }

    [Fact]
    public void A_step_of_two_networks_with_two_optimizers_allocates_nothing()
    {
        CompiledFunction step = Function.Compile(GanStep.Create().Body);
        float[] losses = new float[2];
        Assert.Equal(0, Allocations.Of(_ => step.CallInto<float>(losses, GanStep.Images)));
        long native = Laminet.Tensors.Runtime.BufferPool.LiveBytes;
        for (int call = 0; call < 20; call++)
            step.CallInto<float>(losses, GanStep.Images);
        Assert.Equal(native, Laminet.Tensors.Runtime.BufferPool.LiveBytes);
        Assert.All(losses, loss => Assert.True(loss > 0));
    }

    [Fact]
    public void Clipping_by_the_common_norm_and_accuracy_allocate_nothing()
    {
        Sequential convolutional = Network(), dense = new(4, new Input([12, 12, 2]), new Flatten(), new Dense(20, "relu"), new Dense(3, "softmax"));
        foreach (Sequential model in (Sequential[])[convolutional, dense])
        {
            model.Compile(new Adam { GlobalClipNorm = 0.1 }, "sparse_categorical_crossentropy", ["accuracy"]);
            Assert.Equal(0, Allocations.Of(_ => model.TrainOnBatch(X, Y)));
        }
    }

    [Fact]
    public void Inference_into_the_callers_memory_allocates_nothing()
    {
        Sequential model = Network();
        float[] result = new float[24 * 3];
        Assert.Equal(0, Allocations.Of(_ => model.PredictOnBatch<float>(X, result)));
        Assert.Equal(model.Predict(X).ToArray<float>(), result);
    }
}
