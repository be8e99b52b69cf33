using Laminet.Bench;
using Laminet.Bench.Data;
using Laminet.Bench.Images;
using Laminet.Bench.Kernels;
using Laminet.Bench.Steps;
using Laminet.Bench.Stress;

try
{
    Options options = Options.Parse(args);
    if (options.Help)
    {
        Console.WriteLine(Options.Usage);
        return 0;
    }

    return options.Verb switch
    {
        "kernels" => options.Json ? OperationBench.Run(options) : KernelBench.Run(options),
        "steps" => StepBench.Run(options),
        "profile" => StepBench.Profile(options),
        "embedding" => EmbeddingBench.Run(options),
        "scan" => ScanBench.Run(options),
        "boltzmann" => BoltzmannBench.Run(options),
        "stress" => StressBench.Run(options),
        "first-step" => FirstStep.Run(options),
        "fit" => FitBench.Run(options),
        "images" => ImageBench.Run(options),
        "q-learning" => QLearningBench.Run(options),
        "trees" => TreeBench.Run(options),
        "decoding" => DecodingBench.Run(options),
        "turing" => TuringBench.Run(options),
        _ => BatchBench.Run(),
    };
}
catch (UsageException exception)
{
    Console.Error.WriteLine($"error: {exception.Message}\n\n{Options.Usage}");
    return 2;
}
