using Laminet.Data;
using Laminet.Initializers;
using Laminet.Layers;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Zoo.Models;
using Laminet.Zoo.Tasks;

namespace Laminet.Zoo.Tests.Tasks;

public class AdversarialTrainingTests
{
    // A generator that does not hear its noise draws one number b; a discriminator is w x + c. Then a step is computed by hand.
    [Fact]
    public void A_logistic_step_is_that_of_the_paper()
    {
        const double rate = 0.5, b = 0.3, w = 0.8, c = -0.2;
        double[] real = [1.0, -0.5, 2.0];
        AdversarialTraining training = new(Deaf(b), Linear(w, c)) { GeneratorOptimizer = new SGD(rate), DiscriminatorOptimizer = new SGD(rate), Seed = 1 };
        AdversarialLosses losses = training.TrainOnBatch(Column(real));

        Assert.Equal(real.Average(x => Softplus(-((w * x) + c))) + Softplus((w * b) + c), losses.Discriminator, 1e-6);
        double ofW = real.Average(x => -x * Sigmoid(-((w * x) + c))) + (b * Sigmoid((w * b) + c));
        double ofC = real.Average(x => -Sigmoid(-((w * x) + c))) + Sigmoid((w * b) + c);
        (double newW, double newC) = (w - (rate * ofW), c - (rate * ofC));
        // The generator sees the new discriminator.
        Assert.Equal(Softplus(-((newW * b) + newC)), losses.Generator, 1e-6);
        double newB = b + (rate * newW * Sigmoid(-((newW * b) + newC)));
        Assert.Equal([newW, newC], [.. training.Discriminator.Weights.Select(weight => weight.Value.ToArray<float>()[0])], (one, other) => Math.Abs(one - other) < 1e-6);
        Assert.Equal(newB, training.Generator.Weights[1].Value.ToArray<float>()[0], 1e-6);
        // After the first update the running mean has kept 1/11 of the first weights.
        Assert.Equal(newB + ((b - newB) / 11), training.Draw(1, seed: 9).ToArray<float>()[0], 1e-6);
    }

    // A critic (w x)² has the slope 2 w² z, so that the penalty's gradient is one of a gradient.
    [Fact]
    public void A_critic_pays_for_slopes_that_are_not_1()
    {
        const double rate = 0.01, b = 0.3, w = 0.8, real = 1.5, penalty = 10;
        AdversarialTraining training = new(Deaf(b), Square(w))
        {
            Objective = AdversarialObjective.Wasserstein,
            GeneratorOptimizer = new SGD(rate),
            DiscriminatorOptimizer = new SGD(rate),
            Seed = 7,
            GradientPenalty = penalty,
            AverageRate = 0,
        };
        CallContext pass = new(training: true, new RandomKey(7).Fold(Tensor.Scalar(0L)));
        pass.NextKey();
        double z = real + (pass.NextKey().Uniform([1, 1]).ToArray<float>()[0] * (b - real));
        AdversarialLosses losses = training.TrainOnBatch(Column(real));

        double excess = (2 * w * w * Math.Abs(z)) - 1;
        Assert.Equal((w * w * ((b * b) - (real * real))) + (penalty * excess * excess), losses.Discriminator, 1e-5);
        double newW = w - (rate * ((2 * w * ((b * b) - (real * real))) + (penalty * 2 * excess * 4 * w * Math.Abs(z))));
        Assert.Equal(newW, training.Discriminator.Weights[0].Value.ToArray<float>()[0], 1e-5);
        Assert.Equal(-newW * newW * b * b, losses.Generator, 1e-5);
        Assert.Equal(b + (rate * 2 * newW * newW * b), training.Draw(1, seed: 9).ToArray<float>()[0], 1e-6);
    }

    // Trap A68: [10, 12] and [0, 2] both become [-1, 1] by themselves; in one batch, [.78, 1.18] and [-1.18, -.78].
    [Fact]
    public void Real_and_drawn_images_are_normalised_apart()
    {
        Sequential generator = new(new Input([1]), new Dense(1, kernelInitializer: new Constant(1)), new Lambda(x => x.Greater(x.Mean(0, keepDims: true)).Cast(DType.Float32) * 2));
        Sequential discriminator = new(new Input([1]), new BatchNormalization(epsilon: 1e-12));
        generator.Initialize(new RandomKey(1));
        discriminator.Initialize(new RandomKey(1));
        AdversarialTraining training = new(generator, discriminator) { DiscriminatorSteps = 2, DiscriminatorOptimizer = new SGD(0), Seed = 1 };
        Assert.Equal(Softplus(1) + Softplus(-1), training.TrainOnBatch(Column(10, 12)).Discriminator, 1e-5);
    }

