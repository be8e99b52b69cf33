using System.Diagnostics;
using System.Globalization;
using Laminet.Tensors;
using Laminet.Zoo.Environments;
using Laminet.Zoo.Tasks;

namespace Laminet.Bench.Steps;

/// <summary>How many steps of CartPole a second deep Q-learning takes, with an update of a 64-64 network after each: double, uniform draws, and with priorities and a duelling head.</summary>
internal static class QLearningBench
{
    private const int Warm = 4000, Part = 500;

    public static int Run(Options options)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"deep Q-learning, CartPole, dense 64-64, an update a step; {Engine.Threads} threads"));
        foreach (int batch in (ReadOnlySpan<int>)[32, 64])
        {
            Time($"double, batch {batch}", new(new CartPole()) { Seed = 1, BatchSize = batch }, options.Seconds);
            Time($"double, duelling, prioritized, batch {batch}", new(new CartPole()) { Seed = 1, BatchSize = batch, Dueling = true, PriorityExponent = 0.6 }, options.Seconds);
        }

        return 0;
    }

    private static void Time(string name, DeepQLearning agent, double seconds)
    {
        agent.Learn(Warm);
        List<double> rates = [];
        int updates = agent.Updates;
        long start = Stopwatch.GetTimestamp(), allocated = GC.GetTotalAllocatedBytes();
        do
        {
            long before = Stopwatch.GetTimestamp();
            agent.Learn(Part);
            rates.Add(Part / Stopwatch.GetElapsedTime(before).TotalSeconds);
        }
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds);
        int steps = agent.Updates - updates;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-42} median {rates.Order().ElementAt(rates.Count / 2),7:F0} steps/s, best {rates.Max(),7:F0}; {(GC.GetTotalAllocatedBytes() - allocated) / steps} managed bytes a step"));
    }
}
