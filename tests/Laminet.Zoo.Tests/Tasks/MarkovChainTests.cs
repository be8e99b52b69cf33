using System.Text.Json.Nodes;
using Laminet.Tensors;
using Laminet.Zoo.Tasks;
using Laminet.Zoo.Tests.Golden;

namespace Laminet.Zoo.Tests.Tasks;

public class MarkovChainTests
{
    [Fact]
    public void The_stationary_distribution_is_that_of_numpy()
    {
        JsonNode golden = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", "markov.json")))!;
        Tensor chances = NamedNumbers.Of("markov/chain", [12, 12]).Cast(DType.Float64).Pow(8);
        MarkovChain chain = new(chances / chances.Sum(1, keepDims: true));
        Assert.All(golden["stationary"]!.AsArray().Zip(chain.StationaryDistribution().ToArray<double>()), pair => Assert.Equal(pair.First!.GetValue<double>(), pair.Second, 1e-12));
        Assert.True(chain.IsIrreducible);
        Assert.Equal(1, chain.Period());
    }

    // A step up has the probability 0.9, one down 0.1: shares grow by 9 from state to state, beyond all numbers there are. The last has 8 / 9.
    [Fact]
    public void Shares_of_any_size_are_found()
    {
        const int States = 400;
        double[] matrix = new double[States * States];
        for (int state = 0; state < States; state++)
        {
            matrix[(state * States) + Math.Min(state + 1, States - 1)] += 0.9;
            matrix[(state * States) + Math.Max(state - 1, 0)] += 0.1;
        }

        double[] shares = new MarkovChain(Tensor.From(matrix, [States, States])).StationaryDistribution().ToArray<double>();
        Assert.Equal(1, shares.Sum(), 1e-12);
        Assert.Equal(8.0 / 9, shares[^1], 1e-12);
        Assert.Equal(8.0 / 81, shares[^2], 1e-12);
    }

    [Fact]
    public void A_periodic_chain_has_a_stationary_distribution_too()
    {
        // 0 → 1 or 2 → 3 → 0.
        MarkovChain chain = Chain([[0, 0.25, 0.75, 0], [0, 0, 0, 1], [0, 0, 0, 1], [1, 0, 0, 0]]);
        Assert.Equal(3, chain.Period());
        Assert.All(chain.StationaryDistribution().ToArray<double>().Zip([1 / 3.0, 1 / 12.0, 1 / 4.0, 1 / 3.0]), pair => Assert.Equal(pair.Second, pair.First, 1e-15));
        Assert.Equal([0, 3, 0, 3], new[] { 3, 5, 6, 8 }.Select(place => chain.Walk(0, 9, seed: 4)[place]));
    }