    [Fact]
    public void A_generator_has_an_update_after_every_so_many_of_the_discriminator()
    {
        AdversarialTraining training = new(Deaf(0.3), Linear(0.8, 0)) { DiscriminatorSteps = 3, Seed = 1 };
        List<float> drawn = [];
        for (int step = 0; step < 6; step++)
        {
            training.TrainOnBatch(Column(1));
            drawn.Add(training.Generator.Predict(Tensor.Zeros([1, 1])).ToArray<float>()[0]);
        }

        Assert.Equal(6, training.Steps);
        Assert.Equal([0.3f, 0.3f], drawn[..2]);
        Assert.True(drawn[2] > 0.3f && drawn[3] == drawn[2] && drawn[4] == drawn[2] && drawn[5] > drawn[2]);
    }

    [Theory]
    [InlineData(AdversarialObjective.Logistic, 1)]
    [InlineData(AdversarialObjective.Wasserstein, 2)]
    public void A_training_that_is_restored_goes_on_in_the_same_bits(AdversarialObjective objective, int discriminatorSteps)
    {
        string file = Path.Combine(Path.GetTempPath(), $"laminet-gan-{objective}.laminet");
        AdversarialTraining straight = Small(objective, discriminatorSteps), first = Small(objective, discriminatorSteps), second = Small(objective, discriminatorSteps);
        straight.Fit(Stripes(), epochs: 4);
        first.Fit(Stripes(), epochs: 1);
        // In the midst of an epoch.
        OperationCanceledException? cut = null;
        using (CancellationTokenSource cancel = new())
        {
            cancel.Cancel();
            cut = Record.Exception(() => first.Fit(Stripes(), epochs: 2, cancellation: cancel.Token)) as OperationCanceledException;
        }

        Assert.NotNull(cut);
        first.Save(file);
        Assert.True(second.TryRestore(file));
        Assert.Equal((first.Steps, 1), (second.Steps, second.Epochs));
        second.Fit(Stripes(), epochs: 4);
        int[] classes = [0, 1, 0, 1];
        Assert.Equal(straight.Draw(4, seed: 3, classes).ToArray<float>(), second.Draw(4, seed: 3, classes).ToArray<float>());
        File.Delete(file);
    }

    // Bright images are of class 1, dark ones of class 0.
    [Fact]
    public void A_conditional_generator_draws_the_class_that_is_asked_for()
    {
        AdversarialTraining training = Small(AdversarialObjective.Logistic, 1);
        training.Fit(Stripes(), epochs: 80);
        double[] brightness = training.Draw(40, seed: 3, [.. Enumerable.Range(0, 40).Select(i => i % 2)]).Mean([1, 2, 3]).ToArray<float>().Select(value => (double)value).ToArray();
        Assert.True(brightness.Where((_, i) => i % 2 == 0).Max() < -0.1 && brightness.Where((_, i) => i % 2 == 1).Min() > 0.1, string.Join(' ', brightness));
    }

    [Fact]
    public void Networks_that_do_not_fit_are_refused()
    {
        Assert.Contains("a generator of 1 inputs, the first of shape (64,), and a discriminator of 2", Assert.Throws<ShapeException>(
            () => new AdversarialTraining(Dcgan.Generator([28, 28, 1]), Dcgan.Discriminator([28, 28, 1], classes: 10))).Message);
        Assert.Contains("a generator that gives (32, 32, 1), and a discriminator that takes (28, 28, 1) and gives (1,)", Assert.Throws<ShapeException>(
            () => new AdversarialTraining(Dcgan.Generator([32, 32, 1]), Dcgan.Discriminator([28, 28, 1]))).Message);
        Assert.Contains("received the image shape (30, 30, 1)", Assert.Throws<ArgumentException>(() => Dcgan.Generator([30, 30, 1])).Message);
        Assert.Contains("received the image shape (7, 7, 1)", Assert.Throws<ArgumentException>(() => Dcgan.Discriminator([7, 7, 1])).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => Dcgan.Generator([28, 28, 1], classes: 0));
    }

