using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Zoo.Language;

/// <summary>
/// The task of a masked language model: 15 % of the tokens are chosen; of these 80 % become the token of the mask, 10 % a random token, and 10 % stay. The model is to tell what they were (Devlin et al., "BERT", 2019).
/// </summary>
public static class MaskedTokens
{
    /// <summary>The target of a step that is not to be told; give it to the loss as <c>ignoreClass</c>.</summary>
    public const int Ignored = -1;

    /// <summary>Draws inputs and targets. The operations can be part of a compiled step.</summary>
    /// <param name="tokens">(batch, time), Int32.</param>
    /// <param name="key">Names the random numbers.</param>
    /// <param name="maskToken">The token of the mask.</param>
    /// <param name="vocabularySize">How many tokens there are.</param>
    /// <param name="firstOrdinary">Tokens below this number, such as padding and marks, are neither chosen nor drawn.</param>
    /// <param name="share">The share of the tokens that is chosen.</param>
    /// <returns>Inputs like the tokens, and targets: the token where one was chosen, else <see cref="Ignored"/>.</returns>
    public static (Tensor Inputs, Tensor Targets) Draw(Tensor tokens, RandomKey key, int maskToken, int vocabularySize, int firstOrdinary = 1, double share = 0.15)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        Setting.Require(share, share is > 0 and < 1, "above 0 and below 1");
        Setting.Require(firstOrdinary, firstOrdinary >= 0 && firstOrdinary < vocabularySize, $"0 to {vocabularySize - 1}");
        Tensor chance = key.Uniform(tokens.Shape), chosen = chance.Less(share).And(tokens.GreaterEqual(firstOrdinary));
        // Of a chosen token the chance, below the share, also tells what becomes of it.
        Tensor random = ((key.Fold(1).Uniform(tokens.Shape) * (vocabularySize - firstOrdinary)).Cast(DType.Int32) + firstOrdinary).Minimum(Tensor.Scalar(vocabularySize - 1));
        Tensor changed = Tensor.Where(chance.Less(0.8 * share), Tensor.Scalar(maskToken), Tensor.Where(chance.Less(0.9 * share), random, tokens));
        return (Tensor.Where(chosen, changed, tokens), Tensor.Where(chosen, tokens, Tensor.Scalar(Ignored)));
    }
}
