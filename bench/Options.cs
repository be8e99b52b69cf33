using System.Globalization;
using Laminet.Bench.Images;
using Laminet.Bench.Steps;
using Laminet.Tensors;

namespace Laminet.Bench;

/// <summary>The command line. Parsed by hand, because first-step counts every millisecond from the start of the process.</summary>
internal sealed record Options(string Verb)
{
    private static readonly string[] Verbs = ["kernels", "steps", "profile", "first-step", "fit", "data", "embedding", "scan", "boltzmann", "stress", "images", "q-learning", "trees", "turing", "decoding"];

    public static string Usage => $"""
        Usage: dotnet run -c Release --project bench -- VERB [OPTION ...]
          steps [NAME ...]   time whole steps of training and inference, each workload in a process of its own; all by default
          profile NAME ...   tell where a step's time goes
          first-step         time from the start of the process to the end of the convnet's first training step
          fit                tell what Fit adds to the convnet's training steps, and callbacks for TensorBoard and Weights and Biases to Fit
          kernels            time the numerical kernels; with --json single operations, those that bench/peers/kernels.cs does in TorchSharp
          data               time handing out batches
          embedding          time a step of a large embedding: dense, and by the rows looked up
          scan               time an LSTM's training step as a loop, unrolled, and with checkpoints
          boltzmann          time steps of contrastive divergence against their products at the machine's peak
          images [NAME ...]  time reading photographs, list and stream a large folder, mutate files; needs --data
          q-learning         count the steps of deep Q-learning on CartPole, with an update each, for batches of 32 and 64
          trees              time a training step of a Tree-LSTM over batches of trees
          turing             time a neural Turing machine's training step on the copy task
          decoding           time a token of GPT-2 small's shape against reading its weights
          stress             predict on several threads beside two trainings, and count what went wrong
        Options:
          --threads N        threads, 1 to {Engine.MaximumThreads} (all verbs)
          --seconds S        how long each workload is timed or run, 4 by default (steps, kernels --json, fit, embedding, scan, boltzmann, stress, q-learning, trees, turing, decoding)
          --json             one line of JSON a workload instead of a table (steps, kernels, first-step, images_load...)
          --data FOLDER      photographs (images)
          --filter TEXT      only what has the text in its name (kernels)
          --help             show this page
        Workloads: {string.Join(", ", Workload.All.Select(workload => workload.Name))}; of images: {string.Join(", ", ImageBench.Names)}
        """;

    public bool Help { get; private set; }

    public bool Json { get; private set; }

    public double Seconds { get; private set; } = 4;

    public string Filter { get; private set; } = "";

    public string? Data { get; private set; }

    public List<string> Names { get; } = [];

    /// <exception cref="UsageException">The arguments are not understood.</exception>
    public static Options Parse(IReadOnlyList<string> arguments)
    {
        Queue<string> rest = new(arguments);
        if (!rest.TryDequeue(out string? verb))
            throw new UsageException($"no verb given; expected one of {string.Join(", ", Verbs)}.");
        Options options = new(verb) { Help = verb is "--help" or "-h" };
        if (!options.Help && !Verbs.Contains(verb))
            throw new UsageException($"there is no verb '{verb}'; expected one of {string.Join(", ", Verbs)}.");
        while (rest.TryDequeue(out string? argument))
            options.Take(argument, rest);
        if (options.Names.Count > 0 && verb is not ("steps" or "profile" or "images"))
            throw new UsageException($"{verb} takes no names; received '{options.Names[0]}'.");
        return options;
    }

    private void Take(string argument, Queue<string> rest)
    {
        switch (argument)
        {
            case "--help" or "-h":
                Help = true;
                break;
            case "--json":
                Json = true;
                break;
            case "--threads":
                Engine.Threads = (int)Number(1, Engine.MaximumThreads);
                break;
            case "--seconds":
                Seconds = Number(0, 3600);
                break;
            case "--filter":
                Filter = Value();
                break;
            case "--data":
                Data = Value();
                break;
            case ['-', ..]:
                throw new UsageException($"there is no option '{argument}'.");
            default:
                Names.Add(argument);
                break;
        }

        string Value() => rest.TryDequeue(out string? value) ? value : throw new UsageException($"{argument} needs a value.");

        double Number(double least, double most)
        {
            string text = Value();
            return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value >= least && value <= most
                ? value
                : throw new UsageException($"{argument}: received '{text}'; expected a number from {least} to {most}.");
        }
    }
}
