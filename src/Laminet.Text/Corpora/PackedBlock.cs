using Laminet.Tensors;

namespace Laminet.Text.Corpora;

/// <summary>A block of a language model's training data: tokens of several documents, one after another.</summary>
/// <param name="Tokens">The tokens; all blocks have as many.</param>
/// <param name="Documents">For each token which document of the block it is from, counted from 0; -1 for padding.</param>
public sealed record PackedBlock(int[] Tokens, int[] Documents)
{
    /// <summary>Which token may look at which: itself and those before it in its document, shape <c>(length, length)</c>, Bool.</summary>
    public Tensor AttentionMask()
    {
        Tensor documents = Tensor.From(Documents), places = Tensor.From([.. Enumerable.Range(0, Documents.Length)]);
        return documents.ExpandDims(1).Equal(documents.ExpandDims(0)).And(places.ExpandDims(1).GreaterEqual(places.ExpandDims(0)));
    }

    /// <summary>The place of each token in its document's part of the block, counted from 0.</summary>
    public int[] Positions()
    {
        int[] positions = new int[Documents.Length];
        for (int i = 1; i < positions.Length; i++)
            positions[i] = Documents[i] == Documents[i - 1] ? positions[i - 1] + 1 : 0;
        return positions;
    }
}
