using Laminet.Generation;
using Laminet.Tensors;

namespace Laminet.Tests.Generation;

/// <summary>Greedy and random writing, batches, stops, streams, and wrong use.</summary>
public class GenerationTests
{
    private static readonly int[][] Prompts = [[1], [5, 3], [2, 7, 7, 4], [5, 3]];

    private static readonly GenerationSettings Random = new() { MaxNewTokens = 12, Temperature = 1.3, TopP = 0.95, Seed = 4 };

    private static async Task<int[]> Streamed(IDecoder decoder, int[] prompt, GenerationSettings settings)
    {
        List<int> tokens = [];
        await foreach (int token in decoder.Stream(prompt, settings))
            tokens.Add(token);
        return [.. tokens];
    }

    /// <summary>Next is the token after: it counts up.</summary>
    private static FunctionDecoder Counting() => new(20, (token, _) => (token + 1).OneHot(20));

    [Fact]
    public void Greedy_writes_the_likeliest_token_each_time()
    {
        RecurrentDecoder decoder = GenerationGolden.Decoder();
        List<int> expected = [];
        (Tensor logits, Bundle<Tensor> cache) = decoder.Next(Tensor.From(new int[,] { { 5, 3 } }), Tensor.Scalar(0), decoder.NewCache(1, 10));
        for (int i = 0; i < 8; i++)
        {
            expected.Add(logits.ArgMax().ToArray<int>()[0]);
            (logits, cache) = decoder.Next(Tensor.From(new int[,] { { expected[^1] } }), Tensor.Scalar(2 + i), cache);
        }

        Assert.Equal(expected, decoder.Generate([5, 3], new() { MaxNewTokens = 8 }));
    }

    // traps-vision-language A60; the same for random choices, which come from the prompt's own stream.
    [Fact]
    public void A_prompt_gives_the_same_alone_and_among_longer_ones()
    {
        RecurrentDecoder decoder = GenerationGolden.Decoder();
        foreach (GenerationSettings settings in (GenerationSettings[])[new() { MaxNewTokens = 10, RepetitionPenalty = 1.3 }, Random])
        {
            int[][] together = decoder.Generate(Prompts, settings);
            for (int i = 0; i < 3; i++)
                Assert.Equal(decoder.Generate(Prompts[i], settings), together[i]);
            Assert.Equal(settings.IsRandom, !together[1].SequenceEqual(together[3]));
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_tokens_for_any_number_of_threads_and_another_one_others()
    {
        int[][] first = GenerationGolden.Decoder().Generate(Prompts, Random);
        int threads = Engine.Threads;
        try
        {
            Engine.Threads = threads == 1 ? 2 : 1;
            Assert.Equal(first, GenerationGolden.Decoder().Generate(Prompts, Random));
        }
        finally
        {
            Engine.Threads = threads;
        }

        Assert.NotEqual(first, GenerationGolden.Decoder().Generate(Prompts, Random with { Seed = 5 }));
    }

    [Fact]
    public void A_program_is_compiled_once_whatever_the_seed_and_the_tokens()
    {
        RecurrentDecoder decoder = GenerationGolden.Decoder();
        decoder.Generate([5, 3], Random);
        int calls = decoder.Calls;
        decoder.Generate([2, 9], Random with { Seed = 9 });
        Assert.Equal(calls, decoder.Calls);
    }

    // After a prompt of 9 tokens the positions are 9, 10, 11 (A59).
    [Fact]
    public void New_tokens_have_the_positions_after_the_prompt()
    {
        FunctionDecoder decoder = new(20, (token, position) => position.OneHot(20).BroadcastTo([token.Shape[0], 20]));
        Assert.Equal([8, 9, 10, 11], decoder.Generate([1, 1, 1, 1, 1, 1, 1, 1, 1], new() { MaxNewTokens = 4 }));
    }

    // A58: no division by zero.
    [Fact]
    public void Temperature_zero_is_greedy()
    {
        FunctionDecoder decoder = FunctionDecoder.Of(Tensor.From(new float[,] { { 1, 2, 2 }, { 1, 2, 2 }, { 1, 2, 2 } }));
        Assert.Equal([1, 1, 1], decoder.Generate([0], new() { MaxNewTokens = 3, Temperature = 0, TopK = 2 }));
    }

    [Fact]
    public void Stop_tokens_and_sequences_end_a_row_and_do_not_belong_to_it()
    {
        Assert.Equal([[3, 4], [8, 9, 10, 11, 12, 13]], Counting().Generate([[2], [7]], new() { MaxNewTokens = 6, StopTokens = [5, 19] }));
        Assert.Equal([[3, 4], [8, 9, 10]], Counting().Generate([[1, 2], [7]], new() { MaxNewTokens = 6, StopSequences = [[5, 6], [11, 12, 13]] }));
        // The prompt's end is no part of a stop sequence.
        Assert.Equal([6, 7, 8], Counting().Generate([4, 5], new() { MaxNewTokens = 3, StopSequences = [[5, 6]] }));
        Assert.Equal([6], Counting().Generate([5], new() { MaxNewTokens = 1, StopSequences = [[6, 7]] }));
    }

    [Fact]
    public async Task A_stream_gives_the_tokens_that_Generate_gives()
    {
        RecurrentDecoder decoder = GenerationGolden.Decoder();
        foreach (GenerationSettings settings in (GenerationSettings[])[new() { MaxNewTokens = 9 }, Random, Random with { StopTokens = [7], RepetitionPenalty = 1.2 }, Random with { Seed = 8, StopSequences = [[2, 7], [4, 2]] }])
        {
            Assert.Equal(decoder.Generate([5, 3], settings), await Streamed(decoder, [5, 3], settings));
            int calls = decoder.Calls;
            Assert.Equal(decoder.Generate([2, 4], settings), await Streamed(decoder, [2, 4], settings));
            Assert.Equal(calls, decoder.Calls);
        }
    }

    [Fact]
    public async Task A_stream_holds_back_what_may_begin_a_stop_sequence()
    {
        Assert.Equal<int[]>([3, 4], await Streamed(Counting(), [2], new() { MaxNewTokens = 9, StopSequences = [[5, 6, 7]] }));
        Assert.Equal<int[]>([3, 4, 5, 6], await Streamed(Counting(), [2], new() { MaxNewTokens = 4, StopSequences = [[5, 6, 8]] }));
        Assert.Equal<int[]>([3, 4, 5, 6, 7, 8], await Streamed(Counting(), [2], new() { MaxNewTokens = 6, StopSequences = [[5, 6, 8]] }));
    }

    [Fact]
    public async Task Streams_of_one_decoder_may_run_side_by_side_and_be_left()
    {
        RecurrentDecoder decoder = GenerationGolden.Decoder();
        GenerationSettings settings = new() { MaxNewTokens = 6 };
        List<int> first = [], second = [];
        await foreach (int token in decoder.Stream([5], settings))
        {
            first.Add(token);
            if (first.Count == 2)
                second.AddRange(await Streamed(decoder, [7], settings));
        }

        await foreach (int token in decoder.Stream([5], settings))
            break;
        Assert.Equal(decoder.Generate([5], settings), first);
        Assert.Equal(decoder.Generate([7], settings), second);
    }

    [Fact]
    public async Task A_cancelled_stream_ends_before_the_next_token()
    {
        using CancellationTokenSource source = new();
        List<int> tokens = [];
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (int token in Counting().Stream([0], new() { MaxNewTokens = 15 }, cancellationToken: source.Token))
            {
                tokens.Add(token);
                if (token == 4)
                    await source.CancelAsync();
            }
        });
        Assert.Equal([1, 2, 3, 4], tokens);
    }

