#:project ../src/Laminet/Laminet.csproj
// A small attention model writes token after token in one compiled loop; its caches lie in place.  dotnet run -c Release samples/decode.cs
using System.Diagnostics;
using Laminet.Tensors;
using Laminet.Tensors.Compilation;

int longest = args.Length > 0 ? int.Parse(args[0]) : 2048;
const int Width = 64, Heads = 4, Layers = 2, Measured = 16;
const string Alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .";

// Untrained: what counts here is how it runs.
var keys = new RandomStream(seed: 7);
Tensor Weight(int rows, int columns) => keys.Next().Normal([rows, columns], 0, 1 / Math.Sqrt(rows));
Tensor tokens = Weight(Alphabet.Length, Width) * 8, positions = Weight(longest, Width) * Math.Sqrt(longest), logits = Weight(Width, Alphabet.Length);
var layers = Enumerable.Range(0, Layers).Select(_ => (Query: Weight(Width, Width), Key: Weight(Width, Width), Value: Weight(Width, Width),
    Output: Weight(Width, Width), Up: Weight(Width, 4 * Width), Down: Weight(4 * Width, Width))).ToArray();

Tensor Normed(Tensor x) => x / ((x.Square().Mean(-1, keepDims: true) + 1e-6).Sqrt());
Tensor InHeads(Tensor x) => x.Reshape(1, Heads, 1, Width / Heads);

// The next token after one at a position, and the caches, (1, heads, longest, width of a head), with its keys and values.
(Tensor Next, Tensor[] Caches) Step(Tensor token, Tensor position, Tensor[] caches)
{
    Tensor x = (tokens.Gather(token) + positions.Gather(position)).ExpandDims(0);
    for (int i = 0; i < Layers; i++)
    {
        Tensor normed = Normed(x);
        caches[2 * i] = caches[2 * i].UpdateAt(InHeads(normed.MatMul(layers[i].Key)), position, axis: 2);
        caches[(2 * i) + 1] = caches[(2 * i) + 1].UpdateAt(InHeads(normed.MatMul(layers[i].Value)), position, axis: 2);
        Tensor seen = InHeads(normed.MatMul(layers[i].Query)).CachedAttention(caches[2 * i], caches[(2 * i) + 1], position + 1);
        x += seen.Reshape(1, Width).MatMul(layers[i].Output);
        x += Normed(x).MatMul(layers[i].Up).Relu().MatMul(layers[i].Down);
    }

    return (Normed(x).MatMul(logits).At(0).ArgMax(), caches);
}

// From (position, token, text, caches) on, until the position is the given one. No cache is given out, so none is ever copied.
Tensor[] Empty() => [.. Enumerable.Range(0, 2 * Layers).Select(_ => Tensor.Zeros([1, Heads, longest, Width / Heads]))];
CompiledFunction decode = Function.Compile(inputs =>
{
    Bundle<Tensor> end = Flow.While(
        state => state[0].Less(inputs[2]),
        state =>
        {
            (Tensor next, Tensor[] caches) = Step(state[1], state[0], [.. state.Skip(3)]);
            return Bundle.Create<Tensor>([state[0] + 1, next, state[2].UpdateAt(next.Reshape(1), state[0]), .. caches]);
        },
        Bundle.Create<Tensor>([inputs[0], inputs[1], Tensor.Zeros([longest], DType.Int32), .. Empty()]));
    return [end[2]];
});

IReadOnlyList<Tensor> Run(int from, int until) => decode.Call(Tensor.Scalar(from), Tensor.Scalar(0), Tensor.Scalar(until));

Tensor text = Run(0, longest)[0];
Console.WriteLine($"the first 64 of {longest} tokens: {string.Concat(text.ToArray<int>().Take(64).Select(token => Alphabet[token]))}");
double Milliseconds(int from, int until)
{
    double[] times = [.. Enumerable.Range(0, 9).Select(_ =>
    {
        long start = Stopwatch.GetTimestamp();
        Run(from, until);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }).Order()];
    return times[4];
}

// What the loop costs without turns, the empty caches above all, is taken off.
double PerToken(int length) => (Milliseconds(length - Measured, length) - Milliseconds(length, length)) / Measured;
double few = PerToken(Measured), all = PerToken(longest), copy = Milliseconds(0, 0);
Console.WriteLine($"time per token: {few:F3} ms with {Measured} of {longest} positions in use, {all:F3} ms with {longest}; to copy the caches alone takes {copy:F3} ms");
