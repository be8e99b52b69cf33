using System.Text.Json.Nodes;
using Laminet.Layers;
using Laminet.Regularizers;
using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Tests.Layers;

/// <summary>Penalties on what layers give: sums over the output of the whole batch, as in Keras 3.</summary>
public sealed class ActivityRegularizerTests
{
    [Fact]
    public void The_penalty_is_the_sum_over_the_batch()
    {
        Tensor x = Tensor.From(new double[,] { { 1, -2 }, { 3, 0 } });
        CallContext context = new();
        _ = new ActivityRegularization(0.5, 0.25).Call(x, context);
        Assert.Equal((0.5 * 6) + (0.25 * 14), context.Losses.Single().ToDouble(), 15);
        context = new();
        _ = new Activation("relu") { ActivityRegularizer = new L1(0.5) }.Call(x, context);
        Assert.Equal(0.5 * 4, context.Losses.Single().ToDouble(), 15);
    }

    [Fact]
    public void A_model_adds_the_penalties_of_all_layers_in_training_and_evaluation()
    {
        Tensor x = Tensor.From(new float[,] { { 1, -2 }, { 3, 0 } });
        Sequential model = new(1, new Input([2]), new ActivityRegularization(l1: 1), new Dense(2, kernelInitializer: "zeros", biasInitializer: "ones") { ActivityRegularizer = new L2(2) });
        model.Compile("sgd", "mse");
        // The outputs are ones, so that the loss itself is 0: 6, then 2 * 4.
        Assert.Equal(14, model.Evaluate(x, Tensor.Ones([2, 2]), callbacks: [])["loss"], 1e-6);
        Assert.Equal(14, model.TrainOnBatch(x, Tensor.Ones([2, 2]))["loss"], 1e-6);
    }

    [Fact]
    public void It_survives_a_file_with_the_layer()
    {
        Conv2D layer = new(2, 3) { ActivityRegularizer = new L1L2(0.5, 0.25) };
        JsonObject written = Layer.Registry.Serialize(layer);
        Layer copy = Layer.Registry.Deserialize(JsonNode.Parse(written.ToJsonString()));
        Assert.Equal((0.5, 0.25), (((L1L2)copy.ActivityRegularizer!).L1, ((L1L2)copy.ActivityRegularizer!).L2));
    }
}