    [Fact]
    public void Wrong_prompts_are_named()
    {
        RecurrentDecoder decoder = GenerationGolden.Decoder(maxLength: 6);
        string Message(params int[][] prompts) => Assert.Throws<ArgumentException>(() => decoder.Generate(prompts, new() { MaxNewTokens = 3 })).Message;
        Assert.Contains("no prompts", Message(), StringComparison.Ordinal);
        Assert.Contains("Prompt 1 is empty", Message([1], []), StringComparison.Ordinal);
        Assert.Contains("token 13 at place 1; the decoder knows 0 to 12", Message([1, 13]), StringComparison.Ordinal);
        Assert.Contains("token -1", Message([-1]), StringComparison.Ordinal);
        Assert.Contains("has 4 tokens, and 3 more are to be written; the decoder has 6 positions", Message([1, 2, 3, 4]), StringComparison.Ordinal);
        Assert.Equal(5, decoder.Generate([1], new GenerationSettings()).Length);
        Assert.Contains("shape (3, 6) for 2 prompts", Assert.Throws<ArgumentException>(() => decoder.Generate([[1], [2]], null, decoder.NewCache(3, 6))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Temperature", "0 (greedy) or more")]
    [InlineData("TopK", "1 or more")]
    [InlineData("TopP", "above 0, at most 1")]
    [InlineData("MinP", "0 to 1")]
    [InlineData("RepetitionPenalty", "above 0")]
    [InlineData("NumBeams", "1 or more")]
    [InlineData("MaxNewTokens", "1 or more")]
    [InlineData("StopTokens", "0 to 12")]
    [InlineData("LengthPenalty", "a number")]
    public void Wrong_settings_are_named(string name, string expected)
    {
        GenerationSettings settings = name switch
        {
            "Temperature" => new() { Temperature = -1 },
            "TopK" => new() { TopK = 0 },
            "TopP" => new() { TopP = 0 },
            "MinP" => new() { MinP = 1.5 },
            "RepetitionPenalty" => new() { RepetitionPenalty = 0 },
            "NumBeams" => new() { NumBeams = 0 },
            "MaxNewTokens" => new() { MaxNewTokens = 0 },
            "LengthPenalty" => new() { LengthPenalty = double.NaN },
            _ => new() { StopTokens = [13] },
        };
        Assert.Contains(expected, Assert.Throws<ArgumentOutOfRangeException>(() => GenerationGolden.Decoder().Generate([1], settings)).Message, StringComparison.Ordinal);
        Assert.Contains("empty stop sequence", Assert.Throws<ArgumentException>(() => GenerationGolden.Decoder().Generate([1], new() { StopSequences = [[]] })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Logits_that_are_no_numbers_are_an_error()
    {
        FunctionDecoder decoder = FunctionDecoder.Of(Tensor.From(new[,] { { 0, 1, 0 }, { float.NaN, 0, 1 }, { float.NegativeInfinity, float.NegativeInfinity, float.NegativeInfinity } }));
        foreach (GenerationSettings settings in (GenerationSettings[])[new() { MaxNewTokens = 4 }, new() { MaxNewTokens = 4, Temperature = 1 }, new() { MaxNewTokens = 4, NumBeams = 2 }])
            Assert.Contains("logits that are NaN", Assert.Throws<ArithmeticException>(() => decoder.Generate([0], settings)).Message, StringComparison.Ordinal);
        Assert.Throws<ArithmeticException>(() => decoder.Generate([2], new() { MaxNewTokens = 2 }));
        await Assert.ThrowsAsync<ArithmeticException>(() => Streamed(decoder, [1], new() { MaxNewTokens = 4 }));
    }
}
