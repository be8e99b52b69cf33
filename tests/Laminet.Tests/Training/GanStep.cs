using Laminet.Layers;
using Laminet.Losses;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;
using Laminet.Training;

namespace Laminet.Tests.Training;

/// <summary>A small generative adversarial network with all that a step may hold: moving statistics, dropout, noise, two optimizers.</summary>
internal static class GanStep
{
    private const int BatchSize = 12, Noise = 6;

    public static Tensor Images { get; } = new RandomKey(9).Uniform([BatchSize, 8, 8, 1]);

    /// <summary>Gives both losses, in one tensor.</summary>
    public static OwnStep Create()
    {
        Sequential generator = new(new Input([Noise]), new Dense(4 * 4 * 3, "relu"), new Reshape(4, 4, 3),
            new Conv2D(4, 3, padding: Padding.Same, useBias: false), new BatchNormalization(), new Activation("relu"), new Flatten(), new Dense(64, "sigmoid"), new Reshape(8, 8, 1));
        Sequential discriminator = new(new Input([8, 8, 1]), new Conv2D(6, 3, strides: 2, activation: "relu"), new BatchNormalization(), new Flatten(),
            new Dropout(0.3), new Dense(5, "tanh"), new Dense(1));
        generator.Initialize(new RandomKey(1));
        discriminator.Initialize(new RandomKey(2));
        Optimizer ofGenerator = new Adam(0.01, beta1: 0.5), ofDiscriminator = new RMSprop(0.01) { GlobalClipNorm = 1 };
        RandomStream random = new(3);
        BinaryCrossentropy crossentropy = new(fromLogits: true);
        return new OwnStep(
            inputs =>
            {
                CallContext pass = new(training: true, random.Next());
                Tensor noise = pass.NextKey().Normal([BatchSize, Noise]), fake = generator.Call(noise, pass).Detach();
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
                return [Tensor.Stack([first, second])];
            },
            [.. OwnStep.Changing(generator, ofGenerator), .. OwnStep.Changing(discriminator, ofDiscriminator), .. random.State]);
    }
}
