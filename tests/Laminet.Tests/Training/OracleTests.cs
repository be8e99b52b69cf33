using System.Runtime.InteropServices;
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Verification.Golden;

namespace Laminet.Tests.Training;

/// <summary>The same first weights and the same batches: 20 Adam steps of the convnet here and in PyTorch (Golden/make_layers_golden.py).</summary>
[Collection("Engine settings")]
public class OracleTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Twenty_adam_steps_of_the_convnet_agree_with_PyTorch_in_every_weight(int threads)
    {
        int before = Engine.Threads;
        Engine.Threads = threads;
        try
        {
            Lcg random = new(42);
            Sequential model = new(
                new Input([28, 28, 1]), new Conv2D(32, 3, activation: "relu"), new MaxPooling2D(), new Conv2D(64, 3, activation: "relu"),
                new MaxPooling2D(), new Flatten(), new Dense(10, "softmax"));
            model.EnsureInitialized();
            (int FanIn, int FanOut)[] fans = [(9, 288), (288, 576), (1600, 10)];
            for (int layer = 0; layer < 3; layer++)
            {
                Variable kernel = model.Weights[2 * layer];
                double limit = Math.Sqrt(6.0 / (fans[layer].FanIn + fans[layer].FanOut));
                kernel.Assign(((random.Tensor(kernel.Shape) * 2 - 1) * limit).Cast(DType.Float32));
            }

            model.Compile("adam", "sparse_categorical_crossentropy");
            double[] losses = GoldenFile.Numbers(GoldenFile.Json("layers.json")["convnet_losses"]);
            for (int step = 0; step < 20; step++)
            {
                Tensor x = random.Tensor([16, 28, 28, 1], dtype: DType.Float32);
                Tensor y = (random.Tensor([16]) * 10).Cast(DType.Int32);
                model.ResetMetrics();
                Assert.Equal(losses[step], model.TrainOnBatch(x, y)["loss"], 1e-4);
            }

            float[] expected = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Golden", "convnet_adam_20.bin"))).ToArray();
            float[] actual = [.. model.Weights.SelectMany(weight => weight.Value.ToArray<float>())];
            Assert.Equal(34_826, expected.Length);
            Assert.Equal(expected.Length, actual.Length);
            double worst = expected.Zip(actual, (a, b) => Math.Abs((double)a - b)).Max();
            Assert.True(worst <= 1e-4, $"The weights differ by up to {worst:G3}.");
        }
        finally
        {
            Engine.Threads = before;
        }
    }
}
