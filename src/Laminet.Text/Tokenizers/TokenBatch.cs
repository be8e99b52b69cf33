using Laminet.Tensors;

namespace Laminet.Text.Tokenizers;

/// <summary>Texts as rows of equal length, for a model.</summary>
/// <param name="Ids">The tokens, shape <c>(texts, length)</c>, Int32.</param>
/// <param name="Mask">True where a token is and false where padding is, shape <c>(texts, length)</c>, Bool.</param>
/// <param name="TypeIds">0 for the first text of a pair and 1 for the second, shape <c>(texts, length)</c>, Int32.</param>
public sealed record TokenBatch(Tensor Ids, Tensor Mask, Tensor TypeIds);
