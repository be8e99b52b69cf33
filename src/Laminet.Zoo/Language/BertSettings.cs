using Laminet.Configuration;
using Laminet.Layers;

namespace Laminet.Zoo.Language;

/// <summary>The sizes of a <see cref="Bert"/>; by default those of BERT-base, uncased.</summary>
public sealed record BertSettings
{
    /// <summary>How many tokens there are; number 0 is padding.</summary>
    public int VocabularySize { get; init => field = Setting.Require(value, value >= 2, "2 or more", nameof(VocabularySize)); } = 30_522;

    /// <summary>The most positions of a sequence.</summary>
    public int MaxLength { get; init => field = Setting.Require(value, value >= 1, "1 or more", nameof(MaxLength)); } = 512;

    /// <summary>The features of a step.</summary>
    public int Width { get; init => field = Setting.Require(value, value >= 1, "1 or more", nameof(Width)); } = 768;

    /// <summary>How many blocks.</summary>
    public int NumBlocks { get; init => field = Setting.Require(value, value >= 1, "1 or more", nameof(NumBlocks)); } = 12;

    /// <summary>How many heads; they share the features.</summary>
    public int NumHeads { get; init => field = Setting.Require(value, value >= 1, "1 or more", nameof(NumHeads)); } = 12;

    /// <summary>The width between the dense layers of a block; 4 times the width if null.</summary>
    public int? IntermediateDim { get; init => field = Setting.Require(value, value is null or >= 1, "1 or more", nameof(IntermediateDim)); }

    /// <summary>The function there; GELU by default.</summary>
    public ActivationFunction Activation { get; init; } = "gelu";

    /// <summary>The epsilon of the normalisations.</summary>
    public double Epsilon { get; init => field = Setting.Require(value, value > 0, "above 0", nameof(Epsilon)); } = 1e-12;

    /// <summary>In training, the share of each part's results, and of the attention's softmax, set to zero.</summary>
    public double Dropout { get; init => field = Setting.Require(value, value is >= 0 and < 1, "at least 0 and below 1", nameof(Dropout)); } = 0.1;

    /// <summary>Whether the model takes a second input: the segment, 0 or 1, of each token of a sentence pair. Without, all tokens are of segment 0.</summary>
    public bool HasSegments { get; init; }

    /// <summary>Names the random numbers; null to draw a new one.</summary>
    public ulong? Seed { get; init; }

    /// <summary>The sizes of MiniLM-L6: 6 blocks of width 384 (Wang et al., "MiniLM: deep self-attention distillation", 2020).</summary>
    public static BertSettings MiniLM { get; } = new() { Width = 384, NumBlocks = 6 };
}