    [Fact]
    public void Wrong_data_are_refused()
    {
        AdversarialTraining plain = new(Deaf(0), Linear(1, 0)), conditional = Small(AdversarialObjective.Logistic, 1);
        Assert.Contains("received images of shape (2, 3); expected a batch of (1,)", Assert.Throws<ShapeException>(() => plain.TrainOnBatch(Tensor.Zeros([2, 3]))).Message);
        Assert.Contains("received classes, which these networks do not take", Assert.Throws<ArgumentException>(() => plain.TrainOnBatch(Column(1), Tensor.From(1))).Message);
        Assert.Contains("received no classes", Assert.Throws<ArgumentException>(() => conditional.TrainOnBatch(Tensor.Zeros([2, 8, 8, 1]))).Message);
        Assert.Contains("received 0 class numbers for 3 images", Assert.Throws<ArgumentException>(() => conditional.Draw(3, seed: 1)).Message);
        Assert.Contains("never end", Assert.Throws<ArgumentException>(() => plain.Fit(Dataset.FromTensors(Column(1)).Batch(1).Repeat(), 1)).Message);
        Assert.Contains("without a batch", Assert.Throws<ArgumentException>(() => plain.Fit(Dataset.FromTensors(Column(1)).Batch(2, dropRemainder: true), 1)).Message);
        Assert.Contains("not finite numbers: the networks have diverged", Assert.Throws<InvalidOperationException>(() => plain.TrainOnBatch(Column(double.NaN))).Message);
    }

    [Theory]
    [InlineData(null, 534_273, 138_945)]
    [InlineData(10, 936_321, 139_495)]
    public void The_networks_have_the_papers_layers(int? classes, long ofGenerator, long ofDiscriminator)
    {
        Model generator = Dcgan.Generator([28, 28, 1], hidden: 0, classes: classes), discriminator = Dcgan.Discriminator([28, 28, 1], hidden: 0, classes: classes);
        Assert.Equal((ofGenerator, ofDiscriminator), (generator.ParameterCount, discriminator.ParameterCount));
        Assert.Equal((new Shape(64, 64, 3), new Shape(1)), (Dcgan.Generator([64, 64, 3]).OutputShape, Dcgan.Discriminator([64, 64, 3]).OutputShape));
        Assert.DoesNotContain(Dcgan.Discriminator([64, 64, 3], normalize: false).Layers, layer => layer is BatchNormalization);
    }

    private static double Softplus(double x) => Math.Log(1 + Math.Exp(x));

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private static Tensor Column(params double[] values) => Tensor.From([.. values.Select(value => (float)value)], [values.Length, 1]);

    private static Sequential Deaf(double value) => Built(new Lambda(x => x * 0), new Dense(1, biasInitializer: new Constant(value)));

    private static Sequential Linear(double weight, double bias) => Built(new Dense(1, kernelInitializer: new Constant(weight), biasInitializer: new Constant(bias)));

    private static Sequential Square(double weight) => Built(new Dense(1, useBias: false, kernelInitializer: new Constant(weight)), new Lambda(x => x.Square()));

    private static Sequential Built(params Layer[] layers)
    {
        Sequential model = new([new Input([1]), .. layers]);
        model.Initialize(new RandomKey(1));
        return model;
    }

    private static AdversarialTraining Small(AdversarialObjective objective, int discriminatorSteps) => new(
        Dcgan.Generator([8, 8, 1], noise: 4, filters: 4, hidden: 16, classes: 2, seed: 1), Dcgan.Discriminator([8, 8, 1], filters: 4, hidden: 16, classes: 2, dropout: 0, normalize: objective == AdversarialObjective.Logistic, seed: 2))
    {
        Objective = objective,
        DiscriminatorSteps = discriminatorSteps,
        Seed = 3,
        GeneratorOptimizer = new Adam(2e-3, beta1: 0.5),
        DiscriminatorOptimizer = new Adam(2e-3, beta1: 0.5),
    };

    private static Dataset Stripes()
    {
        Tensor classes = Tensor.From([.. Enumerable.Range(0, 64).Select(i => i % 2)], [64]);
        Tensor bright = classes.Reshape([64, 1, 1, 1]).Cast(DType.Float32), noise = new RandomKey(5).Uniform([64, 8, 8, 1], 0, 80);
        return Dataset.FromTensors((noise + (bright * 170)).Cast(DType.UInt8), classes).Shuffle(seed: 6).Batch(16);
    }
}
