using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Laminet.Configuration;

namespace Laminet.Cli;

/// <summary>Says what is wrong with a command line: one mistake, the one most likely made, with what was probably meant.</summary>
internal static class ParseMistake
{
    /// <summary>The mistake, or null if there is none.</summary>
    public static string? Of(ParseResult parse)
    {
        CommandResult command = parse.CommandResult;
        string path = PathOf(command);
        // System.CommandLine takes an unknown option for an argument's value, or for one argument too many.
        // What stands behind -- is no option, whatever it begins with.
        HashSet<Token> plain = [.. parse.Tokens.SkipWhile(token => token.Type != TokenType.DoubleDash)];
        IEnumerable<string> loose = command.Children.OfType<ArgumentResult>().SelectMany(result => result.Tokens)
            .Where(token => !plain.Contains(token)).Select(token => token.Value).Concat(parse.UnmatchedTokens);
        if (loose.FirstOrDefault(IsOptionLike) is { } unknown)
        {
            if (unknown.Contains(' ', StringComparison.Ordinal))
                return $"'{unknown}' begins as an option does; expected a text behind --, as in {path} ... -- \"- a text\". See '{path} --help'.";
            string name = unknown.Split('=', ':')[0];
            return $"unknown option '{name}' for '{path}'.{Suggestion.For(name, Names(command.Command.Options))} See '{path} --help'.";
        }

        if (command.Children.OfType<OptionResult>().FirstOrDefault(result => result.IdentifierTokenCount > 1 && result.Option.Arity.MaximumNumberOfValues <= 1) is { } twice)
            return $"{twice.Option.Name} is given {twice.IdentifierTokenCount} times; give it once.";
        if (command.Children.OfType<OptionResult>().FirstOrDefault(result => result.Errors.Any() && result.Tokens.Count == 0) is { Implicit: false } bare)
            return $"{bare.Option.Name} needs a value: {bare.Option.Name} {bare.Option.HelpName}. See '{path} --help'.";
        if (parse.UnmatchedTokens.Count > 0)
        {
            string extra = parse.UnmatchedTokens[0];
            return command.Command.Subcommands.Count > 0
                ? $"unknown command '{extra}' for '{path}'.{Suggestion.For(extra, command.Command.Subcommands.Select(sub => sub.Name))} "
                    + $"Known: {string.Join(", ", command.Command.Subcommands.Select(sub => sub.Name))}."
                : $"unexpected argument '{extra}' for '{path}'. See '{path} --help'.";
        }

        if (parse.Errors.Count == 0)
            return null;
        return parse.Errors[0].SymbolResult is ArgumentResult { Tokens.Count: 0, Argument: { } missing }
            ? Missing(missing, path)
            : parse.Errors[0].Message;
    }

    /// <summary>Says that an argument is missing.</summary>
    public static string Missing(Argument argument, string path) => $"{argument.Name} is missing: {char.ToLowerInvariant(argument.Description![0])}{argument.Description[1..]}. See '{path} --help'.";

    // -1 is a number out of range rather than an option.
    private static bool IsOptionLike(string token) =>
        token.Length > 1 && token[0] == '-' && !double.TryParse(token, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    private static IEnumerable<string> Names(IEnumerable<Option> options) => options.Where(option => !option.Hidden).Select(option => option.Name);

    private static string PathOf(CommandResult command) =>
        command.Parent is CommandResult parent ? $"{PathOf(parent)} {command.Command.Name}" : command.Command.Name;
}
