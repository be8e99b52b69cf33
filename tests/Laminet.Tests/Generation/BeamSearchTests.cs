using System.Text.Json.Nodes;
using Laminet.Generation;
using Laminet.Tensors;

namespace Laminet.Tests.Generation;

/// <summary>Beam search against a list-based reference of Hugging Face's, and against numbers by hand.</summary>
public class BeamSearchTests
{
    private const int Start = 0, A = 1, B = 2, C = 3, D = 4, E = 5, End = 6;

    private static GenerationSettings SettingsOf(JsonNode row) => new()
    {
        NumBeams = row["beams"]!.GetValue<int>(),
        MaxNewTokens = row["new"]!.GetValue<int>(),
        StopTokens = GenerationGolden.Array<int>(row["stops"]!),
        LengthPenalty = row["length_penalty"]!.GetValue<double>(),
        EarlyStopping = row["early"]!.GetValue<bool>(),
        RepetitionPenalty = row["penalty"]!.GetValue<double>(),
    };

    private static void AssertSame(JsonNode row, IReadOnlyList<Hypothesis> received)
    {
        JsonArray expected = row["hypotheses"]!.AsArray();
        Assert.Equal(expected.Count, received.Count);
        foreach ((JsonNode? one, Hypothesis hypothesis) in expected.Zip(received))
        {
            Assert.Equal(GenerationGolden.Array<int>(one!["tokens"]!), hypothesis.Tokens);
            Assert.Equal(one["score"]!.GetValue<double>(), hypothesis.Score, 1e-4);
        }
    }

    [Fact]
    public void Hypotheses_are_those_of_the_reference_for_a_prompt_alone_and_in_a_batch_of_different_lengths()
    {
        RecurrentDecoder decoder = GenerationGolden.Decoder();
        foreach (IGrouping<GenerationSettings, JsonNode?> rows in GenerationGolden.Json["beams"]!.AsArray().GroupBy(row => SettingsOf(row!) with { StopTokens = [] }))
        {
            GenerationSettings settings = SettingsOf(rows.First()!);
            int[][] prompts = [.. rows.Select(row => GenerationGolden.Array<int>(row!["prompt"]!))];
            IReadOnlyList<Hypothesis>[] together = decoder.BeamSearch(prompts, settings);
            foreach ((JsonNode? row, IReadOnlyList<Hypothesis> hypotheses) in rows.Zip(together))
                AssertSame(row!, hypotheses);
            AssertSame(rows.Last()!, decoder.BeamSearch([prompts[^1]], settings)[0]);
            Assert.Equal(together.Select(hypotheses => hypotheses[0].Tokens), decoder.Generate(prompts, settings));
        }
    }

    // The beams begin alike: if all counted in the first turn, all would go the greedy way (traps-vision-language A55).
    [Fact]
    public void Two_beams_find_what_greedy_choice_does_not()
    {
        FunctionDecoder decoder = Table((Start, A, .5), (Start, B, .4), (Start, End, .1), (A, C, .35), (A, D, .35), (A, End, .3), (B, E, .9), (B, End, .1), (C, End, 1), (D, End, 1), (E, End, 1));
        Assert.Equal([A, C], decoder.Generate([Start], new() { MaxNewTokens = 5, StopTokens = [End] }));
        Hypothesis best = decoder.BeamSearch([[Start]], new() { MaxNewTokens = 5, NumBeams = 2, LengthPenalty = 0, StopTokens = [End] })[0][0];
        Assert.Equal([B, E], best.Tokens);
        Assert.Equal(Math.Log(.36), best.Score, 1e-5);
    }

    // The stop token counts in the length (A54).
    [Fact]
    public void A_hypothesis_is_as_long_as_its_tokens_and_the_stop_token()
    {
        const int junk = 30;
        List<(int, int, double)> places = [(Start, A, Math.Exp(-1)), (A, End, 1), (Start, B, Math.Exp(-2.2)), (B, C, 1), (C, D, 1), (D, End, 1)];
        double rest = 1 - Math.Exp(-1) - Math.Exp(-2.2);
        for (int i = 0; i < junk; i++)
        {
            places.Add((Start, End + 1 + i, rest / junk));
            for (int j = 0; j < junk; j++)
                places.Add((End + 1 + i, End + 1 + j, 1.0 / junk));
        }

        IReadOnlyList<Hypothesis> found = Table([.. places]).BeamSearch([[Start]], new() { MaxNewTokens = 6, NumBeams = 2, StopTokens = [End] })[0];
        Assert.Equal([[A], [B, C, D]], found.Select(hypothesis => hypothesis.Tokens));
        Assert.Equal([-.5, -.55], found.Select(hypothesis => Math.Round(hypothesis.Score, 5)));
    }

    [Fact]
    public void Drawing_at_random_and_stop_sequences_do_not_go_with_beams()
    {
        RecurrentDecoder decoder = GenerationGolden.Decoder();
        ArgumentException random = Assert.Throws<ArgumentException>(() => decoder.Generate([1], new() { NumBeams = 2, TopP = 0.5 }));
        Assert.Contains("Leave out Temperature", random.Message, StringComparison.Ordinal);
        Assert.Contains("StopTokens alone", Assert.Throws<ArgumentException>(() => decoder.Generate([1], new() { NumBeams = 2, StopSequences = [[1, 2]] })).Message, StringComparison.Ordinal);
        Assert.Contains("call Generate", Assert.Throws<ArgumentException>(() => decoder.BeamSearch([[1]], new())).Message, StringComparison.Ordinal);
        Assert.Contains("set NumBeams to 1", Assert.Throws<ArgumentException>(() => decoder.Stream([1], new() { NumBeams = 2 })).Message, StringComparison.Ordinal);
    }

    private static FunctionDecoder Table(params (int From, int To, double Probability)[] places)
    {
        int count = 1 + places.Max(place => Math.Max(place.From, place.To));
        float[] logits = [.. Enumerable.Repeat(-1e9f, count * count)];
        foreach ((int from, int to, double probability) in places)
            logits[(from * count) + to] = (float)Math.Log(probability);
        // What is never reached stays where it is.
        for (int token = 0; token < count; token++)
        {
            if (!Array.Exists(places, place => place.From == token))
                logits[(token * count) + token] = 0;
        }

        return FunctionDecoder.Of(Tensor.From(logits, [count, count]));
    }
}
