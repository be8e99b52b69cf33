using Laminet.Tensors;

namespace Laminet.Generation;

/// <summary>A network that gives the logits of the next token of sequences, step by step, with a cache of the steps before. Everything is tensor operations, so that a loop over it compiles.</summary>
public interface IDecoder
{
    /// <summary>How many tokens there are: the last axis of the logits.</summary>
    int VocabularySize { get; }

    /// <summary>The most positions a sequence can have, prompt included; null if there is no limit.</summary>
    int? MaxLength { get; }

    /// <summary>The cache of sequences without tokens. Axis 0 of each part is the batch, so that a search can pick rows.</summary>
    /// <param name="batch">How many sequences.</param>
    /// <param name="length">How many positions the cache can hold.</param>
    Bundle<Tensor> NewCache(int batch, int length);

    /// <summary>The logits after the last of the given tokens, (batch, vocabulary), and the cache with them.</summary>
    /// <param name="tokens">The next tokens: (batch, steps), Int32.</param>
    /// <param name="position">The position of the first of them in the cache: a scalar of Int32.</param>
    /// <param name="cache">The cache.</param>
    /// <param name="padding">(batch,), Int32: how many positions at the left of each row are padding, to which nothing attends; position numbers count from after them. Null for none.</param>
    (Tensor Logits, Bundle<Tensor> Cache) Next(Tensor tokens, Tensor position, Bundle<Tensor> cache, Tensor? padding = null);
}
