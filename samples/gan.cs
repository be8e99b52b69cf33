#:project ../src/Laminet.Zoo/Laminet.Zoo.csproj
// A generative adversarial network draws clothes: two networks, two optimizers, one compiled step.  dotnet run -c Release samples/gan.cs
using Laminet.Data;
using Laminet.Layers;
using Laminet.Losses;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;
using Laminet.Tensors.Compilation;
using Laminet.Training;
using Laminet.Zoo.Datasets;

int steps = args.Length > 0 ? int.Parse(args[0]) : 400;
const int BatchSize = 64, Noise = 32;
ImageDataset data = FashionMnist.Load();
Tensor Pixels(Tensor bytes) => bytes.Cast(DType.Float32) / 255;

// Noise to an image: 7 x 7 maps that are doubled twice.
var generator = new Sequential(new Input([Noise]),
    new Dense(7 * 7 * 32, "relu"), new Reshape(7, 7, 32), Doubled(),
    new Conv2D(32, 3, padding: Padding.Same), new BatchNormalization(momentum: 0.8), new Activation("relu"), Doubled(),
    new Conv2D(1, 5, padding: Padding.Same, activation: "sigmoid"));
// An image to a logit: above 0 for real.
var discriminator = new Sequential(new Input([28, 28, 1]),
    new Conv2D(16, 5, strides: 2, padding: Padding.Same), Leaky(), new Conv2D(32, 5, strides: 2, padding: Padding.Same), Leaky(),
    new Flatten(), new Dropout(0.3), new Dense(1));
// Fit draws the first weights by itself; a step of your own needs them before.
generator.Initialize(new RandomKey(1));
discriminator.Initialize(new RandomKey(2));

Optimizer generatorOptimizer = new Adam(5e-4, beta1: 0.5), discriminatorOptimizer = new Adam(5e-4, beta1: 0.5);
var crossentropy = new BinaryCrossentropy(fromLogits: true);
var random = new RandomStream(seed: 3);

// What train_step is in Keras. Traced once; each call then runs the program, which changes weights, optimizers and random stream in place.
CompiledFunction step = Function.Compile(inputs =>
{
    var pass = new CallContext(training: true, random.Next());
    Tensor real = Pixels(inputs[0]), noise = pass.NextKey().Normal([BatchSize, Noise]);
    Tensor fake = generator.Call(noise, pass).Detach();
    (Tensor discriminatorLoss, IReadOnlyList<Tensor> gradients) = Gradient.ValueAndGradients(() =>
    {
        Tensor ofReal = discriminator.Call(real, pass), ofFake = discriminator.Call(fake, pass);
        return crossentropy.Call(ofReal.OnesLike(), ofReal) + crossentropy.Call(ofFake.ZerosLike(), ofFake);
    }, discriminator.TrainableWeights);
    discriminatorOptimizer.Apply(gradients, discriminator.TrainableWeights);   // what follows reads the new weights
    (Tensor generatorLoss, gradients) = Gradient.ValueAndGradients(() =>
    {
        Tensor ofFake = discriminator.Call(generator.Call(noise, pass), pass);
        return crossentropy.Call(ofFake.OnesLike(), ofFake);
    }, generator.TrainableWeights);
    generatorOptimizer.Apply(gradients, generator.TrainableWeights);
    return [discriminatorLoss, generatorLoss];
});
Dataset batches = Dataset.FromTensors(data.TrainImages).Shuffle(seed: 4).Batch(BatchSize, dropRemainder: true).Repeat();
foreach ((int i, Batch batch) in batches.Batches().Take(steps).Index())
{
    Bundle<Tensor> losses = step.Call(batch.X);
    if ((i + 1) % 100 == 0)
        Console.WriteLine($"step {i + 1}: discriminator loss {losses[0].ToDouble():F3}, generator loss {losses[1].ToDouble():F3}");
}

Tensor drawn = generator.Predict(new RandomKey(5).Normal([1000, Noise])), shown = Pixels(data.TestImages.Slice(0, 1000));
Console.WriteLine($"taken for real: {Share(shown):P0} of the real images, {Share(drawn):P0} of the drawn ones");
// The variance of a pixel between images is 0 for a generator that always draws the same.
foreach ((string name, Tensor images) in (ReadOnlySpan<(string, Tensor)>)[("real", shown), ("drawn", drawn)])
    Console.WriteLine($"{name} pixels: mean {images.Mean().ToDouble():F3}, variance {images.Variance().ToDouble():F3}, between images {images.Variance(0).Mean().ToDouble():F3}");
for (int row = 2; row < 28; row += 2)
    Console.WriteLine(string.Concat(Enumerable.Range(0, 4 * 28).Select(i => " .:-=+*#%@"[(int)(drawn.At(i / 28).At(row).At(i % 28).At(0).Item<float>() * 9.99f)])));

double Share(Tensor images) => discriminator.Predict(images).Greater(0).Cast(DType.Float32).Mean().ToDouble();
Lambda Doubled() => new(x => x.Reshape(-1, x.Shape[1], 1, x.Shape[2], 1, x.Shape[3])
    .BroadcastTo([x.Shape[0], x.Shape[1], 2, x.Shape[2], 2, x.Shape[3]]).Reshape(-1, 2 * x.Shape[1], 2 * x.Shape[2], x.Shape[3]));
Lambda Leaky() => new(x => x.Maximum(x * 0.2));

internal sealed class Lambda(Func<Tensor, Tensor> function) : Layer
{
    protected override Tensor Forward(Tensor input, CallContext context) => function(input);
}
