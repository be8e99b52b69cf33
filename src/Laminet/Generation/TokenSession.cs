using Laminet.Tensors;
using Laminet.Tensors.Compilation;

namespace Laminet.Generation;

/// <summary>One sequence that is written token by token. Its state lies in variables, so that the compiled step changes it in place.</summary>
internal sealed class TokenSession : IDisposable
{
    private readonly Action<TokenSession> giveBack;
    private readonly CompiledFunction begin, step;
    private Variable[] variables = [];
    private Bundle<Tensor> given = [];

    public TokenSession(string key, IDecoder decoder, GenerationSettings settings, int newTokens, Action<TokenSession> giveBack)
    {
        (Key, this.giveBack) = (key, giveBack);
        TokenLoop loop = new(decoder, settings, newTokens);
        IReadOnlyList<string>? names = null;
        begin = Function.Compile((Bundle<Tensor> inputs) =>
        {
            Bundle<Tensor> state = loop.Begin(inputs, LoopState.CacheOf(inputs));
            names = state.Names;
            return state;
        }, "generate, the prompt");
        step = Function.Compile((Bundle<Tensor> inputs) =>
        {
            Bundle<Tensor> state = loop.Step(Bundle.Named<Tensor>(names, [.. variables.Select(variable => variable.Value)]), inputs);
            foreach ((Variable variable, Tensor value) in variables.Zip(state))
                variable.Assign(value);
            return (state["tokens"].SliceAt(state["at"], 1, axis: 1), state["bad"]);
        }, "generate, a token");
    }

    /// <summary>What the session was compiled for.</summary>
    public string Key { get; }

    /// <summary>Reads a prompt.</summary>
    public void Begin(Dictionary<string, Tensor> own, Bundle<Tensor> cache)
    {
        Bundle<Tensor> state = begin.Call(LoopState.Of(own, cache));
        given = LoopState.Of(own, []);
        if (variables.Length == 0)
        {
            variables = [.. state.Select((part, i) => new Variable(part, state.Names![i], trainable: false))];
            return;
        }

        foreach ((Variable variable, Tensor value) in variables.Zip(state))
            variable.Assign(value);
    }

    /// <summary>The next token, and whether logits were no numbers.</summary>
    public (int Token, Tensor Bad) Next()
    {
        Bundle<Tensor> result = step.Call(given);
        return (result[0].ToArray<int>()[0], result[1]);
    }

    public void Dispose() => giveBack(this);
}
