#:project ../src/Laminet.Formats/Laminet.Formats.csproj
// Gradients of a recurrent network explode, are seen to do so in TensorBoard, and are tamed by clipping.  dotnet run -c Release samples/exploding.cs
// Why they explode: Bengio, Simard and Frasconi, "Learning long-term dependencies with gradient descent is difficult", 1994; the cure: Pascanu, Mikolov and Bengio, 2013.
using Laminet.Formats.Watching;
using Laminet.Initializers;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;
using Laminet.Tensors.Compilation;

int length = args.Length > 0 ? int.Parse(args[0]) : 30;
const int BatchSize = 32, Hidden = 16, Steps = 300;
string logs = Path.Combine(Path.GetTempPath(), "laminet-exploding");
if (Directory.Exists(logs))
    Directory.Delete(logs, recursive: true);

(double Largest, double Error) Train(string run, double? clipNorm)
{
    // h' = h W + x U; the answer is h V. W makes each h 1.2 times as long, and so the gradient on its way back through time, once a step.
    var key = new RandomKey(1);
    Variable w = new(new Orthogonal(gain: 1.2).Call([Hidden, Hidden], key.Fold(1)), "W"), u = new(key.Fold(2).Normal([1, Hidden], 0, 0.01), "U"), v = new(key.Fold(3).Normal([Hidden, 1], 0, 0.3), "V");
    Variable[] weights = [w, u, v];
    var optimizer = new SGD(0.05) { GlobalClipNorm = clipNorm };
    var random = new RandomStream(seed: 2);

    // The task: the mean of what was seen, numbers of both signs.
    CompiledFunction step = Function.Compile(_ =>
    {
        Tensor x = random.Next().Normal([length, BatchSize, 1]) + random.Next().Normal([1, BatchSize, 1]), goal = x.Mean(0).Squeeze(1);
        (Tensor loss, IReadOnlyList<Tensor> gradients) = Gradient.ValueAndGradients(() =>
        {
            Tensor last = Flow.Scan((h, seen) => (h.Only.MatMul(w.Value) + seen.Only, []), Tensor.Zeros([BatchSize, Hidden]), x.MatMul(u.Value)).Carry.Only;
            return (last.MatMul(v.Value).Squeeze(1) - goal).Square().Mean();
        }, weights);
        optimizer.Apply(gradients, weights);
        return [loss, .. gradients];
    });

    using var writer = new TensorBoardWriter(Path.Combine(logs, run));
    double largest = 0, running = 0;
    for (int number = 0; number < Steps; number++)
    {
        IReadOnlyList<Tensor> results = step.Call();
        double loss = results[0].ToDouble(), norm = Math.Sqrt(results[1].Cast(DType.Float64).Square().Sum().ToDouble());
        (largest, running) = (norm > largest ? norm : largest, number == 0 ? loss : (0.95 * running) + (0.05 * loss));
        writer.AddScalar("loss", loss, number);
        writer.AddScalar("norm/W", norm, number);
        foreach ((Variable weight, Tensor gradient) in weights.Zip(results.Skip(1)))
        {
            writer.AddHistogram($"gradients/{weight.Name}", gradient, number);
            writer.AddHistogram($"weights/{weight.Name}", weight.Value, number);
        }

        if (number < 5 || number % 50 == 0 || !double.IsFinite(loss))
            Console.WriteLine($"{run}, step {number}: loss {loss:G4}, norm of W's gradient {norm:G4}");
        if (!double.IsFinite(loss))
            break;
    }

    return (largest, running);
}

double largest = Train("plain", clipNorm: null).Largest;
Console.WriteLine($"the largest norm of W's gradient without clipping: {largest:G4}");
double error = Train("clipped", clipNorm: 1).Error;
Console.WriteLine($"with clipping: mean squared error {error:F4}; that of always answering the mean: {1 + (1.0 / length):F4}");
Console.WriteLine($"Look at it: tensorboard --logdir {logs}   (SCALARS: norm/W; HISTOGRAMS: gradients/W of both runs)");
