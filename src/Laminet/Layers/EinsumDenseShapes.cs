using System.Text.RegularExpressions;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>The shapes of an <see cref="EinsumDense"/>'s weights, by Keras's rules.</summary>
internal sealed partial class EinsumDenseShapes
{
    private readonly Dictionary<char, int> lengths = [];
    private readonly string result;
    private readonly int elidedAfter;

    public EinsumDenseShapes(string equation, Shape input, PartialShape output)
    {
        Match match = Form().Match(equation);
        (string read, string weight) = (match.Groups["x"].Value, match.Groups["w"].Value);
        result = match.Groups["y"].Value;
        (bool before, bool after) = (match.Groups["before"].Success, match.Groups["after"].Success);
        int elided = input.Rank - read.Length, first = before ? elided : 0;
        if (elided < 0 || (elided > 0 && !before && !after))
            throw new ShapeException($"received an input of shape {input}; the term '{read}' of '{equation}' has {read.Length} axes.");
        elidedAfter = after ? elided : 0;
        for (int i = 0; i < read.Length; i++)
            lengths[read[i]] = input[first + i];
        // The batch is one of the letters, or of those that are left out.
        int known = result.Length - (before && elided > 0 ? 0 : 1);
        if (output.Count != known)
            throw new ShapeException($"received the output shape {output} for the result '{result}' of '{equation}'; expected {known} lengths, without the batch.");
        for (int i = 0; i < output.Count; i++)
        {
            char letter = result[^(output.Count - i)];
            if (output[i] is not { } length)
            {
                if (!lengths.ContainsKey(letter))
                    throw new ShapeException($"received the output shape {output}, which leaves the length of '{letter}' open; it is not in the input's term '{read}', so give it.");
            }
            else if (!lengths.TryAdd(letter, length) && lengths[letter] != length)
            {
                throw new ShapeException($"received an input of shape {input} and the output shape {output}; the axis '{letter}' of '{equation}' has length {lengths[letter]} in one and {length} in the other.");
            }
        }

        foreach (char letter in weight)
        {
            if (!lengths.ContainsKey(letter))
                throw new ShapeException($"the axis '{letter}' of the kernel in '{equation}' is neither in the input's term '{read}' nor in the result '{result}', so its length is not known.");
        }

        foreach (char letter in result)
        {
            if (!read.Contains(letter, StringComparison.Ordinal) && !weight.Contains(letter, StringComparison.Ordinal))
                throw new ShapeException($"the axis '{letter}' of the result in '{equation}' is neither in the input's term '{read}' nor in the kernel's '{weight}'.");
        }

        Kernel = [.. weight.Select(letter => lengths[letter])];
    }

    public Shape Kernel { get; }

    /// <summary>The bias has the length of its letters and 1 between and after them.</summary>
    public Shape Bias(string axes)
    {
        foreach (char letter in axes)
        {
            if (!result.Contains(letter, StringComparison.Ordinal))
                throw new ShapeException($"received the bias axes '{axes}'; '{letter}' is not one of the result's, '{result}'.");
        }

        return [.. result.SkipWhile(letter => !axes.Contains(letter, StringComparison.Ordinal)).Select(letter => axes.Contains(letter, StringComparison.Ordinal) ? lengths[letter] : 1),
            .. Enumerable.Repeat(1, elidedAfter)];
    }

    /// <exception cref="ArgumentException">The equation has another form.</exception>
    public static string Checked(string equation) => Form().IsMatch(equation) ? equation : throw new ArgumentException(
        $"Received the equation '{equation}'; expected one of the forms ab,bc->ac, ...ab,bc->...ac or ab...,bc->ac..., in letters.", nameof(equation));

    [GeneratedRegex(@"^(?<before>\.\.\.)?(?<x>[a-zA-Z]+)(?<after>\.\.\.)?,(?<w>[a-zA-Z]+)->(?(before)\.\.\.)(?<y>[a-zA-Z]+)(?(after)\.\.\.)$")]
    private static partial Regex Form();
}
