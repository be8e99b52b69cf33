using System.Globalization;
using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Zoo.Tasks;

/// <summary>
/// A Markov chain of order k over the letters or words of a text: the next symbol depends on the k before it, with the probability (n + s) / (N + s V), n the number of times it followed them in the text, N the number of
/// times that anything did, V the number of different symbols, and s the smoothing (0: exactly the shares in the text; 1: Laplace's).
/// Markov, 1913; Shannon: A mathematical theory of communication, 1948, writes English with one.
/// </summary>
/// <example><code>
/// MarkovText letters = MarkovText.OfLetters(text, order: 3);
/// string written = string.Concat(letters.Generate(200, seed: 1));
/// Tensor share = MarkovText.OfLetters(text).ToChain().StationaryDistribution();
/// </code></example>
public sealed class MarkovText
{
    // The chain has a matrix of so many contexts squared.
    private const int MostContexts = 4096;

    private readonly Dictionary<string, int> numbers;
    private readonly Dictionary<Context, Followers> counts = [];
    private readonly Context first;

    /// <summary>Counts what follows what.</summary>
    /// <param name="symbols">The text, symbol by symbol.</param>
    /// <param name="order">k, 1 or more.</param>
    /// <param name="smoothing">s, 0 or more.</param>
    /// <exception cref="ArgumentException">The text is not longer than the order.</exception>
    public MarkovText(IReadOnlyList<string> symbols, int order = 1, double smoothing = 0)
    {
        ArgumentNullException.ThrowIfNull(symbols);
        Order = Setting.Require(order, order >= 1, "1 or more");
        Smoothing = Setting.Require(smoothing, smoothing >= 0 && double.IsFinite(smoothing), "0 or more");
        if (symbols.Count <= order)
            throw new ArgumentException($"{nameof(MarkovText)}: received {symbols.Count} symbols for the order {order}; expected at least {order + 1}, so that something follows.", nameof(symbols));
        Symbols = [.. symbols.Distinct().Order(StringComparer.Ordinal)];
        numbers = Symbols.Index().ToDictionary(one => one.Item, one => one.Index);
        int[] text = [.. symbols.Select(symbol => numbers[symbol])];
        first = new(text[..order]);
        for (int place = order; place < text.Length; place++)
        {
            Context before = new(text[(place - order)..place]);
            if (!counts.TryGetValue(before, out Followers? own))
                counts[before] = own = new();
            own.Add(text[place]);
        }
    }

    /// <summary>k: how many symbols the next one depends on.</summary>
    public int Order { get; }

    /// <summary>s: what is added to each count.</summary>
    public double Smoothing { get; }

    /// <summary>The different symbols, in ordinal order.</summary>
    public IReadOnlyList<string> Symbols { get; }

    /// <summary>The contexts that something followed in the text, each of k symbols.</summary>
    public IEnumerable<IReadOnlyList<string>> Contexts => counts.Keys.Select(context => context.Symbols.Select(number => Symbols[number]).ToArray());

    /// <summary>A chain over the letters (Unicode characters) of a text.</summary>
    /// <inheritdoc cref="MarkovText(IReadOnlyList{string}, int, double)"/>
    public static MarkovText OfLetters(string text, int order = 1, double smoothing = 0) => new([.. Given(text).EnumerateRunes().Select(rune => rune.ToString())], order, smoothing);

