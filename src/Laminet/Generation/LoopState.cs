using Laminet.Tensors;

namespace Laminet.Generation;

/// <summary>The state of a loop: tensors by name, with the parts of the decoder's cache behind them, however that names them.</summary>
internal static class LoopState
{
    private const string CachePart = "cache ";

    public static Bundle<Tensor> Of(Dictionary<string, Tensor> own, Bundle<Tensor> cache) => Bundle.Named<Tensor>(
        [.. own.Keys, .. cache.Select((_, i) => $"{CachePart}{cache.Names?[i] ?? ""}")], [.. own.Values, .. cache]);

    public static Bundle<Tensor> CacheOf(Bundle<Tensor> state)
    {
        int first = state.Names!.TakeWhile(name => !name.StartsWith(CachePart, StringComparison.Ordinal)).Count();
        string[] names = [.. state.Names!.Skip(first).Select(name => name[CachePart.Length..])];
        return Bundle.Named<Tensor>(names.All(name => name.Length == 0) ? null : names, [.. state.Skip(first)]);
    }

    public static Tensor? Find(this Bundle<Tensor> state, string name) => state.PlaceOf(name) is >= 0 and int place ? state[place] : null;

    /// <summary>Whether each row that counts has logits to choose by: a largest one that is a finite number.</summary>
    public static Tensor AreBad(Tensor logits, Tensor? done)
    {
        Tensor bad = logits.Max(-1).Abs().Less(double.PositiveInfinity).Not();
        return (done is null ? bad : bad.And(done.Not())).Any();
    }

    /// <summary>Whether each token is one of some: Bool of the tokens' shape.</summary>
    public static Tensor IsAmong(this Tensor tokens, IReadOnlyList<int> some) =>
        some.Aggregate(Tensor.Full(tokens.Shape, 0, DType.Bool), (found, token) => found.Or(tokens.Equal(token)));
}
