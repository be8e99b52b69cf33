using System.Diagnostics;
using System.Globalization;
using Laminet.Tensors;
using Laminet.Tensors.Compilation;
using Laminet.Zoo.Language;

namespace Laminet.Bench.Steps;

/// <summary>
/// Times a token of GPT-2 small's shape with random weights, batch 1, in one compiled loop: against the time in which the machine reads as many bytes as the weights have, with weights of 32 and of 16 bits, and with few
/// and many positions in the cache.
/// </summary>
internal static class DecodingBench
{
    private const int Few = 16, Many = 256, Measured = 16;

    public static int Run(Options options)
    {
        Way single = new(DType.Float32), half = new(DType.BFloat16);
        Tensor bytes = new RandomKey(1).Uniform([128 << 20]);
        Func<Tensor, Tensor> sum = Function.Compile((Tensor x) => x.Sum());
        List<double> reads = [];
        long start = Stopwatch.GetTimestamp();
        // In alternation, since the machine is faster at one time than at another.
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < 4 * options.Seconds || reads.Count < 5)
        {
            reads.Add(Milliseconds(() => sum(bytes)));
            single.Time();
            half.Time();
        }

        double bandwidth = 4.0 * bytes.Length / 1e6 / reads.Min();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"GPT-2 small, batch 1, {Engine.Threads} threads; memory is read at {bandwidth:F1} GB/s"));
        foreach (Way way in (Way[])[single, half])
        {
            double bound = way.Bytes / bandwidth / 1e6;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{way.Type}: {way.OfFew:F1} ms a token, {1000 / way.OfFew:F1} tokens a second, {bound / way.OfFew:F2} of the bound of {1000 / bound:F1}; with {Many} positions {way.OfMany / way.OfFew:F3} of the time with {Few}"));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"BFloat16 is {single.OfFew / half.OfFew:F2} times as fast as Float32"));
        return 0;
    }

    private static double Milliseconds(Action run)
    {
        long start = Stopwatch.GetTimestamp();
        run();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private sealed class Way
    {
        private readonly Dictionary<int, List<double>> times = new() { [Few] = [], [Many] = [] };
        private readonly CompiledFunction decode;

        public Way(DType type)
        {
            Type = type;
            CausalLanguageModel model = CausalLanguageModel.Gpt2Small(type, seed: 1);
            Bytes = model.ParameterCount * type.Size();
            // The turns of the loop from a position until another.
            decode = Function.Compile(inputs =>
            {
                Bundle<Tensor> end = Flow.While(
                    state => state[0].Less(inputs[1]),
                    state =>
                    {
                        (Tensor logits, Bundle<Tensor> cache) = model.Next(state[1], state[0], [.. state.Skip(2)]);
                        return [state[0] + 1, logits.ArgMax().ExpandDims(1), .. cache];
                    },
                    [inputs[0], Tensor.Zeros([1, 1], DType.Int32), .. model.NewCache(1, Many + Measured)]);
                return [end[1]];
            });
            Time();
            times[Few].Clear();
            times[Many].Clear();
        }

        public DType Type { get; }

        public double Bytes { get; }

        public double OfFew => times[Few].Min();

        public double OfMany => times[Many].Min();

        // What the loop costs without turns, the empty caches above all, is taken off.
        public void Time()
        {
            foreach ((int from, List<double> each) in times)
                each.Add((Milliseconds(() => Turn(from, from + Measured)) - Milliseconds(() => Turn(from, from))) / Measured);
        }

        private void Turn(int from, int until) => decode.Call(Tensor.Scalar(from), Tensor.Scalar(until));
    }
}
