#:project ../../src/Laminet.Transfer/Laminet.Transfer.csproj
#:package Microsoft.ML.OnnxRuntime@1.31.1
#:property PublishAot=false
#:property ManagePackageVersionsCentrally=false
#:property TreatWarningsAsErrors=false
#:property EnforceCodeStyleInBuild=false
#:property AnalysisLevel=none
// MiniLM's encoder on 32 texts of 32 tokens, in Laminet and in ONNX Runtime, from the same file and in alternation.  LAMINET_THREADS=2 dotnet run -c Release bench/peers/minilm.cs model.onnx
// Arguments: MiniLM-L6's model.onnx; how often each runs (40).
using System.Diagnostics;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Transfer;
using Microsoft.ML.OnnxRuntime;

const int Texts = 32, Length = 32, Pause = 50;
int rounds = args.Length > 1 ? int.Parse(args[1]) : 40;
Random random = new(1);
// 101 and 102 are the marks of beginning and end.
int[] tokens = [.. Enumerable.Range(0, Texts * Length).Select(i => i % Length == 0 ? 101 : i % Length == Length - 1 ? 102 : random.Next(1000, 30000))];
long[] ids = [.. tokens.Select(token => (long)token)], mask = [.. tokens.Select(_ => 1L)], segments = new long[tokens.Length], shape = [Texts, Length];

Model model = PretrainedLanguage.MiniLM(args[0]);
Tensor batch = Tensor.From(tokens, [Texts, Length]);
using SessionOptions options = new() { IntraOpNumThreads = Engine.Threads, InterOpNumThreads = 1, GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL };
using InferenceSession session = new(args[0], options);
Console.WriteLine($"largest difference {Rival().Zip(Ours()).Max(pair => Math.Abs(pair.First - pair.Second)):E1}");

List<double> ours = [], rival = [];
for (int round = -5; round < rounds; round++)
{
    // ONNX Runtime's threads look for more work for a while after each run, on processors that the next one needs.
    Thread.Sleep(Pause);
    double mine = Milliseconds(() => Ours());
    Thread.Sleep(Pause);
    double other = Milliseconds(() => Rival());
    if (round < 0)
        continue;
    ours.Add(mine);
    rival.Add(other);
}

(double Best, double Median) laminet = Of(ours), onnx = Of(rival);
Console.WriteLine($"{Engine.Threads} threads: Laminet {laminet.Median:F1} ms (best {laminet.Best:F1}), ONNX Runtime {onnx.Median:F1} ms (best {onnx.Best:F1}); ratio of medians {laminet.Median / onnx.Median:F2}, of bests {laminet.Best / onnx.Best:F2}");

float[] Ours() => model.PredictOnBatch(batch).ToArray<float>();

float[] Rival()
{
    using OrtValue first = OrtValue.CreateTensorValueFromMemory(ids, shape), second = OrtValue.CreateTensorValueFromMemory(mask, shape), third = OrtValue.CreateTensorValueFromMemory(segments, shape);
    using RunOptions run = new();
    using IDisposableReadOnlyCollection<OrtValue> results = session.Run(run, ["input_ids", "attention_mask", "token_type_ids"], [first, second, third], [session.OutputNames[0]]);
    return results[0].GetTensorDataAsSpan<float>().ToArray();
}

static double Milliseconds(Action run)
{
    long start = Stopwatch.GetTimestamp();
    run();
    return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
}

static (double Best, double Median) Of(List<double> times) => (times.Min(), times.Order().ElementAt(times.Count / 2));
