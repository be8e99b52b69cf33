namespace Laminet.Bench.Stress;

/// <summary>Runs what threads may do at once, for a while, and counts what went wrong: nothing may.</summary>
internal static class StressBench
{
    private const int Models = 200;

    public static int Run(Options options)
    {
        IReadOnlyList<string> cold = ColdStarts.Run(Models);
        Console.WriteLine($"{Models} models started by 8 threads at once: {cold.Count} faults");
        (string text, IReadOnlyList<string> faults) = StressRun.For(options.Seconds);
        Console.WriteLine(text);
        foreach (string fault in cold.Concat(faults))
            Console.Error.WriteLine(fault);
        return cold.Count + faults.Count == 0 ? 0 : 1;
    }
}
