namespace Laminet.Text.Corpora;

/// <summary>Fills blocks of one length with documents, so that training a language model computes no padding.</summary>
public static class TokenPacking
{
    /// <summary>Writes the documents one after another, each with a token at its end, and cuts them into blocks. A document may go on in the next block.</summary>
    /// <param name="documents">The documents' tokens.</param>
    /// <param name="blockSize">How many tokens a block has.</param>
    /// <param name="endToken">The token at the end of each document, such as that of <c>&lt;|endoftext|&gt;</c>.</param>
    /// <param name="paddingToken">Fills the last block; null to leave a block that is not full out.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="blockSize"/> is below 1.</exception>
    public static IEnumerable<PackedBlock> Pack(IEnumerable<IReadOnlyList<int>> documents, int blockSize, int endToken, int? paddingToken = null)
    {
        ArgumentNullException.ThrowIfNull(documents);
        ArgumentOutOfRangeException.ThrowIfLessThan(blockSize, 1);
        return Blocks();

        IEnumerable<PackedBlock> Blocks()
        {
            (int[] tokens, int[] owners, int filled, int owner) = (new int[blockSize], new int[blockSize], 0, 0);
            foreach (IReadOnlyList<int> document in documents)
            {
                foreach (int token in document.Append(endToken))
                {
                    (tokens[filled], owners[filled]) = (token, owner);
                    if (++filled < blockSize)
                        continue;
                    yield return new PackedBlock(tokens, owners);
                    (tokens, owners, filled, owner) = (new int[blockSize], new int[blockSize], 0, 0);
                }

                owner += filled > 0 ? 1 : 0;
            }

            if (filled > 0 && paddingToken is { } padding)
            {
                tokens.AsSpan(filled).Fill(padding);
                owners.AsSpan(filled).Fill(-1);
                yield return new PackedBlock(tokens, owners);
            }
        }
    }
}
