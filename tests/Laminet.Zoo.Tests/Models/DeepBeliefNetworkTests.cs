using Laminet.Tensors;
using Laminet.Training;
using Laminet.Zoo.Datasets;
using Laminet.Zoo.Models;

namespace Laminet.Zoo.Tests.Models;

public class DeepBeliefNetworkTests
{
    [Fact]
    public void The_classifier_starts_with_what_the_machines_know()
    {
        DeepBeliefNetwork belief = new(6, [5, 4], seed: 1);
        Tensor x = new RandomKey(2).Uniform([30, 6]);
        belief.Fit(x, epochs: 3, batchSize: 10);
        Sequential model = belief.ToClassifier(classes: 3);
        Tensor features = new Model(model.Inputs, model.Layers.OfType<Layers.Dense>().ElementAt(1).Output!).Predict(x);
        Assert.All(belief.Features(x).ToArray<float>().Zip(features.ToArray<float>()), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
        // Backpropagation changes the model's own weights.
        float[] before = belief.Machines[0].Weights.Value.ToArray<float>();
        model.Compile("adam", "sparse_categorical_crossentropy");
        model.TrainOnBatch(x, Tensor.Zeros([30], DType.Int32));
        Assert.Equal(before, belief.Machines[0].Weights.Value.ToArray<float>());
        Assert.NotEqual(before, model.Weights[0].Value.ToArray<float>());
    }

    [Fact]
    public void Layers_that_saw_clothes_without_labels_need_fewer_labels()
    {
        ImageDataset data = FashionMnist.Load();
        Tensor clothes = Pixels(data.TrainImages.Slice(0, 4000)), test = Pixels(data.TestImages);
        int[] hidden = [200, 200, 200];
        DeepBeliefNetwork belief = new(784, hidden, seed: 1);
        List<(int, int)> epochs = [];
        belief.Fit(clothes, epochs: 4, batchSize: 50, afterEpoch: (layer, epoch) => epochs.Add((layer, epoch)));
        Assert.Equal([(0, 1), (0, 2), (0, 3), (0, 4), (1, 1), (1, 2), (1, 3), (1, 4), (2, 1), (2, 2), (2, 3), (2, 4)], epochs);
        double pretrained = Accuracy(belief.ToClassifier(10)), plain = Accuracy(DeepBeliefNetwork.Network(784, hidden, 10, seed: 1));
        Assert.True(pretrained > 0.63 && pretrained > plain + 0.02, $"{pretrained} from the machines, {plain} from a random start");

        double Accuracy(Sequential model)
        {
            model.Compile("adam", "sparse_categorical_crossentropy", ["accuracy"]);
            model.Fit(clothes.Slice(0, 500), data.TrainLabels.Slice(0, 500), batchSize: 50, epochs: 10);
            return model.Evaluate(test, data.TestLabels)["accuracy"];
        }
    }

    [Fact]
    public void What_it_draws_is_like_what_it_saw()
    {
        // Four pixels that are all on or all off, and two that are always off.
        Tensor side = new RandomKey(1).Bernoulli([500, 1], 0.5).Cast(DType.Float32), x = Tensor.Concatenate([side.BroadcastTo([500, 4]), Tensor.Zeros([500, 2])], 1);
        DeepBeliefNetwork belief = new(6, [8, 8], seed: 2);
        belief.Fit(x, epochs: 100, batchSize: 20, optimizer: _ => new Optimizers.SGD(0.1, momentum: 0.5));
        float[] drawn = belief.Sample(x, steps: 50, new RandomKey(3)).ToArray<float>();
        Assert.Equal([500, 6], belief.Sample(x, 1, new RandomKey(1)).Shape.Dimensions.ToArray());
        int alike = drawn.Chunk(6).Count(pixels => (pixels[..4].All(pixel => pixel > 0.5) || pixels[..4].All(pixel => pixel < 0.5)) && pixels[4..].All(pixel => pixel < 0.2));
        Assert.True(alike > 450, $"{alike} of 500");
    }

    [Fact]
    public void Another_fit_goes_on_from_what_was_learned()
    {
        Tensor x = new RandomKey(1).Bernoulli([200, 6], 0.3).Cast(DType.Float32);
        DeepBeliefNetwork belief = new(6, [4, 3], seed: 1);
        belief.Fit(x, epochs: 5);
        float[] before = All();
        belief.Fit(x, epochs: 1, optimizer: _ => new Optimizers.SGD(1e-12));
        Assert.All(before.Zip(All()), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));

        float[] All() => [.. belief.Machines.SelectMany(machine => machine.Variables).SelectMany(variable => variable.Value.ToArray<float>())];
    }

    [Fact]
    public void Wrong_use_is_told()
    {
        Assert.Contains("1 or more hidden layers", Assert.Throws<ArgumentOutOfRangeException>(() => new DeepBeliefNetwork(4, [])).Message, StringComparison.Ordinal);
        Assert.Contains("(examples, 4)", Assert.Throws<ShapeException>(() => new DeepBeliefNetwork(4, [2]).Fit(Tensor.Zeros([3, 5]))).Message, StringComparison.Ordinal);
    }

    private static Tensor Pixels(Tensor bytes) => bytes.Reshape([bytes.Shape[0], -1]).Cast(DType.Float32) / 255;
}
