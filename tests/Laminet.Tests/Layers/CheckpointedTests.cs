using Laminet.Layers;
using Laminet.Optimizers;
using Laminet.Regularizers;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Verification;

namespace Laminet.Tests.Layers;

/// <summary>A layer computed again in the backward pass gives what the layer gives, in less memory.</summary>
public sealed class CheckpointedTests
{
    // Alone, not in a model, which knows its first weights.
    [Fact]
    public void A_new_layer_draws_its_weights_in_its_first_call()
    {
        Tensor x = new RandomKey(1).Normal([2, 5, 4]);
        foreach (Layer inner in (Layer[])[new Dense(3), new LSTM(3), new Sequential(new Dense(3), new Dense(2))])
        {
            Checkpointed layer = new(inner);
            float[] first = layer.Call(x, training: true).ToArray<float>();
            Assert.Contains(first, number => number != 0);
            Assert.Equal(first, layer.Call(x, training: true).ToArray<float>());
            Assert.Equal(first, inner.Call(x, training: true).ToArray<float>());
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Training_is_the_same_with_dropout_penalties_and_moving_statistics(bool isEager)
    {
        Tensor x = new RandomKey(1).Normal([16, 8]), y = x.Sum(1, keepDims: true);
        Sequential plain = Network(false), checkpointed = Network(true);
        checkpointed.RunEagerly = isEager;
        // Their places in the model name their first numbers, so those differ.
        CopyWeights(plain, checkpointed);
        for (int step = 0; step < 4; step++)
            Assert.Equal(plain.TrainOnBatch(x, y)["loss"], checkpointed.TrainOnBatch(x, y)["loss"], 1e-5);
        Assert.Equal(plain.Weights.Count, checkpointed.Weights.Count);
        foreach ((Variable expected, Variable received) in plain.Weights.Zip(checkpointed.Weights))
            Near.Equal(expected.Value.Cast(DType.Float64).Reshape([-1]).ToArray<double>(), received.Value.Reshape([-1]), 1e-5);
        Assert.Equal(plain.Evaluate(x, y)["loss"], checkpointed.Evaluate(x, y)["loss"], 1e-5);
    }

    [Fact]
    public void The_planned_memory_of_a_training_falls()
    {
        long kept = Deep(false).Plan(256).TrainingBytes!.Value, again = Deep(true).Plan(256).TrainingBytes!.Value;
        Assert.True(again < 0.7 * kept, $"{again} of {kept}");
    }

    [Fact]
    public void A_mask_passes_through()
    {
        Tensor x = new RandomKey(1).Normal([4, 5, 3]) * Tensor.From(1f, 1, 1, 0, 0).Reshape([1, 5, 1]);
        Tensor y = Tensor.Ones([4, 5, 1]);
        Assert.Equal(Loss(false), Loss(true), 1e-6);

        double Loss(bool isCheckpointed)
        {
            Layer inner = new Dense(1);
            Sequential model = new(1, new Input([5, 3]), new Masking(), isCheckpointed ? new Checkpointed(inner) : inner);
            model.Compile(new SGD(0), "mse");
            model.Weights[0].Assign(Tensor.From(1f, -2, 0.5f).Reshape([3, 1]));
            return model.TrainOnBatch(x, y)["loss"];
        }
    }

    private static void CopyWeights(Model from, Model to)
    {
        foreach ((Variable value, Variable copy) in from.Weights.Zip(to.Weights))
            copy.Assign(value.Value);
    }

    private static Sequential Network(bool isCheckpointed)
    {
        Sequential block = new(new Dense(8, "tanh", kernelRegularizer: new L2(0.01)), new BatchNormalization(), new ActivityRegularization(l2: 0.1), new Dropout(0.3));
        Sequential model = new(3, new Input([8]), isCheckpointed ? new Checkpointed(block) : block, new Dense(1));
        model.Compile(new Adam(0.01), "mse");
        return model;
    }

    private static Sequential Deep(bool isCheckpointed)
    {
        List<Layer> layers = [new Input([64])];
        for (int block = 0; block < 6; block++)
        {
            Sequential inner = new(new Dense(64, "tanh"), new Dense(64, "tanh"), new Dense(64, "tanh"), new Dense(64, "tanh"));
            layers.Add(isCheckpointed ? new Checkpointed(inner) : inner);
        }

        Sequential model = new(3, [.. layers, new Dense(1)]);
        model.Compile(new SGD(0.01), "mse");
        return model;
    }
}
