using Laminet.Configuration;
using Laminet.Data;
using Laminet.Optimizers;
using Laminet.Saving;
using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Zoo.Tasks;

/// <summary>
/// Trains a generator, which draws images from noise, against a discriminator, which tells them from real ones, each with its own optimizer, in compiled steps. (Goodfellow et al., "Generative adversarial nets", NeurIPS 2014.) Networks of
/// two inputs get the class of each image besides; a drawn image then has the class of a real one of the batch. Real and drawn images go through the discriminator in passes of their own: in a mixed batch, batch normalisation would
/// give them away.
/// </summary>
/// <remarks>The same seed and data give the same bits on any number of threads, also when the training was saved and restored between.</remarks>
/// <example><code>
/// AdversarialTraining training = new(Dcgan.Generator([28, 28, 1]), Dcgan.Discriminator([28, 28, 1])) { Seed = 1 };
/// training.Fit(Dataset.FromTensors(images).Shuffle(seed: 2).Batch(64, dropRemainder: true), epochs: 10);
/// Tensor drawn = training.Draw(100, seed: 3);
/// </code></example>
public sealed partial class AdversarialTraining : IHasState
{
    private readonly DataPosition position = new();
    private readonly Variable steps = new(Tensor.Scalar(0), "steps", trainable: false), generatorLoss = new(Tensor.Scalar(0f), "generator_loss", trainable: false);
    private readonly (Variable Weight, Variable Mean)[] averages;
    private readonly int noise;
    private readonly bool hasClasses;

    /// <summary>Prepares a training.</summary>
    /// <param name="generator">Noise of one axis, and perhaps a class number, to an image.</param>
    /// <param name="discriminator">An image, and perhaps a class number, to one number, larger for real.</param>
    /// <exception cref="ShapeException">The networks do not fit each other.</exception>
    public AdversarialTraining(Model generator, Model discriminator)
    {
        ArgumentNullException.ThrowIfNull(generator);
        ArgumentNullException.ThrowIfNull(discriminator);
        (Generator, Discriminator) = (generator, discriminator);
        (int ofGenerator, int ofDiscriminator) = (generator.Inputs.Count, discriminator.Inputs.Count);
        if (ofGenerator is not (1 or 2) || ofGenerator != ofDiscriminator || generator.Inputs[0].Shape.Rank != 1)
        {
            throw new ShapeException(
                $"{nameof(AdversarialTraining)}: received a generator of {ofGenerator} inputs, the first of shape {generator.Inputs[0].Shape}, and a discriminator of {ofDiscriminator}; expected both with one input, or both with a class number as the second, and noise of one axis, as in new Input([64]).");
        }

        if (generator.Outputs.Count != 1 || generator.OutputShape != discriminator.Inputs[0].Shape || discriminator.Outputs.Count != 1 || discriminator.OutputShape.ElementCount != 1)
        {
            throw new ShapeException(
                $"{nameof(AdversarialTraining)}: received a generator that gives {generator.Outputs[0].Shape}, and a discriminator that takes {discriminator.Inputs[0].Shape} and gives {discriminator.Outputs[0].Shape}; expected that it takes what the generator gives, and gives one number, as from new Dense(1).");
        }

        (noise, hasClasses) = (generator.Inputs[0].Shape[0], ofGenerator == 2);
        averages = [.. generator.Weights.Select(weight => (weight, new Variable(weight.Value, weight.Name, trainable: false)))];
    }

    /// <summary>The network that draws.</summary>
    public Model Generator { get; }

    /// <summary>The network that tells real from drawn.</summary>
    public Model Discriminator { get; }

    /// <summary>What they minimise.</summary>
    public AdversarialObjective Objective { get; init => field = Setting.Require(value, Enum.IsDefined(value), "a value of the enumeration", nameof(Objective)); }

    /// <summary>The generator's optimizer; Adam at 2e-4 with beta1 of 0.5 by default, as in the DCGAN's paper.</summary>
    public Optimizer GeneratorOptimizer { get; init; } = new Adam(2e-4, beta1: 0.5);

    /// <summary>The discriminator's optimizer; as the generator's by default.</summary>
    public Optimizer DiscriminatorOptimizer { get; init; } = new Adam(2e-4, beta1: 0.5);

    /// <summary>After how many updates of the discriminator the generator has one; a critic of the Wasserstein distance needs about 5, or an optimizer of about three times the generator's rate.</summary>
    public int DiscriminatorSteps { get; init => field = Setting.Require(value, value >= 1, "1 or more", nameof(DiscriminatorSteps)); } = 1;

    /// <summary>The factor of the gradient penalty; only <see cref="AdversarialObjective.Wasserstein"/> has it.</summary>
    public double GradientPenalty { get; init => field = Setting.Require(value, value >= 0 && double.IsFinite(value), "0 or more", nameof(GradientPenalty)); } = 10;

