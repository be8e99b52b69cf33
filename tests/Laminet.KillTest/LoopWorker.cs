using Laminet.Data;
using Laminet.Files;
using Laminet.Layers;
using Laminet.Losses;
using Laminet.Metrics;
using Laminet.Optimizers;
using Laminet.Saving;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;
using Laminet.Tensors.Compilation;
using Laminet.Training;

namespace Laminet.KillTest;

/// <summary>A small generative adversarial network, trained by a loop of its own that saves all of it every few steps.</summary>
internal static class LoopWorker
{
    private const int BatchSize = 16, Noise = 8, Epochs = 25, SaveEvery = 3;

    public static string Run(string directory)
    {
        string path = Path.Combine(directory, "gan.checkpoint");
        using FileLock held = FileLock.Take(path);
        Sequential generator = new(new Input([Noise]), new Dense(24, "relu"), new BatchNormalization(), new Dense(64, "sigmoid"), new Reshape(8, 8, 1));
        Sequential discriminator = new(new Input([8, 8, 1]), new Conv2D(6, 3, strides: 2, activation: "relu"), new Flatten(), new Dropout(0.3), new Dense(1));
        generator.Initialize(new RandomKey(1));
        discriminator.Initialize(new RandomKey(2));
        Optimizer ofGenerator = new Adam(0.005, beta1: 0.5), ofDiscriminator = new RMSprop(0.002) { GlobalClipNorm = 1 };
        BinaryCrossentropy crossentropy = new(fromLogits: true);
        RandomStream random = new(3);
        DataPosition position = new();
        Mean losses = new("losses");
        Variable average = new(Tensor.Zeros([64], DType.Float32), "average", trainable: false);
        CompiledFunction step = Function.Compile(inputs =>
        {
            CallContext pass = new(training: true, random.Next());
            Tensor noise = pass.NextKey().Normal([inputs[0].Shape[0], Noise]), fake = generator.Call(noise, pass).Detach();
            (Tensor first, IReadOnlyList<Tensor> gradients) = Gradient.ValueAndGradients(
                () =>
                {
                    Tensor ofReal = discriminator.Call(inputs[0], pass), ofFake = discriminator.Call(fake, pass);
                    return crossentropy.Call(ofReal.OnesLike(), ofReal) + crossentropy.Call(ofFake.ZerosLike(), ofFake);
                },
                discriminator.TrainableWeights);
            ofDiscriminator.Apply(gradients, discriminator.TrainableWeights);
            (Tensor second, gradients) = Gradient.ValueAndGradients(
                () =>
                {
                    Tensor ofFake = discriminator.Call(generator.Call(noise, pass), pass);
                    return crossentropy.Call(ofFake.OnesLike(), ofFake);
                },
                generator.TrainableWeights);
            ofGenerator.Apply(gradients, generator.TrainableWeights);
            losses.Add(first + second);
            average.Assign((average.Value * 0.9f) + (fake.Mean(0).Reshape(64) * 0.1f));
            return [first, second];
        });
        Checkpoint checkpoint = new()
        {
            ["generator"] = generator,
            ["discriminator"] = discriminator,
            ["generator_optimizer"] = ofGenerator,
            ["discriminator_optimizer"] = ofDiscriminator,
            ["random"] = random,
            ["position"] = position,
            ["losses"] = losses,
            ["average"] = average,
        };
        checkpoint.TryRestore(path);
        // 7 batches an epoch, the last one smaller: the moments of saving wander through the epoch.
        Dataset images = Dataset.FromTensors(new RandomKey(7).Uniform([100, 8, 8, 1])).Shuffle(seed: 4).Batch(BatchSize);
        foreach (Batch batch in position.Batches(images, Epochs))
        {
            step.Call(batch.X);
            // A schedule of the loop's own, which only goes on right if rate and count come back.
            ofGenerator.LearningRate = 0.005 / (1 + (0.01 * ofGenerator.Iterations));
            if (ofGenerator.Iterations % SaveEvery == 0)
                checkpoint.Save(path);
        }

        using Digest digest = new();
        digest.Add([.. generator.Weights, .. discriminator.Weights, .. ofGenerator.State, .. ofDiscriminator.State, .. random.State, .. losses.State, average]);
        digest.Add("position", position.Epoch);
        return digest.ToString();
    }
}