    /// <summary>A chain over the words of a text: what white space separates.</summary>
    /// <inheritdoc cref="MarkovText(IReadOnlyList{string}, int, double)"/>
    public static MarkovText OfWords(string text, int order = 1, double smoothing = 0) => new(Given(text).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries), order, smoothing);

    /// <summary>The probability of each symbol after a context, Float64 (symbols,).</summary>
    /// <param name="context">k symbols.</param>
    /// <exception cref="ArgumentException">A symbol is unknown, there are not k, or nothing ever followed them and there is no smoothing.</exception>
    public Tensor Next(params IReadOnlyList<string> context) => Tensor.From(Probabilities(Known(context)) ??
        throw new ArgumentException($"{nameof(MarkovText)}: nothing ever followed '{string.Join(' ', context)}' in the text, so the probabilities are not known. Set {nameof(Smoothing)} above 0, or the order lower.", nameof(context)));

    /// <summary>The chain whose states are contexts: from each to those that begin with its last k - 1 symbols. Of order 1 without smoothing its matrix is the shares of the pairs in the text.</summary>
    /// <returns>The chain; state i is <see cref="StateNames"/>[i].</returns>
    /// <exception cref="InvalidOperationException">The text ends with a context that nothing follows, or there are too many.</exception>
    public MarkovChain ToChain()
    {
        Context[] states = States();
        Dictionary<Context, int> places = states.Index().ToDictionary(one => one.Item, one => one.Index);
        double[] matrix = new double[states.Length * states.Length];
        foreach ((int from, Context state) in states.Index())
        {
            double[] next = Probabilities(state)!;
            for (int symbol = 0; symbol < next.Length; symbol++)
            {
                if (next[symbol] == 0)
                    continue;
                Context after = state.Then(symbol);
                if (!places.TryGetValue(after, out int to))
                    throw new InvalidOperationException($"{nameof(MarkovText)}: the text ends with '{Text(after)}', which nothing ever followed, so the chain would stop there. Set {nameof(Smoothing)} above 0, append the beginning of the text to its end, or set the order lower.");
                matrix[(from * states.Length) + to] = next[symbol];
            }
        }

        return new(Tensor.From(matrix, [states.Length, states.Length]));
    }

    /// <summary>The names of the states of <see cref="ToChain"/>: with smoothing all contexts there can be, otherwise those that something followed.</summary>
    public IReadOnlyList<string> StateNames() => [.. States().Select(Text)];

    /// <summary>Writes text: the first k symbols, then a symbol after another. It is shorter than asked for where it comes to the end of the text that nothing follows, without smoothing.</summary>
    /// <param name="length">How many symbols, with the first.</param>
    /// <param name="seed">Names the random numbers.</param>
    /// <param name="temperature">T: probabilities become p^(1/T), with the sum 1. Below 1 the likely is likelier; 0 is always the likeliest, the first of several.</param>
    /// <param name="start">The first k symbols; by default those of the text.</param>
    public IReadOnlyList<string> Generate(int length, ulong seed = 0, double temperature = 1, IReadOnlyList<string>? start = null)
    {
        Setting.Require(length, length >= Order, $"{Order} or more, as many as the first symbols");
        Setting.Require(temperature, temperature >= 0 && double.IsFinite(temperature), "0 (the likeliest) or more");
        double[] draws = new RandomKey(seed).Uniform([length], dtype: DType.Float64).ToArray<double>();
        Context now = start is null ? first : Known(start);
        List<int> written = [.. now.Symbols];
        while (written.Count < length && Probabilities(now) is { } next)
        {
            int symbol = temperature == 0 ? Array.IndexOf(next, next.Max()) : MarkovChain.Draw(Tempered(next, temperature), draws[written.Count]);
            written.Add(symbol);
            now = now.Then(symbol);
        }

        return [.. written.Select(number => Symbols[number])];
    }

    /// <summary>The mean of -ln p over the symbols of a text, each given the k before it: infinite if something there never followed in this one and there is no smoothing.</summary>
    /// <param name="symbols">Another text, of known symbols.</param>
    public double CrossEntropy(IReadOnlyList<string> symbols)
    {
        if (symbols.Count <= Order)
            throw new ArgumentException($"{nameof(MarkovText)}: received {symbols.Count} symbols; expected at least {Order + 1}.", nameof(symbols));
        int[] text = [.. symbols.Select(Number)];
        return Enumerable.Range(Order, text.Length - Order).Average(place =>
            -Math.Log(Probability(counts.GetValueOrDefault(new Context(text[(place - Order)..place])), text[place])));
    }

    // Relative to the likeliest, so that nothing overflows.
    private static double[] Tempered(double[] probabilities, double temperature)
    {
        double most = probabilities.Max();
        double[] powers = [.. probabilities.Select(p => Math.Pow(p / most, 1 / temperature))];
        double sum = powers.Sum();
        return [.. powers.Select(power => power / sum)];
    }

    // Null where nothing is known.
    private double[]? Probabilities(Context context)
    {
        bool isKnown = counts.TryGetValue(context, out Followers? own);
        return isKnown || Smoothing > 0 ? [.. Enumerable.Range(0, Symbols.Count).Select(symbol => Probability(own, symbol))] : null;
    }

    // 0 where nothing is known.
    private double Probability(Followers? own, int symbol)
    {
        double sum = (own?.Total ?? 0) + (Smoothing * Symbols.Count);
        return sum == 0 ? 0 : ((own?.Of(symbol) ?? 0) + Smoothing) / sum;
    }

    private static string Given(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text;
    }

    private Context[] States()
    {
        double most = Smoothing == 0 ? counts.Count : Math.Pow(Symbols.Count, Order);
        if (most > MostContexts)
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{nameof(MarkovText)}: {most} contexts of {Order} symbols make a matrix of their square; expected at most {MostContexts}. Set the order lower{(Smoothing == 0 ? "" : $", or {nameof(Smoothing)} to 0, with which only the text's own count")}."));
        IEnumerable<int[]> all = [[]];
        for (int place = 0; place < Order && Smoothing > 0; place++)
            all = all.SelectMany(before => Enumerable.Range(0, Symbols.Count).Select(symbol => (int[])[.. before, symbol]));
        return Smoothing == 0 ? [.. counts.Keys.OrderBy(Text, StringComparer.Ordinal)] : [.. all.Select(symbols => new Context(symbols))];
    }

    private string Text(Context context) => string.Join(Symbols.All(symbol => symbol.EnumerateRunes().Count() == 1) ? "" : " ", context.Symbols.Select(number => Symbols[number]));

    private Context Known(IReadOnlyList<string> context) => context.Count == Order ? new([.. context.Select(Number)])
        : throw new ArgumentException($"{nameof(MarkovText)}: received {context.Count} symbols as context; expected {Order}, the order of the chain.", nameof(context));

    private int Number(string symbol) => numbers.TryGetValue(symbol, out int number) ? number
        : throw new ArgumentException($"{nameof(MarkovText)}: '{symbol}' is not in the text; expected one of its {Symbols.Count} symbols.", nameof(symbol));

    /// <summary>How often each symbol followed a context; most never did.</summary>
    private sealed class Followers
    {
        private readonly Dictionary<int, int> times = [];

        public int Total { get; private set; }

        public int Of(int symbol) => times.GetValueOrDefault(symbol);

        public void Add(int symbol) => (times[symbol], Total) = (Of(symbol) + 1, Total + 1);
    }

    /// <summary>Symbols in a row, compared by value.</summary>
    private readonly struct Context(int[] symbols) : IEquatable<Context>
    {
        public int[] Symbols => symbols;

        public Context Then(int symbol) => new([.. symbols.Skip(1), symbol]);

        public bool Equals(Context other) => symbols.AsSpan().SequenceEqual(other.Symbols);

        public override bool Equals(object? obj) => obj is Context other && Equals(other);

        public override int GetHashCode()
        {
            HashCode hash = default;
            foreach (int symbol in symbols)
                hash.Add(symbol);
            return hash.ToHashCode();
        }
    }
}