    /// <summary>
    /// How much of its weights' running mean the generator keeps at an update; <see cref="Draw"/> draws with the mean, which is steadier than the last weights. 0: with the last. (Yazici et al., "The unusual effectiveness of averaging in
    /// GAN training", ICLR 2019.)
    /// </summary>
    public double AverageRate { get; init => field = Setting.Require(value, value is >= 0 and < 1, "0 to below 1", nameof(AverageRate)); } = 0.998;

    /// <summary>Names all random numbers; a new one by default (<see cref="RandomSeed"/>).</summary>
    public ulong Seed { get; init; } = RandomSeed.New();

    /// <summary>How many updates the discriminator has had.</summary>
    public int Steps => steps.Item<int>();

    /// <summary>How many epochs of the data are done.</summary>
    public int Epochs => position.Epoch;

    IEnumerable<(string Name, Variable Variable)> IHasState.State =>
        [(steps.Name, steps), (generatorLoss.Name, generatorLoss), .. averages.Select((pair, i) => ($"average{i}", pair.Mean))];

    /// <summary>Trains until the data were seen so often, the epochs before and those of a restored training included.</summary>
    /// <param name="data">Batches of images, with class numbers as targets if the networks take them. Bytes become numbers from -1 to 1; other types are taken as they are.</param>
    /// <param name="epochs">How often each image is seen.</param>
    /// <param name="afterEpoch">Called after each epoch with its number, from 1, and the mean losses; a save here can be restored.</param>
    /// <param name="cancellation">Ends the training between two steps.</param>
    /// <exception cref="ArgumentException">The data do not fit the networks.</exception>
    /// <exception cref="InvalidOperationException">A loss is not a finite number.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; what was learned stays.</exception>
    public void Fit(Dataset data, int epochs, Action<int, AdversarialLosses>? afterEpoch = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (data.IsInfinite)
            throw new ArgumentException($"{nameof(AdversarialTraining)}: received data that never end (Repeat without a number); expected data whose epochs end. Leave Repeat out.", nameof(data));
        for (int epoch = Epochs; epoch < epochs; epoch++)
        {
            (double discriminator, double generator, int count) = (0, 0, 0);
            foreach (Batch batch in position.Batches(data, epoch + 1))
            {
                AdversarialLosses losses = TrainOnBatch(batch.X, hasClasses ? batch.Y : null);
                (discriminator, generator, count) = (discriminator + losses.Discriminator, generator + losses.Generator, count + 1);
                cancellation.ThrowIfCancellationRequested();
            }

            if (count == 0)
                throw new ArgumentException($"{nameof(AdversarialTraining)}: received data without a batch; expected at least one. With dropRemainder, a batch must not be larger than the data.", nameof(data));
            afterEpoch?.Invoke(epoch + 1, new(discriminator / count, generator / count));
        }
    }

    /// <summary>Draws images, as in inference.</summary>
    /// <param name="count">How many.</param>
    /// <param name="seed">The seed of their noise.</param>
    /// <param name="classes">The class number of each, if the generator takes it.</param>
    /// <returns>(count, height, width, channels), in the generator's range.</returns>
    /// <exception cref="ArgumentException">There are no classes, or too many, or not as many as images.</exception>
    public Tensor Draw(int count, ulong seed, ReadOnlySpan<int> classes = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        if (classes.Length != (hasClasses ? count : 0))
        {
            throw new ArgumentException(
                $"{nameof(AdversarialTraining)}: received {classes.Length} class numbers for {count} images; expected {(hasClasses ? "one for each image" : "none, because this generator takes no class")}.", nameof(classes));
        }

        Tensor random = new RandomKey(seed).Normal([count, noise]);
        IReadOnlyList<Tensor> inputs = hasClasses ? [random, Tensor.From(classes, [count])] : [random];
        using StateScope mean = new([.. averages.Where(_ => AverageRate > 0 && Steps > 0).Select(pair => (pair.Weight, pair.Mean.Value))]);
        return Generator.Predict([.. inputs]).Only;
    }

    /// <summary>Writes networks, optimizers, random numbers and the place in the data into a file, whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">It cannot be written; an older file stays as it was.</exception>
    public void Save(string path) => NewCheckpoint().Save(path);

    /// <summary>Goes back to where <see cref="Save"/> was called, in a training that was made with the same settings.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Whether there is such a file.</returns>
    /// <exception cref="InvalidDataException">It is damaged, or of other networks or settings; nothing was changed.</exception>
    public bool TryRestore(string path) => NewCheckpoint().TryRestore(path);

    /// <summary>All that this training needs to go on in the same bits: what <see cref="Save"/> writes, for a loop that has state of its own to add.</summary>
    public Checkpoint NewCheckpoint() => new()
    {
        ["generator"] = Generator,
        ["discriminator"] = Discriminator,
        ["generator_optimizer"] = GeneratorOptimizer,
        ["discriminator_optimizer"] = DiscriminatorOptimizer,
        ["position"] = position,
        ["training"] = this,
    };
}
