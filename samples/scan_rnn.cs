#:project ../src/Laminet/Laminet.csproj
// A recurrent network written as a loop learns to add two marked numbers of a long sequence.  dotnet run -c Release samples/scan_rnn.cs
// The adding problem: Hochreiter and Schmidhuber, "Long short-term memory", 1997. Always to answer 1 has a mean squared error of 1/6.
using System.Diagnostics;
using Laminet.Initializers;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;
using Laminet.Tensors.Compilation;

int length = args.Length > 0 ? int.Parse(args[0]) : 100;
const int BatchSize = 64, Hidden = 64, MostSteps = 10000;
const double Chance = 1.0 / 6, Goal = 0.02;

// h' = tanh(h W + x U + b); the answer is h V + c. An orthogonal W neither shrinks nor blows up what it carries over the steps.
var key = new RandomKey(1);
Variable w = new(new Orthogonal().Call([Hidden, Hidden], key.Fold(1)), "W"), u = new(key.Fold(2).Normal([2, Hidden], 0, 0.1), "U");
Variable b = new(Tensor.Zeros([Hidden]), "b"), v = new(key.Fold(3).Normal([Hidden, 1], 0, 0.1), "V"), c = new(Tensor.Zeros([1]), "c");
Variable[] weights = [w, u, b, v, c];
var optimizer = new Adam(3e-3) { GlobalClipNorm = 1 };
var random = new RandomStream(seed: 2);

// Numbers from 0 to 1, one of each half marked: x is (time, batch, 2), y the sum of the two.
(Tensor X, Tensor Y) Examples(int steps, int batch)
{
    Tensor numbers = random.Next().Uniform([steps, batch]), half = random.Next().Uniform([2, batch], 0, steps / 2).Floor().Cast(DType.Int32);
    Tensor marks = Tensor.Concatenate([half.At(0).OneHot(steps / 2), half.At(1).OneHot(steps - (steps / 2))], 1).Transpose();
    return (Tensor.Stack([numbers, marks], 2), (numbers * marks).Sum(0));
}

Tensor Answers(Tensor x)
{
    Tensor input = x.MatMul(u.Value) + b.Value;   // one product for all steps
    Tensor last = Flow.Scan((h, entry) => ((h.Only.MatMul(w.Value) + entry.Only).Tanh(), []), Tensor.Zeros([x.Shape[1], Hidden]), input).Carry.Only;
    return (last.MatMul(v.Value) + c.Value).Squeeze(1);
}

CompiledFunction Trainer(int steps) => Function.Compile(_ =>
{
    (Tensor x, Tensor y) = Examples(steps, BatchSize);
    (Tensor loss, IReadOnlyList<Tensor> gradients) = Gradient.ValueAndGradients(() => (Answers(x) - y).Square().Mean(), weights);
    optimizer.Apply(gradients, weights);
    return [loss];
});

// Short sequences first, each length until the running mean of the error is low: what is learnt on them carries over.
var watch = Stopwatch.StartNew();
int step = 0;
for (int steps = Math.Max(4, length / 10), last = 0; steps != last; (last, steps) = (steps, Math.Min(length, (int)Math.Ceiling(1.25 * steps))))
{
    if (last > 0)
        optimizer.LearningRate = 1e-3;
    CompiledFunction train = Trainer(steps);
    double running = Chance;
    for (; step < MostSteps && running > Goal; step++)
    {
        running += 0.02 * (train.Call()[0].ToDouble() - running);
        if ((step + 1) % 100 == 0)
            Console.WriteLine($"step {step + 1}, length {steps}: mean squared error {running:F4}   ({watch.Elapsed.TotalSeconds:F1} s)");
    }
}

(Tensor testX, Tensor testY) = Examples(length, 1000);
double error = (Answers(testX) - testY).Square().Mean().ToDouble();
Console.WriteLine($"length {length}, new sequences: mean squared error {error:F4} after {step} steps in {watch.Elapsed.TotalSeconds:F1} s (chance {Chance:F4})");
