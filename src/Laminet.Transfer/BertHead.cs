namespace Laminet.Transfer;

/// <summary>What a pretrained model of BERT's kind gives.</summary>
public enum BertHead
{
    /// <summary>The vectors of all steps.</summary>
    None,

    /// <summary>These, and the pooled vector of the first step.</summary>
    Pooler,

    /// <summary>The logits of the token at each step.</summary>
    MaskedLanguageModel,
}
