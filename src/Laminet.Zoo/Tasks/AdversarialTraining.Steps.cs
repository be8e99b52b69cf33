using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;
using Laminet.Tensors.Compilation;

namespace Laminet.Zoo.Tasks;

/// <content>The compiled steps.</content>
public sealed partial class AdversarialTraining
{
    private CompiledFunction? discriminatorStep, bothStep;

    /// <summary>An update of the discriminator, and at every <see cref="DiscriminatorSteps"/>-th call one of the generator.</summary>
    /// <param name="images">Real images, (batch, height, width, channels); bytes become numbers from -1 to 1.</param>
    /// <param name="classes">Their class numbers, (batch), if the networks take them.</param>
    /// <exception cref="ArgumentException">The images do not fit the discriminator, or there are no classes.</exception>
    /// <exception cref="InvalidOperationException">A loss is not a finite number: lower the rates.</exception>
    public AdversarialLosses TrainOnBatch(Tensor images, Tensor? classes = null)
    {
        ArgumentNullException.ThrowIfNull(images);
        Shape image = Generator.OutputShape;
        if (images.Rank != image.Rank + 1 || images.Shape[0] == 0 || !images.Shape.Skip(1).SequenceEqual(image))
            throw new ShapeException($"{nameof(AdversarialTraining)}: received images of shape {images.Shape}; expected a batch of {image}, as the generator draws them.");
        if (hasClasses != classes is not null)
        {
            throw new ArgumentException(hasClasses
                ? $"{nameof(AdversarialTraining)}: received no classes; expected the class number of each image, which these networks take. Give them as the targets of the data."
                : $"{nameof(AdversarialTraining)}: received classes, which these networks do not take. Build them with classes, or leave the classes out.", nameof(classes));
        }

        // The number of the next step is read by the program: one that fails counts no step.
        bool both = (Steps + 1) % DiscriminatorSteps == 0;
        CompiledFunction step = both ? bothStep ??= Compile(true) : discriminatorStep ??= Compile(false);
        IReadOnlyList<Tensor> losses = classes is null ? step.Call(images) : step.Call(images, classes.Cast(DType.Int32));
        AdversarialLosses result = new(losses[0].ToDouble(), losses[1].ToDouble());
        return double.IsFinite(result.Discriminator) && double.IsFinite(result.Generator)
            ? result
            : throw new InvalidOperationException(FormattableString.Invariant(
                $"{nameof(AdversarialTraining)}: at step {Steps} the losses are {result.Discriminator} and {result.Generator}, not finite numbers: the networks have diverged. Restore the last save, or start again, with lower rates of the optimizers."));
    }

    private CompiledFunction Compile(bool both) => Function.Compile(
        inputs =>
        {
            Tensor real = inputs[0].DType == DType.UInt8 ? (inputs[0].Cast(DType.Float32) / 127.5) - 1 : inputs[0];
            Tensor? classes = inputs.Count > 1 ? inputs[1] : null;
            CallContext pass = new(training: true, new RandomKey(Seed).Fold(steps.Value.Cast(DType.Int64)));
            Tensor random = pass.NextKey().Normal([real.Shape[0], noise]), drawn = Drawn(random, classes, pass).Detach();
            (Tensor loss, IReadOnlyList<Tensor> gradients) = Gradient.ValueAndGradients(() => OfDiscriminator(real, drawn, classes, pass), Discriminator.TrainableWeights);
            DiscriminatorOptimizer.Apply(gradients, Discriminator.TrainableWeights);
            if (both)
            {
                (Tensor ofGenerator, gradients) = Gradient.ValueAndGradients(() => OfGenerator(Judged(Drawn(random, classes, pass), classes, pass)), Generator.TrainableWeights);
                GeneratorOptimizer.Apply(gradients, Generator.TrainableWeights);
                generatorLoss.Assign(ofGenerator);
                FollowWeights();
            }

            steps.Assign(steps.Value + 1);
            return [loss, generatorLoss.Value];
        },
        both ? "adversarial_both" : "adversarial_discriminator");

    private Tensor Drawn(Tensor random, Tensor? classes, CallContext pass) => Generator.Call(classes is null ? random : [random, classes], pass).Only;

    private Tensor Judged(Tensor images, Tensor? classes, CallContext pass) => Discriminator.Call(classes is null ? images : [images, classes], pass).Only;

    private Tensor OfDiscriminator(Tensor real, Tensor drawn, Tensor? classes, CallContext pass)
    {
        Tensor ofReal = Judged(real, classes, pass), ofDrawn = Judged(drawn, classes, pass);
        if (Objective == AdversarialObjective.Logistic)
            return (-ofReal).Softplus().Mean() + ofDrawn.Softplus().Mean();
        // A random place for each image, the same for all its pixels.
        Tensor place = pass.NextKey().Uniform([real.Shape[0], .. Enumerable.Repeat(1, real.Rank - 1)]), between = real + (place * (drawn - real));
        Tensor slope = Gradient.Of(images => Judged(images, classes, pass).Sum())(between);
        Tensor length = (slope.Square().Reshape(real.Shape[0], -1).Sum(1) + 1e-12).Sqrt();
        return ofDrawn.Mean() - ofReal.Mean() + (GradientPenalty * (length - 1).Square().Mean());
    }

    private Tensor OfGenerator(Tensor ofDrawn) => (Objective == AdversarialObjective.Logistic ? (-ofDrawn).Softplus() : -ofDrawn).Mean();

    // At first the mean moves faster, so that the first weights are soon forgotten.
    private void FollowWeights()
    {
        Tensor updates = (steps.Value.Cast(DType.Float32) + 1) / DiscriminatorSteps;
        Tensor rate = (updates / (updates + 10)).Minimum(Tensor.Scalar((float)AverageRate));
        foreach ((Variable weight, Variable mean) in averages)
            mean.Assign(weight.Value + (rate.Cast(weight.DType) * (mean.Value - weight.Value)));
    }
}