    [Fact]
    public void States_that_are_left_for_ever_have_no_share()
    {
        MarkovChain chain = Chain([[0.5, 0.5, 0], [0, 0.5, 0.5], [0, 1, 0]]);
        Assert.False(chain.IsIrreducible);
        Assert.All(chain.StationaryDistribution().ToArray<double>().Zip([0, 2 / 3.0, 1 / 3.0]), pair => Assert.Equal(pair.Second, pair.First, 1e-15));
        Assert.Contains("period", Assert.Throws<InvalidOperationException>(() => chain.Period()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_groups_that_are_never_left_are_refused()
    {
        MarkovChain chain = Chain([[1, 0, 0], [0.5, 0, 0.5], [0, 0, 1]]);
        Assert.Contains("states 0 and 2", Assert.Throws<InvalidOperationException>(chain.StationaryDistribution).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_walk_spends_the_stationary_shares()
    {
        MarkovChain chain = Chain([[0.9, 0.1], [0.5, 0.5]]);
        Assert.Equal(5 / 6.0, chain.Walk(1, 20_000, seed: 2).Count(state => state == 0) / 20_000.0, 0.01);
    }

    [Fact]
    public void An_unnormalised_matrix_is_refused()
    {
        Assert.Contains("row 1 has the sum 0.9", Assert.Throws<ArgumentException>(() => Chain([[0.5, 0.5], [0.5, 0.4]])).Message, StringComparison.Ordinal);
        Assert.Contains("least number -0.5", Assert.Throws<ArgumentException>(() => Chain([[1.5, -0.5], [0, 1]])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Chain([[double.NaN, 1], [0, 1]]));
        Assert.Throws<ShapeException>(() => new MarkovChain(Tensor.Ones([2, 3])));
        Assert.Throws<ArgumentOutOfRangeException>(() => Chain([[1]]).Walk(start: 1, length: 3));
    }

    [Fact]
    public void The_matrix_of_a_text_is_its_shares()
    {
        // Pairs of "abracadabra" + "a": ab 2, ac 1, ad 1, aa 1; br 2; ra 2; ca 1; da 1.
        MarkovText text = MarkovText.OfLetters("abracadabraa");
        Assert.Equal(["a", "b", "c", "d", "r"], text.Symbols);
        double[] expected = [0.2, 0.4, 0.2, 0.2, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0];
        Assert.Equal(expected, text.ToChain().Transition.ToArray<double>());
        Assert.Equal(expected[..5], text.Next("a").ToArray<double>());
        // (n + 1) / (5 + 5).
        Assert.Equal([0.2, 0.3, 0.2, 0.2, 0.1], MarkovText.OfLetters("abracadabraa", smoothing: 1).Next("a").ToArray<double>());
        // -(2 ln 0.4 + 2 ln 0.2) / 7 + ... for "abraca": ab .4, br 1, ra 1, ac .2, ca 1.
        Assert.Equal(-(Math.Log(0.4) + Math.Log(0.2)) / 5, text.CrossEntropy([.. "abraca".Select(letter => $"{letter}")]), 1e-12);
        Assert.Equal(double.PositiveInfinity, text.CrossEntropy(["b", "a"]));
    }

    [Fact]
    public void The_stationary_shares_of_a_text_that_closes_are_those_of_its_letters()
    {
        // The last letter is the first: as many ways into each letter as out of it.
        string text = "to be or not to be that is the question whether it is nobler in the mind t";
        MarkovText letters = MarkovText.OfLetters(text);
        double[] shares = letters.ToChain().StationaryDistribution().ToArray<double>();
        Assert.Equal(letters.Symbols, letters.StateNames());
        Assert.All(letters.Symbols.Zip(shares), pair => Assert.Equal(text[1..].Count(letter => letter == pair.First[0]) / (text.Length - 1.0), pair.Second, 1e-12));
    }

    [Fact]
    public void Contexts_of_two_letters_are_states()
    {
        MarkovText text = MarkovText.OfLetters("aabaaab", order: 2);
        // aa → b 2 of 3, a 1 of 3; ab → a; ba → a.
        Assert.Equal(["aa", "ab", "ba"], text.StateNames());
        Assert.Equal([1 / 3.0, 2 / 3.0, 0, 0, 0, 1, 1, 0, 0], text.ToChain().Transition.ToArray<double>());
        Assert.Equal(4, MarkovText.OfLetters("aabaaab", order: 2, smoothing: 0.5).ToChain().States);
    }

    [Fact]
    public void Written_text_has_only_pairs_of_the_text_and_a_temperature_of_zero_takes_the_likeliest()
    {
        const string Text = "the cat sat on the mat and the dog sat on the cat";
        MarkovText words = MarkovText.OfWords(Text + " the");
        IReadOnlyList<string> written = words.Generate(300, seed: 1);
        Assert.Equal(300, written.Count);
        HashSet<string> pairs = [.. (Text + " the").Split(' ').Zip((Text + " the").Split(' ').Skip(1), (one, next) => one + " " + next)];
        Assert.Subset(pairs, written.Zip(written.Skip(1), (one, next) => one + " " + next).ToHashSet());
        Assert.Equal(pairs.Count, written.Zip(written.Skip(1)).Distinct().Count());
        // After "the": cat 2 of 4. After "cat": sat and the alike, and sat comes first.
        Assert.Equal("the cat sat on the cat sat", string.Join(' ', words.Generate(7, temperature: 0)));
        // Cold is nearly so; hot is nearly uniform.
        Assert.Equal("the cat", string.Join(' ', words.Generate(2, seed: 5, temperature: 0.01)));
        int cats = Enumerable.Range(0, 400).Count(seed => words.Generate(2, (ulong)seed, temperature: 1000)[1] == "cat");
        Assert.InRange(cats, 100, 170);
    }

    [Fact]
    public void Wrong_use_of_a_text_is_told()
    {
        MarkovText text = MarkovText.OfLetters("aabac");
        Assert.Contains("ends with 'c'", Assert.Throws<InvalidOperationException>(text.ToChain).Message, StringComparison.Ordinal);
        Assert.Contains("nothing ever followed", Assert.Throws<ArgumentException>(() => text.Next("c")).Message, StringComparison.Ordinal);
        Assert.Contains("'x' is not in the text", Assert.Throws<ArgumentException>(() => text.Next("x")).Message, StringComparison.Ordinal);
        Assert.Contains("expected 1, the order", Assert.Throws<ArgumentException>(() => text.Next("a", "b")).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => text.Generate(5, temperature: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => text.Generate(5, temperature: double.NaN));
        Assert.Throws<ArgumentException>(() => MarkovText.OfLetters("ab", order: 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => MarkovText.OfLetters("ab", order: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => MarkovText.OfLetters("ab", smoothing: -1));
        // It stops at the end that nothing follows.
        Assert.Equal("ac", string.Concat(MarkovText.OfLetters("ac").Generate(10)));
        Assert.Contains("4096", Assert.Throws<InvalidOperationException>(() => MarkovText.OfLetters("abcdefghi", order: 4, smoothing: 1).ToChain()).Message, StringComparison.Ordinal);
    }

    private static MarkovChain Chain(double[][] rows) => new(Tensor.From([.. rows.SelectMany(row => row)], [rows.Length, rows.Length]));
}
