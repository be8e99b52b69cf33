using System.CommandLine;
using System.CommandLine.Parsing;
using System.Numerics;
using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Cli;

/// <summary>Makes options, including those that several commands share, so that their errors have the same form.</summary>
internal static class Options
{
    /// <summary>What a model of a file must be ready for.</summary>
    public const string ImageNotes = """
        The model receives the images as they are stored, with numbers from 0 to 255. If it needs another range, it
        must begin with a Rescaling layer.
        """;

    public static NumberRange<int> ThreadsRange { get; } = new(1, Engine.MaximumThreads);

    /// <summary>An option that takes a number of a range.</summary>
    public static Option<T> Number<T>(string name, string placeholder, string description, NumberRange<T> range, T? defaultValue = null)
        where T : struct, INumber<T>
    {
        Option<T> option = new(name) { Description = description, HelpName = placeholder, CustomParser = result => Read(result, name, range) };
        if (defaultValue is { } value)
            option.DefaultValueFactory = _ => value;
        return option;
    }

    /// <summary>Reads a number; anything else is the user's mistake.</summary>
    public static T Read<T>(ArgumentResult result, string name, NumberRange<T> range) where T : struct, INumber<T>
    {
        string text = result.Tokens.Count == 0 ? "" : result.Tokens[0].Value;
        if (!range.TryParse(text, out T number))
            result.AddError($"{name}: received '{text}'; expected {range}.");
        return number;
    }

    public static Option<string> Text(string name, string placeholder, string description, string? defaultValue = null)
    {
        Option<string> option = new(name) { Description = description, HelpName = placeholder };
        if (defaultValue is not null)
            option.DefaultValueFactory = _ => defaultValue;
        return option;
    }

    public static Option<bool> Json() => new("--json") { Description = "Write one JSON document to standard output; all other output goes to standard error" };

    public static Option<string> Data(string description) => Text("--data", "NAME|FOLDER", description);

    /// <summary>For models whose inputs have lengths that are known only with the data.</summary>
    public static Option<int> Length() => Number("--length", "N", "The length of axes of unknown length, such as time; required if the model has such axes", new NumberRange<int>(1, 1_000_000));

    public static Option<int> Threads() =>
        Number("--threads", "N", "Number of threads; the result does not depend on it (default: LAMINET_THREADS, or else all processors)", ThreadsRange);

    public static Argument<string> RunOrFile() => new("RUN|FILE") { Description = "A run's folder from 'laminet train', such as runs/NAME, or a .laminet file" };

    public static Argument<string> Photo() => new("PHOTO") { Description = "A JPEG, PNG, WebP, GIF or BMP file" };

    /// <summary>What <see cref="RunOrFile"/> is tried on.</summary>
    public static Option<string> TestData() => Data("Test images: a data set, or a folder with IDX files or photographs (default: those of the run; required for a file)");

    /// <summary>The one of some names that was received, whatever its case.</summary>
    /// <exception cref="UsageException">It is none of them.</exception>
    public static string OneOf(string what, string received, IReadOnlyList<string> known) =>
        known.FirstOrDefault(name => name.Equals(received, StringComparison.OrdinalIgnoreCase))
        ?? throw new UsageException($"{what}: received '{received}'; expected one of {string.Join(", ", known)}.{Suggestion.For(received, known)}");

    /// <summary>Whether the user wrote the option, as opposed to its default value.</summary>
    public static bool IsGiven(this ParseResult parse, Option option) => parse.GetResult(option) is { Implicit: false };

    /// <summary>The value that the user wrote; null if there is none.</summary>
    public static T? Given<T>(this ParseResult parse, Option<T> option) where T : struct => parse.IsGiven(option) ? parse.GetValue(option) : null;

    /// <summary>Takes the number of threads over into the engine, if it is given.</summary>
    public static void ApplyThreads(this ParseResult parse, Option<int> threads)
    {
        if (parse.IsGiven(threads))
            Engine.Threads = parse.GetValue(threads);
    }
}
