#:project ../src/Laminet/Laminet.csproj
// A Wasserstein GAN with gradient penalty finds eight Gaussians in the plane.  dotnet run -c Release samples/wgan_gp.cs
// Gulrajani et al., "Improved training of Wasserstein GANs", 2017.
using Laminet.Layers;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;
using Laminet.Tensors.Compilation;
using Laminet.Training;

int steps = args.Length > 0 ? int.Parse(args[0]) : 1000;
const int BatchSize = 256, Modes = 8, CriticSteps = 5;
const double Radius = 2, Sigma = 0.1;

Sequential Network(int inputs, int outputs) =>
    new(new Input([inputs]), new Dense(128, "relu"), new Dense(128, "relu"), new Dense(128, "relu"), new Dense(outputs));
Sequential generator = Network(2, 2), critic = Network(2, 1);
generator.Initialize(new RandomKey(1));
critic.Initialize(new RandomKey(2));
Optimizer generatorOptimizer = new Adam(5e-4, beta1: 0.5, beta2: 0.9), criticOptimizer = new Adam(5e-4, beta1: 0.5, beta2: 0.9);
var random = new RandomStream(seed: 3);

Tensor Noise() => random.Next().Normal([BatchSize, 2]);
Tensor Real()
{
    Tensor angle = random.Next().Uniform([BatchSize], 0, Modes).Floor() * (2 * Math.PI / Modes);
    return (Tensor.Stack([angle.Cos(), angle.Sin()], axis: 1) * Radius) + (Noise() * Sigma);
}

// Five steps of the critic and one of the generator, in one program that draws its own data.
CompiledFunction step = Function.Compile(_ =>
{
    var pass = new CallContext(training: true, random.Next());
    Tensor distance = Tensor.Scalar(0f);
    for (int i = 0; i < CriticSteps; i++)
    {
        Tensor real = Real(), fake = generator.Call(Noise(), pass);
        Tensor between = real + (random.Next().Uniform([BatchSize, 1]) * (fake - real));
        IReadOnlyList<Tensor> gradients = Gradient.ValueAndGradients(() =>
        {
            // A gradient within a gradient: the critic's slope shall be 1 between the real points and the others.
            Tensor slope = Gradient.Of(x => critic.Call(x, pass).Sum())(between);
            Tensor penalty = ((slope.Square().Sum(1) + 1e-12).Sqrt() - 1).Square().Mean();
            distance = critic.Call(real, pass).Mean() - critic.Call(fake, pass).Mean();
            return (10 * penalty) - distance;
        }, critic.TrainableWeights).Gradients;
        criticOptimizer.Apply(gradients, critic.TrainableWeights);
    }

    generatorOptimizer.Apply(
        Gradient.ValueAndGradients(() => -critic.Call(generator.Call(Noise(), pass), pass).Mean(), generator.TrainableWeights).Gradients,
        generator.TrainableWeights);
    return [distance];
});

for (int done = 1; done <= steps; done++)
{
    double distance = step.Call()[0].ToDouble();
    if (done % 100 == 0)
        Console.WriteLine($"step {done}: estimated distance {distance:F3}");
}

const int Samples = 4000;
float[] points = generator.Predict(new RandomKey(4).Normal([Samples, 2]), batchSize: Samples).ToArray<float>();
int[] near = new int[Modes];
for (int i = 0; i < Samples; i++)
{
    for (int mode = 0; mode < Modes; mode++)
    {
        (double sin, double cos) = Math.SinCos(2 * Math.PI * mode / Modes);
        if (Math.Sqrt(Math.Pow(points[2 * i] - (Radius * cos), 2) + Math.Pow(points[(2 * i) + 1] - (Radius * sin), 2)) <= 3 * Sigma)
            near[mode]++;
    }
}

Console.WriteLine($"within 3 sigma of each mode: {string.Join(" ", near.Select(count => $"{(double)count / Samples:P1}"))}, in all {(double)near.Sum() / Samples:P0}");
Console.WriteLine($"modes found: {near.Count(count => count >= 0.02 * Samples)} of {Modes}");
