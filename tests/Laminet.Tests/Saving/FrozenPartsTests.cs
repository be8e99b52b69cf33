using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Tests.Saving;

/// <summary>What is frozen stays frozen in a file: layers, the layers within layers, single weights.</summary>
public sealed class FrozenPartsTests : IDisposable
{
    private readonly string file = Path.Combine(Path.GetTempPath(), $"{Path.GetRandomFileName()}.laminet");

    public FrozenPartsTests()
    {
        Layer.Registry.Register<Block>();
        Layer.Registry.Register<TwoBlocks>();
    }

    public static TheoryData<string> Freezings => ["nothing", "all", "inner normalisation", "all but the inner dense", "a weight", "a weight deep inside", "the model"];

    [Theory]
    [MemberData(nameof(Freezings))]
    public void It_comes_back_and_training_leaves_it_alone(string what)
    {
        TwoBlocks layer = new();
        Sequential model = new(3, new Input([4]), layer, new Dense(1));
        switch (what)
        {
            case "all":
                layer.Trainable = false;
                break;
            case "inner normalisation":
                layer.Second.Normalization.Trainable = false;
                break;
            case "all but the inner dense":
                layer.Trainable = false;
                layer.First.Dense.Trainable = true;
                break;
            case "a weight":
                model.Layers[2].Weights[0].Trainable = false;
                break;
            case "a weight deep inside":
                layer.First.Dense.Weights[1].Trainable = false;
                break;
            case "the model":
                model.Trainable = false;
                break;
        }

        model.Compile("sgd", "mse");
        model.Save(file);
        Model loaded = Model.Load(file);
        TwoBlocks read = (TwoBlocks)loaded.Layers[1];
        Assert.Equal(Flags(layer), Flags(read));
        Assert.Equal(model.Weights.Select(weight => weight.Trainable), loaded.Weights.Select(weight => weight.Trainable));
        Assert.Equal(model.TrainableWeights.Count, loaded.TrainableWeights.Count);
        Assert.Equal(Layer.Registry.Serialize(model).ToJsonString(), Layer.Registry.Serialize(loaded).ToJsonString());

        // The same step changes the same weights, the statistics of normalisations among them.
        Tensor x = new RandomKey(1).Normal([16, 4]), y = new RandomKey(2).Normal([16, 1]);
        float[][] before = Numbers(model);
        model.TrainOnBatch(x, y);
        loaded.TrainOnBatch(x, y);
        Assert.Equal(Numbers(model), Numbers(loaded));
        bool[] changed = [.. Numbers(model).Zip(before, (now, then) => !now.SequenceEqual(then))];
        Assert.Equal(what != "nothing", changed.Contains(false));
    }

    public void Dispose() => File.Delete(file);

    private static float[][] Numbers(Model model) => [.. model.Weights.Select(weight => weight.Value.ToArray<float>())];

    private static bool[] Flags(TwoBlocks layer) =>
        [layer.Trainable, .. new[] { layer.First, layer.Second }.SelectMany(block => new[] { block.Trainable, block.Dense.Trainable, block.Normalization.Trainable })];

    private sealed class Block : Layer
    {
        public Block() => (Dense, Normalization) = (Track(new Dense(4, "tanh")), Track(new BatchNormalization()));

        public Dense Dense { get; }

        public BatchNormalization Normalization { get; }

        protected override Tensor Forward(Tensor input, CallContext context) => Normalization.Call(Dense.Call(input, context), context);
    }

    private sealed class TwoBlocks : Layer
    {
        public TwoBlocks() => (First, Second) = (Track(new Block()), Track(new Block()));

        public Block First { get; }

        public Block Second { get; }

        protected override Tensor Forward(Tensor input, CallContext context) => Second.Call(First.Call(input, context), context);
    }
}
