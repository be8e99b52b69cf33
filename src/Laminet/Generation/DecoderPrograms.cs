using Laminet.Tensors;
using Laminet.Tensors.Compilation;

namespace Laminet.Generation;

/// <summary>The compiled programs of a decoder, by what they were compiled for.</summary>
internal sealed class DecoderPrograms
{
    // Each of them keeps the programs of several lengths.
    private const int MaximumFunctions = 16;

    private readonly Lock gate = new();
    private readonly List<(string Key, CompiledFunction Function)> functions = [];
    private readonly List<TokenSession> idle = [];

    /// <summary>All tokens of all prompts, in one compiled loop.</summary>
    public Bundle<Tensor> Run(IDecoder decoder, Prompts prompts, GenerationSettings settings, Bundle<Tensor>? cache)
    {
        RequireRows(cache, prompts.Count);
        string key = $"{settings.Key}|{prompts.NewTokens}|{prompts.Padding is null}|{cache is null}";
        CompiledFunction function;
        // A program that is being compiled must not hold up those of other settings.
        lock (gate)
        {
            function = functions.Find(known => known.Key == key).Function ?? Function.Compile((Bundle<Tensor> inputs) => Loop(decoder, settings, prompts.NewTokens, inputs), "generate");
            functions.RemoveAll(known => known.Key == key);
            functions.Add((key, function));
            if (functions.Count > MaximumFunctions)
                functions.RemoveAt(0);
        }

        return function.Call(LoopState.Of(GivenOf(prompts, settings), cache ?? []));
    }

    /// <summary>A session of one prompt, which goes back when it is disposed: the next one then need not be compiled.</summary>
    public TokenSession Open(IDecoder decoder, Prompts prompts, GenerationSettings settings, Bundle<Tensor>? cache)
    {
        RequireRows(cache, prompts.Count);
        string key = $"{settings.Key}|{prompts.NewTokens}|{prompts.Length}|{cache is null}";
        TokenSession? session;
        lock (gate)
        {
            session = idle.Find(one => one.Key == key);
            if (session is not null)
                idle.Remove(session);
        }

        session ??= new TokenSession(key, decoder, settings, prompts.NewTokens, Return);
        session.Begin(GivenOf(prompts, settings), cache ?? decoder.NewCache(prompts.Count, prompts.Length + prompts.NewTokens));
        return session;
    }

    private void Return(TokenSession session)
    {
        lock (gate)
        {
            idle.Add(session);
            // Each holds a cache.
            if (idle.Count > 2)
                idle.RemoveAt(0);
        }
    }

    private static Bundle<Tensor> Loop(IDecoder decoder, GenerationSettings settings, int newTokens, Bundle<Tensor> inputs)
    {
        Bundle<Tensor> cache = LoopState.CacheOf(inputs);
        Tensor tokens = inputs["tokens"];
        if (cache.Count == 0)
            cache = decoder.NewCache(tokens.Shape[0], tokens.Shape[1] + newTokens);
        return settings.NumBeams > 1 ? new BeamLoop(decoder, settings, newTokens).Run(inputs, cache) : new TokenLoop(decoder, settings, newTokens).Run(inputs, cache);
    }

    private static Dictionary<string, Tensor> GivenOf(Prompts prompts, GenerationSettings settings)
    {
        Dictionary<string, Tensor> given = new() { ["tokens"] = prompts.Tokens };
        if (prompts.Padding is not null)
            given["padding"] = prompts.Padding;
        if (settings.IsRandom)
            (given["streams"], given["key"]) = (prompts.Streams, Tensor.Scalar((long)(settings.Seed ?? RandomSeed.New())));
        return given;
    }

    private static void RequireRows(Bundle<Tensor>? cache, int count)
    {
        if (cache?.FirstOrDefault(part => part.Rank == 0 || part.Shape[0] != count) is { } other)
            throw new ArgumentException($"Received a cache with a part of shape {other.Shape} for {count} prompts; expected the batch as the first axis of each part, {count}.", nameof(cache));
    }
}
