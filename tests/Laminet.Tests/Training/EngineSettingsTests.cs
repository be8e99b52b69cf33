using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Verification.Golden;

namespace Laminet.Tests.Training;

/// <summary>Tests that change global settings of the engine, or measure the whole process, run alone.</summary>
[CollectionDefinition("Engine settings", DisableParallelization = true)]
public sealed class EngineSettingsDefinition;

[Collection("Engine settings")]
public class EngineSettingsTests
{
    [Fact]
    public void The_same_seed_gives_the_same_bits_for_any_number_of_threads_and_another_seed_others()
    {
        float[] Weights(ulong seed, int threads)
        {
            int before = Engine.Threads;
            Engine.Threads = threads;
            try
            {
                Sequential model = new(seed, new Input([12, 12, 1]), new Conv2D(8, 3, activation: "relu"), new BatchNormalization(),
                    new MaxPooling2D(), new Flatten(), new Dropout(0.5), new Dense(3, "softmax"));
                model.Compile("adam", "sparse_categorical_crossentropy");
                model.Fit(new Lcg(1).Tensor([96, 12, 12, 1], dtype: DType.Float32), (new Lcg(2).Tensor([96]) * 3).Cast(DType.Int32), batchSize: 32, epochs: 2);
                return [.. model.Weights.SelectMany(weight => weight.Value.ToArray<float>())];
            }
            finally
            {
                Engine.Threads = before;
            }
        }

        float[] first = Weights(7, 1);
        Assert.Equal(first, Weights(7, 2));
        Assert.Equal(first, Weights(7, 3));
        Assert.NotEqual(first, Weights(8, 1));
    }

    // A kernel, its bias, an update each step; images, so that the convolutions' buffers come and go as well.
    [Fact]
    public void Memory_stays_flat_over_ten_thousand_training_steps()
    {
        Sequential model = new(new Input([8, 8, 1]), new Conv2D(4, 3, activation: "relu"), new BatchNormalization(), new MaxPooling2D(),
            new Flatten(), new Dropout(0.5), new Dense(3, "softmax"));
        model.Compile("adam", "sparse_categorical_crossentropy", ["accuracy"]);
        Tensor x = new Lcg(1).Tensor([16, 8, 8, 1], dtype: DType.Float32), y = (new Lcg(2).Tensor([16]) * 3).Cast(DType.Int32);
        long early = 0;
        for (int step = 0; step < 10_000; step++)
        {
            model.TrainOnBatch(x, y);
            if (step == 1_000)
                early = Environment.WorkingSet;
        }

        // A leak of the 100 KB a step takes would be 900 MB.
        Assert.True(Environment.WorkingSet < early + (64L << 20), $"{early >> 20} MB became {Environment.WorkingSet >> 20} MB.");
    }
}
